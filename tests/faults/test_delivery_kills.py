"""kill -9 while mails and webhooks are on their way to receivers of their own."""

from __future__ import annotations

import socket
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from orderloom.store import schema
from orderloom.testing.webhooks import WebhookSink
from orderloom.worker import Worker

KILLS = 12
"""Of the producer, and of the worker."""

ORDERS = 120
MAILED_EVERY = 5


class Mailbox:
    """Takes every mail."""

    def __init__(self):
        self.arrived = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        self.arrived.append(message_from_bytes(envelope.content)["Message-ID"])
        return "250 OK"


class OnFreePort(Controller):
    """Listens on a socket bound before, so that no other process can take the port."""

    def __init__(self, handler):
        self.socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.socket.getsockname()[1])

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.socket)


@contextmanager
def _mail_server():
    mailbox = Mailbox()
    controller = OnFreePort(mailbox)
    controller.start()
    try:
        yield SimpleNamespace(port=controller.port, arrived=mailbox.arrived)
    finally:
        controller.stop()


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """Before any process starts: webhooks may go to the loopback, and many orders are mailed."""
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECURE", "yes")
    monkeypatch.setenv("CREW_SENT_EVERY", str(MAILED_EVERY))


@pytest.fixture
def mail(site):
    """What arrives at the mail server of the tenant."""
    with _mail_server() as server:
        route = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_tls": "none"}
        with site.desk() as desk:
            desk.admin.set("core", {**route, "smtp_port": server.port})
        yield server.arrived


@pytest.fixture
def sink(site):
    """What hears of every event."""
    with WebhookSink() as listening:
        with site.desk() as desk:
            desk.webhooks.add("sink", listening.url, ["procurement.order"])
        yield listening


def _rows(site, *columns):
    table = columns[0].table
    with site.raw() as connection:
        found = connection.execute(select(*columns).where(table.c.tenant_id == site.tenant))
        return found.all()


def _kill_over_and_over(site, dice):
    tried, done, kills = set(), set(), 0
    worker = site.member("work")
    while kills < 2 * KILLS or len(done) < ORDERS:
        producer = site.member("produce", str(max(tried, default=0) + 1))
        enough = dice.randrange(1, 3 * ORDERS // KILLS)
        producer.listen_until(lambda one, enough=enough: len(one.said) > enough)
        producer.listen_for(dice.random() / 100)
        producer.kill()
        for word, number in map(str.split, producer.said):
            (tried if word == "try" else done).add(int(number))
        worker.listen_until(lambda one: bool(one.said))
        worker.listen_for(dice.random() / 20)
        worker.kill()
        kills += 2
        worker = site.member("work")
    worker.kill()
    return tried, done


def _drain(site):
    """Deliver what is left; the leases of those who were killed run out first."""
    later = site.loom.clock() + timedelta(hours=1)
    site.loom.clock = lambda: later
    worker = Worker(site.loom)
    while any(one.outcome in ("sent", "retry") for one in worker.once(tenant=site.tenant)):
        pass


def _check_mails(site, arrived):
    """Each mail that was owed arrived, no other did, and a second time under its own id alone."""
    owed = _owed(site, "mail")
    ids = Counter(mail.strip("<>").partition("@")[0] for mail in arrived)
    assert ids.keys() == owed
    assert max(ids.values(), default=0) <= 5


def _check_webhooks(site, requests):
    """Each event of an order arrived, no other did, and a second time with the same id and body."""
    facts = {
        str(row.id)
        for row in _rows(site, schema.events.c.id, schema.events.c.kind)
        if row.kind == "order"
    }
    messages = Counter((one.headers["webhook-id"], one.body) for one in requests)
    told = Counter(one.json()["data"]["event"]["id"] for one in requests)
    assert told.keys() == facts
    assert {id for id, _ in messages} == _owed(site, "webhook")
    assert len(messages) == len(facts)
    assert max(messages.values(), default=0) <= 5


def _owed(site, channel):
    """The deliveries of a channel, all of which are done."""
    table = schema.deliveries.c
    rows = _rows(site, table.id, table.channel, table.state)
    assert {row.state for row in rows} <= {"done"}
    return {str(row.id) for row in rows if row.channel == channel}


def test_every_mail_and_webhook_arrives_and_none_that_is_not_owed(site, dice, mail, sink):
    tried, done = _kill_over_and_over(site, dice)
    _drain(site)

    subjects = _rows(site, schema.subjects.c.title, schema.subjects.c.kind)
    kept = {int(row.title.split()[1]) for row in subjects if row.kind == "order"}
    assert done <= kept <= tried
    assert len(done) >= ORDERS
    _check_mails(site, mail)
    _check_webhooks(site, sink.requests)
    assert len(set(mail)) == sum(number % MAILED_EVERY == 0 for number in kept)


def test_a_webhook_that_is_marked_before_it_is_sent_would_be_lost(site, crew, sink):
    """What protects is that a delivery is settled after it was sent."""
    crew.place(site.loom, site.tenant, 1)
    site.member("work_marking_webhooks_first").kill_in_the_gap()
    _drain(site)

    with pytest.raises(AssertionError):
        _check_webhooks(site, sink.requests)
