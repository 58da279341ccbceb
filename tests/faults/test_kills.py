"""kill -9 of those who place and those who deliver, at any moment, a hundred times and more."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import select

from orderloom.store import schema
from orderloom.store.verify import verify
from orderloom.worker import Worker

KILLS = 50
"""Of the producer; the worker is killed as often, so that there are 100 on each engine."""

ORDERS = 2_600
"""At least so many per engine: 5,200 in all."""


@attrs.define
class Told:
    """What the producers said: which orders they began, and which were committed."""

    tried: set[int] = attrs.field(factory=set)
    done: set[int] = attrs.field(factory=set)

    def listen(self, said):
        for line in said:
            word, number = line.split()
            (self.tried if word == "try" else self.done).add(int(number))


@pytest.fixture
def heard(tmp_path):
    """Where the after_* hook notes what it hears."""
    return tmp_path / "heard"


@pytest.fixture
def mail(tmp_path, site):
    """The folder mail goes to."""
    folder = tmp_path / "mail"
    with site.desk() as desk:
        desk.admin.set("core", {"mail_folder": str(folder), "mail_sender": "orders@buyer.example"})
    return folder


def _rows(site, *columns):
    table = columns[0].table
    with site.raw() as connection:
        found = connection.execute(select(*columns).where(table.c.tenant_id == site.tenant))
        return found.all()


def _kill_over_and_over(site, dice, heard):
    told, kills = Told(), 0
    worker = site.member("work", CREW_HEARD=str(heard))
    while kills < 2 * KILLS or len(told.done) < ORDERS:
        first = max(told.tried, default=0) + 1
        producer = site.member("produce", str(first))
        enough = dice.randrange(1, 2 * ORDERS // KILLS)
        producer.listen_until(lambda one, enough=enough: len(one.said) > 2 * enough)
        producer.listen_for(dice.random() / 100)
        producer.kill()
        told.listen(producer.said)
        worker.listen_until(lambda one: bool(one.said))
        worker.listen_for(dice.random() / 20)
        worker.kill()
        kills += 2
        worker = site.member("work", CREW_HEARD=str(heard))
    worker.kill()
    return told


def _heard(path: Path):
    """Lines without a part that was being written when it was killed."""
    return [line.split() for line in path.read_text().split("\n")[:-1]]


def test_nothing_is_lost_and_nothing_is_phantom(site, crew, dice, heard, mail, monkeypatch):
    told = _kill_over_and_over(site, dice, heard)
    monkeypatch.setenv("CREW_HEARD", str(heard))
    _drain(site)

    orders = _orders(site)
    assert told.done <= orders.keys() <= told.tried
    assert len(told.done) >= ORDERS
    _check_numbers(site, orders)
    _check_history(site)
    _check_heard(site, heard)
    _check_mail(site, mail, orders)
    _check_integrity(site)


def test_events_in_a_transaction_of_their_own_would_be_lost(site):
    """What protects is that an order is committed with its events, or not at all."""
    for number in range(3):
        site.member("produce_torn", str(number)).kill_in_the_gap()

    assert _orders(site).keys() == {0, 1, 2}
    with pytest.raises(AssertionError, match="the last one kept is 0"):
        _check_history(site)


def test_what_is_marked_before_it_is_sent_would_be_lost(site, crew, heard, mail, monkeypatch):
    """What protects is that a delivery is settled after it was sent."""
    crew.place(site.loom, site.tenant, crew.SENT_EVERY)
    for channel in ("mail", "hook"):
        worker = site.member("work_marking_first", CREW_HEARD=str(heard))
        worker.kill_in_the_gap()
        assert worker.said == [channel, "gap"]
    monkeypatch.setenv("CREW_HEARD", str(heard))
    _drain(site)

    with pytest.raises(AssertionError):
        _check_heard(site, heard)
    with pytest.raises(AssertionError):
        _check_mail(site, mail, _orders(site))


def _orders(site):
    """The rows of the orders, by the number in their title."""
    subjects = _rows(site, schema.subjects.c.id, schema.subjects.c.title, schema.subjects.c.number)
    return {int(row.title.split()[1]): row for row in subjects if row.title.startswith("order ")}


def _drain(site):
    """Deliver what is left; the leases of those who were killed run out first."""
    later = site.loom.clock() + timedelta(hours=1)
    site.loom.clock = lambda: later
    worker = Worker(site.loom)
    while any(one.outcome in ("sent", "retry") for one in worker.once(tenant=site.tenant)):
        pass


def _check_numbers(site, orders):
    """Sent ones have a number, in a row without gaps; the others have none."""
    numbers = sorted(row.number for row in orders.values() if row.number)

    sent = [number for number in orders if number % 25 == 0]
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, len(sent) + 1))


def _check_history(site):
    with site.raw() as connection:
        assert verify(connection, site.tenant).findings == ()


def _check_heard(site, heard):
    """Every event of an order was told, and no other; told again only under its own id."""
    events = schema.events.c
    facts = {
        (str(row.id), str(row.subject_id), row.name)
        for row in _rows(site, events.id, events.subject_id, events.name, events.kind)
        if row.kind == "order"
    }
    times = Counter(tuple(line) for line in _heard(heard))
    assert times.keys() == facts
    assert max(times.values()) <= 5


def _check_mail(site, folder, orders):
    """One mail for each order that was sent, and each delivery row is done."""
    deliveries = schema.deliveries.c
    by_state = defaultdict(list)
    for row in _rows(site, deliveries.id, deliveries.channel, deliveries.state):
        by_state[row.channel, row.state].append(row.id)

    assert {state for _, state in by_state} == {"done"}
    mails = {f"{id}.eml" for id in by_state["mail", "done"]}
    assert {path.name for path in folder.glob("*.eml")} == mails
    assert len(mails) == sum(number % 25 == 0 for number in orders)


def _check_integrity(site):
    if site.is_sqlite:
        with sqlite3.connect(site.loom.engine.url.database) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
