"""Equal commands all at once, stale edits by the hundred, serializable transactions."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier

import attrs
import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from orderloom import Actor, Conflict, Grant, Query, Refused, SetOrder
from orderloom.orders import codec
from orderloom.sqlite import prepare
from orderloom.store import idempotency, schema

KEYS, COPIES = 40, 50
WORKERS, SHARED, PATIENCE = 8, 4, 10
TAKEN = idempotency.table
ANN = Actor("ann", (Grant("admin"),))


def _titles(site):
    with site.reader() as reader:
        return sorted(order.title for order in reader.find(Query(), limit=200).items)


@pytest.fixture
def at_once(site, crew):
    """The site, with a connection for everybody who starts at once."""
    engine = sa.create_engine(site.loom.engine.url, pool_size=COPIES + 1)
    loom = crew.crew_loom(prepare(engine) if site.is_sqlite else engine)
    yield attrs.evolve(site, loom=loom)
    loom.close()
    engine.dispose()


def _placed(site, crew, key, title=""):
    def work(desk):
        return desk.place(crew.new_order(title or f"for {key}"), key=key)

    return site.loom.run(site.tenant, ANN, work)


def _storm(site, crew, key, copies):
    """What so many equal commands and another one of their key, started together, answer."""
    together = Barrier(copies + 1, timeout=60)

    def place(title):
        together.wait()
        try:
            return _placed(site, crew, key, title)
        except Refused as refused:
            return refused.codes

    with ThreadPoolExecutor(copies + 1) as pool:
        return list(pool.map(place, _titles_of_storm(key, copies)))


def _titles_of_storm(key, copies):
    """The other one in the midst of them: the last to come would be the first to go."""
    titles = [f"for {key}"] * copies
    return [*titles[copies // 2 :], f"not for {key}", *titles[: copies // 2]]


def _check_storm(site, key, answers):
    """The first one is placed, those equal to it answer the whole of it, the others are refused."""
    placed = [title for title in _titles(site) if title.endswith(f"for {key}")]
    assert len(placed) == 1, f"placed: {placed}"
    asked = _titles_of_storm(key, len(answers) - 1)
    equal = [answer for title, answer in zip(asked, answers, strict=True) if title == placed[0]]
    assert equal == [equal[0]] * len(equal)
    assert equal[0].title == placed[0]
    refused = [answer for title, answer in zip(asked, answers, strict=True) if title != placed[0]]
    assert refused == [("idempotency.other_payload",)] * len(refused)
    return len(equal)


def test_fifty_equal_commands_for_each_of_forty_keys_place_forty_orders(at_once, crew):
    keys = [f"key {number}" for number in range(KEYS)]

    answers = {key: _storm(at_once, crew, key, COPIES) for key in keys}

    equal = [_check_storm(at_once, key, answers[key]) for key in keys]
    assert len(_titles(at_once)) == KEYS
    assert equal.count(COPIES) > KEYS / 2


def test_a_key_that_is_looked_up_before_it_is_taken_would_place_each(site, crew, monkeypatch):
    """What protects is that a key is taken by one statement that waits for the other one."""
    if site.is_sqlite:
        pytest.skip("BEGIN IMMEDIATE: nobody looks while another is between looking and taking")
    all_have_looked = Barrier(3, timeout=60)

    def racy(connection, tenant, actor, key, digest, now):
        if connection.execute(select(TAKEN).where(TAKEN.c.tenant_id == tenant)).first() is None:
            all_have_looked.wait()
        row = {"tenant_id": tenant, "actor": actor, "key": key, "digest": digest, "at": now}
        connection.execute(insert(TAKEN).on_conflict_do_nothing(), row)

    monkeypatch.setattr(idempotency, "begin", racy)

    answers = _storm(site, crew, "key 1", 2)

    with pytest.raises(AssertionError, match="'for key 1', 'for key 1', 'not for key 1'"):
        _check_storm(site, "key 1", answers)


def test_a_key_used_again_for_something_else_is_refused_and_nothing_is_placed(site, crew):
    _placed(site, crew, "key 1")

    with pytest.raises(Refused) as refused, site.desk() as desk:
        desk.place(crew.new_order("something else"), key="key 1")

    assert refused.value.codes == ("idempotency.other_payload",)
    assert _titles(site) == ["for key 1"]


def test_without_the_insert_that_comes_first_every_copy_is_an_order(site, crew, monkeypatch):
    monkeypatch.setattr(idempotency, "begin", lambda *args: None)
    monkeypatch.setattr(idempotency, "finish", lambda *args: None)

    answers = _storm(site, crew, "key 1", 7)

    assert _titles(site) == ["for key 1"] * 7 + ["not for key 1"]
    with pytest.raises(AssertionError, match="placed: "):
        _check_storm(site, "key 1", answers)


def test_two_hundred_stale_edits_are_two_hundred_conflicts_with_both_values(site, crew):
    with site.desk() as desk:
        seen = desk.place(crew.new_order("as seen"))
    with site.desk() as desk:
        desk.edit(seen, SetOrder(title="as it is"))

    def edit(number):
        with pytest.raises(Conflict) as raised, site.desk() as desk:
            desk.edit(seen, SetOrder(title=f"edit {number}"))
        return raised.value

    with ThreadPoolExecutor(8) as pool:
        conflicts = list(pool.map(edit, range(200)))

    values = {(one.seen.title, one.current.title, one.retryable) for one in conflicts}
    assert values == {("as seen", "as it is", False)}
    assert _titles(site) == ["as it is"]


def test_an_edit_by_id_does_not_ask_what_was_seen(site, crew):
    """The same edits without the version that was seen all take effect: that is what protects."""
    with site.desk() as desk:
        order = desk.place(crew.new_order("as seen"))

    for number in range(3):
        with site.desk() as desk:
            desk.edit(order.id, SetOrder(title=f"edit {number}"))

    assert _titles(site) == ["edit 2"]


@pytest.fixture
def serializable(site, crew):
    """The site of a host whose engine makes every transaction SERIALIZABLE."""
    if site.is_sqlite:
        pytest.skip("BEGIN IMMEDIATE lets one writer in at a time, so that none is in the way")
    options = {"isolation_level": "SERIALIZABLE", "pool_size": WORKERS}
    engine = sa.create_engine(site.loom.engine.url, **options)
    loom = crew.crew_loom(engine)
    yield attrs.evolve(site, loom=loom)
    loom.close()
    engine.dispose()


def _patient(loom, tenant, actor, work):
    """`run`, and again where it gave up: everybody is in everybody's way here, on purpose."""
    for _ in range(PATIENCE):
        try:
            return loom.run(tenant, actor, work)
        except Conflict as conflict:
            if not conflict.retryable:
                raise
    raise AssertionError("it never got through")


