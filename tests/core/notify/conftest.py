from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from orderloom.notify import HOOK, MAIL, Delivery, MailSettings, done, failed, lease, owe
from orderloom.orders.subject import SubjectRef
from orderloom.store import schema
from orderloom.store.engine import writing
from orderloom.values import uuid7

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ORDER_ID = UUID("01900000-0000-7000-8000-0000000000aa")


@pytest.fixture
def noon():
    """The instant everything was owed at."""
    return NOON


def _subject(tenant, id):
    return {
        "tenant_id": tenant, "kind": "order", "id": id, "type": "shop.order", "version": 1,
        "created_at": NOON, "updated_at": NOON, "head_seq": 1,
    }  # fmt: skip


@pytest.fixture
def order(engine, tenant):
    """An order in the database."""
    with writing(engine, tenant) as connection:
        connection.execute(sa.insert(schema.subjects), _subject(tenant, ORDER_ID))
    return SubjectRef("order", ORDER_ID)


@pytest.fixture
def another_order(engine, tenant, order):
    id = UUID(int=order.id.int + 1)
    with writing(engine, tenant) as connection:
        connection.execute(sa.insert(schema.subjects), _subject(tenant, id))
    return SubjectRef("order", id)


def _delivery(number=1, **changes):
    """A mail to a fictional vendor; `number` makes its id."""
    made = Delivery(
        id=uuid7(NOON, number.to_bytes(10, "big")),
        channel=MAIL,
        source="shop.confirmation",
        subject=SubjectRef("order", ORDER_ID),
        seq=1,
        recipient="orders@chairs.example",
        payload={"name": "Chairs & Co", "subject": "Order 7", "text": "Please send chairs."},
        next_at=NOON,
        created_at=NOON,
    )
    return attrs.evolve(made, **changes)


@pytest.fixture
def delivery():
    return _delivery


@pytest.fixture
def owing(engine, tenant, order):
    """Commits deliveries as owed and answers them."""

    def commit(*deliveries):
        with writing(engine, tenant) as connection:
            owe(connection, tenant, deliveries)
        return deliveries

    return commit


@pytest.fixture
def leased(engine, tenant):
    """Leases in a transaction of its own."""

    def run(worker, now, limit=10):
        with writing(engine, tenant) as connection:
            return tuple(
                one
                for channel in (MAIL, HOOK)
                for one in lease(connection, tenant, worker, now, channel, limit)
            )

    return run


@pytest.fixture
def settle(engine, tenant):
    """Notes an outcome in a transaction of its own."""

    def run(delivery, worker, now, outcome=None):
        with writing(engine, tenant) as connection:
            if outcome is None:
                return done(connection, tenant, delivery.id, worker, now)
            return failed(connection, tenant, delivery, worker, now, outcome)

    return run


@pytest.fixture
def settings():
    """Builds settings for one's own mail server."""

    def build(server=None, **changes):
        route = {} if server is None else {
            "transport": "smtp", "host": "127.0.0.1", "port": server.port, "tls": "none",
            "timeout": 5,
        }  # fmt: skip
        return MailSettings(sender="orders@acme.example", **{**route, **changes})

    return build


# ── mail servers ───────────────────────────────────────────────────────────────────────────


class Desk:
    """A mail server's behaviour: keeps what arrives; answers can be set per command.

    Attributes:
        recipients, data: answers to RCPT and DATA, in order; the last one stays.
    """

    def __init__(self):
        self.arrived = []
        self.connections = 0
        self.quits = 0
        self.recipients = ["250 OK"]
        self.data = ["250 OK"]
        self.hang_up = False
        self.hang = False

    @staticmethod
    def _next(answers):
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - as aiosmtpd calls it
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - as aiosmtpd calls it
        answer = self._next(self.recipients)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        if self.hang:
            await asyncio.Event().wait()
        answer = self._next(self.data)
        if answer.startswith("2"):
            self.arrived.append(
                SimpleNamespace(
                    sender=envelope.mail_from,
                    recipients=list(envelope.rcpt_tos),
                    content=envelope.content,
                    encrypted=session.ssl is not None,
                )
            )
        if self.hang_up:
            server.transport.abort()
        return answer

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        self.quits += 1
        return "221 Bye"


class _OnFreePort(Controller):
    """Listens on a socket bound before, so that no other process can take the port."""

    def __init__(self, handler, **options):
        self.socket = socket.create_server(("127.0.0.1", 0))
        port = self.socket.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, **options)

    def _create_server(self):
        return self.loop.create_server(
            self._factory_invoker, sock=self.socket, ssl=self.ssl_context
        )


@contextmanager
def _serving(**options):
    desk = Desk()
    controller = _OnFreePort(desk, **options)
    controller.start()
    desk.port = controller.port
    desk.connections = 0
    try:
        yield desk
    finally:
        controller.stop()


@pytest.fixture
def mail_server():
    """A mail server that takes everything."""
    with _serving() as desk:
        yield desk


@pytest.fixture
def signing_in():
    """A mail server that wants the name "acme" and the password "hunter2"."""

    def check(server, session, envelope, mechanism, given):
        right = (given.login, given.password) == (b"acme", b"hunter2")
        return AuthResult(success=right, handled=False)

    with _serving(authenticator=check, auth_required=True, auth_require_tls=False) as desk:
        yield desk


@pytest.fixture
def silent_server():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield SimpleNamespace(port=listening.getsockname()[1])


@pytest.fixture
def closed_port():
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return SimpleNamespace(port=port)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 and its key, and the authority that signed it."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    paths = SimpleNamespace(
        authority=folder / "authority.pem", cert=folder / "cert.pem", key=folder / "key.pem"
    )
    authority.cert_pem.write_to_path(paths.authority)
    issued.cert_chain_pems[0].write_to_path(paths.cert)
    issued.private_key_pem.write_to_path(paths.key)
    return paths


@pytest.fixture
def tls_context(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


@pytest.fixture
def starttls_server(tls_context):
    with _serving(tls_context=tls_context, require_starttls=True) as desk:
        yield desk


@pytest.fixture
def tls_server(tls_context):
    with _serving(ssl_context=tls_context) as desk:
        yield desk


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The machine trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
