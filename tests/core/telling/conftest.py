"""A toy that tells its users things: orders wait where only the buyer sees them."""

from __future__ import annotations

import email
from email import policy
from types import SimpleNamespace
from uuid import uuid4

import pytest

from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    Grant,
    Lifecycle,
    NewLine,
    NewOrder,
    Notification,
    OrderType,
    Recipient,
    Role,
    Scope,
    Status,
    Template,
    User,
)
from orderloom.worker import Worker

SPANISH = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "{order.title} is {order.status}"
msgstr "{order.title} está {order.status}"

msgid "Dear {recipient.name},\\n\\n{actor.name} ordered for {total}."
msgstr "Estimado/a {recipient.name}:\\n\\n{actor.name} ha pedido por {total}."

msgid "<p>Dear {recipient.name}, {total}</p>"
msgstr "<p>Estimado/a {recipient.name}, {total}</p>"

msgid "Waiting"
msgstr "en espera"
"""

LIFECYCLE = Lifecycle(
    "tell.order",
    statuses=(
        Status("waiting", "Waiting", stage="waiting", visible_to={"buyer"}, editable_by={EVERYONE}),
        Status("pending", "Pending", stage="open"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="waiting"),
        Action("approve", source="waiting", target="pending"),
        Action("recall", source="pending", target="waiting"),
        Action("finish", source="pending", target="done"),
    ),
)


def both(event, order, reading):
    """Everybody of both parties, whatever they may see."""
    for party in (order.buyer, order.seller):
        for role in ("tell.user", "tell.reader", "tell.subscriber"):
            for one in reading.users_with(role, Scope("party", party.id)):
                yield Recipient(user=one.id)


def values(event, order, recipient, reading):
    return {"total": order.totals.total}


def notification(key, on, **more):
    parts = {
        "title": f"Told when {on}", "type": "tell.order", "recipients": both,
        "channels": ("mail", "inbox"), "topic": "tell.orders", "values": values,
        "placeholders": {"total": "1"},
        "template": Template(
            subject="{order.title} is {order.status}",
            text="Dear {recipient.name},\n\n{actor.name} ordered for {total}.",
        ),
    }  # fmt: skip
    return Notification(key=key, on=on, **(parts | more))


NOTIFICATIONS = (
    notification("tell.placed", "place"),
    notification("tell.approved", "approve"),
    notification("tell.alarm", "finish", topic="tell.alarms", mandatory=True),
)


@pytest.fixture
def notifications():
    """What the toy tells."""
    return NOTIFICATIONS


@pytest.fixture
def words(tmp_path, monkeypatch):
    """Import name of a folder with a Spanish catalogue."""
    name = f"words_{uuid4().hex}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "es.po").write_text(SPANISH, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.fixture
def toy(make_toy, make_module, notifications, words):
    """A tenant with bo, who buys in Spanish, and vi, who sells."""
    toy = make_toy(
        make_module(
            "tell",
            touches=set(),
            locale=words,
            register_order_types=lambda: OrderType(
                key="tell.order", title="Told", lifecycle=LIFECYCLE, buyer="B", seller="S"
            ),
            register_notifications=lambda: notifications,
            roles=(
                Role(key="tell.user", title="User", permissions={"tell.order.*"}),
                Role(key="tell.reader", title="Reader", permissions={"tell.order.read"}),
                Role(key="tell.subscriber", title="Subscriber", permissions={"tell.order.told"}),
            ),
        )
    )
    with toy.desk() as desk:
        save = desk.directory.save_user
        save(user("bo", "b1", name="Bo", email="bo@buyer.example", language="es"))
        save(user("vi", "v1", name="Vi", email="vi@vendor.example"))
        save(User(id="ann", name="Ann", grants=[Grant("admin")]))
    return toy


def user(id, *parties, role="tell.user", **more):
    grants = [Grant(role, Scope("party", one)) for one in parties]
    return User(id=id, grants=grants, **more)


@pytest.fixture
def make_user():
    return user


@pytest.fixture
def placed(toy):
    """Places an order of 12.50 EUR."""

    def place(title="Terrace"):
        new = NewOrder(
            "tell.order", title=title, buyer="b1", seller="v1",
            lines=[NewLine("Chair", "10", price="1.25")],
        )  # fmt: skip
        return toy.place(new)

    return place


@pytest.fixture
def acting(toy):
    """An actor as the directory knows him now."""

    def find(id) -> Actor:
        return toy.loom.actor(toy.tenant, id)

    return find


@pytest.fixture
def box(toy, acting):
    """Titles in somebody's inbox, newest first, and how many he has not read."""

    def look(id, **more):
        with toy.reader(acting(id)) as reader:
            titles = [one.title for one in reader.inbox(**more).items]
            return SimpleNamespace(titles=titles, unread=reader.unread().value)

    return look


@pytest.fixture
def work(toy):
    """Lets a worker do what is due, after a while; answers what it did of mail."""

    def run(**move):
        toy.clock.move(**move)
        done = Worker(toy.loom).once(tenant=toy.tenant)
        return [(one.what, one.outcome) for one in done if one.what in ("mail", "digest")]

    return run


@pytest.fixture
def mails(toy):
    """All that was mailed: (to, subject)."""

    def read(whole=False):
        files = sorted(toy.folder.rglob("*.eml"))
        found = [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
        return found if whole else sorted((one["To"], one["Subject"]) for one in found)

    return read


@pytest.fixture
def wish(toy, acting):
    """Says how somebody wants to be told."""

    def say(id, topic, how, **more):
        with toy.desk(acting(id)) as desk:
            return desk.notifications.wish(topic, how, **more)

    return say