def _once(loom, tenant, actor, work):
    """As `Orderloom.run`, without trying again."""
    with suppress(Conflict), loom.desk(tenant, actor) as desk:
        work(desk)


def _all_send(site, crew, run):
    """Each worker notes and sends what all have seen, and orders on; answers all their attempts."""
    with site.desk() as desk:
        shared = [desk.place(crew.new_order(f"shared {number}")).id for number in range(SHARED)]
    all_have_seen = {id: Barrier(WORKERS, timeout=60) for id in shared}
    attempts = []

    def work(desk, worker, id):
        attempts.append((worker, id))
        order = desk.get(id)
        if attempts.count((worker, id)) == 1:
            all_have_seen[id].wait()
        if order.status == "draft":
            order = desk.perform(order, "send")
        desk.note(order, f"of worker {worker}")
        desk.perform(desk.place(crew.new_order(f"own {worker} {shared.index(id)}")), "send")

    def worker(number):
        for id in shared:
            run(site.loom, site.tenant, ANN, partial(work, worker=number, id=id))

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(worker, range(WORKERS)))
    return attempts


def _check_effects(site):
    """One number, move, document and mail for each order, one note of each worker; each is told."""
    with site.raw() as connection:
        subjects, events, deliveries = (
            connection.execute(select(table).where(table.c.tenant_id == site.tenant)).all()
            for table in (schema.subjects, schema.events, schema.deliveries)
        )
    orders = {row.id: row for row in subjects if row.kind == "order"}
    shared = [f"shared {number}" for number in range(SHARED)]
    own = [f"own {worker} {number}" for worker in range(WORKERS) for number in range(SHARED)]
    assert sorted(row.title for row in orders.values()) == sorted(shared + own)
    drawn = sorted(int(row.number.rpartition("-")[2]) for row in orders.values())
    assert drawn == list(range(1, len(orders) + 1))

    once = dict.fromkeys(orders, 1)
    for name in ("placed", "moved", "issued"):
        named = [row.subject_id for row in events if (row.kind, row.name) == ("order", name)]
        assert Counter(named) == once
    noted = [(orders[row.subject_id].title, row.personal) for row in events if row.name == "noted"]
    notes = [(title, f"of worker {worker}") for title in shared for worker in range(WORKERS)]
    assert sorted((title, codec.loads(told)["text"]) for title, told in noted) == notes
    assert Counter(row.subject_id for row in deliveries if row.channel == "mail") == once
    told = [(row.subject_id, row.seq) for row in deliveries if row.channel == "hook"]
    assert sorted(told) == sorted(
        (row.subject_id, row.seq) for row in events if row.kind == "order"
    )


def test_serializable_workers_who_try_again_do_everything_once(serializable, crew):
    attempts = _all_send(serializable, crew, _patient)

    assert len(set(attempts)) == WORKERS * SHARED
    assert len(attempts) > WORKERS * SHARED
    _check_effects(serializable)


def test_serializable_workers_who_do_not_try_again_would_miss_something(serializable, crew):
    """What protects is that `run` tries again; whoever is refused here has done nothing."""
    attempts = _all_send(serializable, crew, _once)

    assert len(attempts) == WORKERS * SHARED
    with pytest.raises(AssertionError):
        _check_effects(serializable)


def _in_serializable_host(site, crew, barrier, number):
    """Both read the same before either writes, so that one of two has to do it all again."""
    attempts = 0
    engine = site.loom.engine.execution_options(isolation_level="SERIALIZABLE")
    while True:
        attempts += 1
        try:
            with (
                engine.begin() as connection,
                site.loom.join(connection, tenant=site.tenant, actor=ANN) as desk,
            ):
                known = len(desk.find(Query(), limit=200).items)
                if attempts == 1:
                    barrier.wait()
                desk.place(crew.new_order(f"number {known + 1}"))
            return attempts
        except (Conflict, DBAPIError) as error:
            if "serialize" not in f"{error} {error.__cause__}":
                raise


def test_serializable_transactions_that_are_tried_again_take_effect_once(site, crew):
    if site.is_sqlite:
        pytest.skip("BEGIN IMMEDIATE lets nobody count while another one is writing")
    both = Barrier(2, timeout=60)

    with ThreadPoolExecutor(2) as pool:
        attempts = list(pool.map(partial(_in_serializable_host, site, crew, both), range(2)))

    assert _titles(site) == ["number 1", "number 2"]
    assert sorted(attempts)[0] == 1
    assert sum(attempts) > 2


def test_without_serializable_both_would_have_counted_the_same(site, crew):
    if site.is_sqlite:
        pytest.skip("BEGIN IMMEDIATE lets nobody count while another one is writing")
    both = Barrier(2, timeout=60)

    def place(_):
        with site.desk() as desk:
            known = len(desk.find(Query(), limit=200).items)
            both.wait()
            desk.place(crew.new_order(f"number {known + 1}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(place, range(2)))

    assert _titles(site) == ["number 1", "number 1"]
