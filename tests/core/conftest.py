"""A toy order system: a module with an order type of its own, and others that take part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import attrs
import pytest
from sqlalchemy.engine import Engine

from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    Desk,
    DocumentInputs,
    DocumentType,
    Facet,
    Field,
    Grant,
    Lifecycle,
    Module,
    NewLine,
    NewOrder,
    Notification,
    Order,
    Orderloom,
    OrderType,
    Party,
    Project,
    Reader,
    Recipient,
    Role,
    Scope,
    Series,
    SetLine,
    SetOrder,
    Status,
    SubjectType,
    Template,
    Timer,
    hookimpl,
    module_data,
)
from orderloom.documents import Facts, Paragraph
from orderloom.store.engine import writing
from orderloom.store.verify import Verification, verify

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Counter:
    """Options of `counter`: another price for every line."""

    price: Decimal
    remark: str = ""


@attrs.frozen(kw_only=True)
class Verdict:
    """Options of `judge`."""

    good: bool


@module_data("toy", v=1)
@attrs.frozen(kw_only=True)
class Colour:
    name: str = ""


@attrs.frozen
class ToySettings:
    greeting: str = "Hello"
    most: int = 5


def counter_edits(order: Order, options: Counter) -> Iterator[Any]:
    for line in order.lines:
        yield SetLine(line=line.position, price=options.price)
    if options.remark:
        yield SetOrder(remarks=options.remark)


def judged(order: Order, options: Verdict) -> str:
    return "done" if options.good else "canceled"


LIFECYCLE = Lifecycle(
    "toy.order",
    statuses=(
        Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
        Status("sent", "Sent", stage="open", editable_by={"seller"}),
        Status("done", "Done", stage="done", final=True),
        Status("canceled", "Canceled", stage="dropped", final=True),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action("send", source="draft", target="sent", series="toy.order", issues="toy.slip"),
        Action("finish", source="sent", target="done", side="buyer"),
        Action("cancel", source=("draft", "sent"), target="canceled"),
        Action("counter", source="sent", target="sent", options=Counter, edits=counter_edits),
        Action("judge", source="sent", target=("done", "canceled"), route=judged, options=Verdict),
    ),
    timers=(Timer("lapse", action="cancel", source="sent", after=timedelta(days=3)),),
    facets=(
        Facet(
            "payment",
            statuses=(
                Status("unpaid", "Unpaid", stage="open"),
                Status("paid", "Paid", stage="done", final=True),
            ),
            start="unpaid",
            actions=(Action("pay", source="unpaid", target="paid"),),
        ),
    ),
)
VISITS = Lifecycle(
    "toy.visit",
    statuses=(
        Status("planned", "Planned", stage="open", editable_by={EVERYONE}, deletable=True),
        Status("made", "Made", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="planned"),
        Action("make", source="planned", target="made"),
    ),
)


def build_slip(inputs: DocumentInputs, reading: Any) -> tuple[Any, ...]:
    order = inputs.subject
    return (
        Facts((("Number", inputs.number), ("Revision", str(inputs.revision)))),
        Paragraph(reading.settings(ToySettings).greeting),
        *(Paragraph(f"{line.quantity} {line.name}") for line in order.lines),
        *((Paragraph(order.remarks),) if order.remarks else ()),
    )


def to_seller(event: Any, order: Order, reading: Any) -> list[Recipient]:
    return [Recipient("desk@vendor.example", "Vendor One")] if order.seller else []


def toy_module() -> Any:
    """The module that owns `toy.order` and `toy.visit`."""
    user = {"toy.order.*", "toy.visit.*"}
    plain = {"place": "toy.order.place", "read": "toy.order.read"}
    return _module(
        "toy",
        register_order_types=lambda: OrderType(
            key="toy.order",
            title="Toy order",
            lifecycle=LIFECYCLE,
            buyer="Buyer",
            seller="Vendor",
            series=Series(key="toy.order", pattern="{prefix}T-{year}-{seq:04}", yearly=True),
            permissions=plain,
        ),
        register_subjects=lambda: SubjectType(key="toy.visit", title="Visit", lifecycle=VISITS),
        register_documents=lambda: DocumentType(
            key="toy.slip", title="Slip", type="toy.order", build=build_slip
        ),
        register_notifications=lambda: Notification(
            key="toy.sent", title="Slip", type="toy.order", on="send",
            recipients=to_seller, attach="toy.slip",
            template=Template(subject="Slip {order.number}", text="Please see the slip."),
        ),
        register_fields=lambda: Field(
            key="toy.colour", title="Colour", type="toy.order", indexed=True,
            of=lambda order: order.data[Colour].name if Colour in order.data else "",
        ),
        settings=ToySettings,
        roles=(
            Role(key="toy.user", title="User", permissions=user),
            Role(key="toy.viewer", title="Viewer", permissions={"toy.order.read"}),
        ),
    )  # fmt: skip


_HOOKS = ("register_", "extend_", "check_", "claim_", "price_", "tax_", "adjust_", "on_", "after_")


def _module(key: str, **more: Any) -> Any:
    """A module of functions; those named like hooks are its hooks, the rest is its manifest."""
    hooks = {name: more.pop(name) for name in list(more) if name.startswith(_HOOKS)}
    more.setdefault("title", key.title())
    if key != "toy":
        more = {"requires": {"toy"}, "touches": {"toy.order", "toy.visit"}, **more}
    marked = {name: hookimpl(_named(name, function)) for name, function in hooks.items()}
    return SimpleNamespace(__name__=key, module=Module(key, **more), **marked)


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    return function


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


ANN = Actor("ann", (Grant("admin"),))


@attrs.define
class Toy:
    """A tenant of the toy modules, with a vendor, a buyer and two projects in its directory."""

    loom: Orderloom
    tenant: str
    clock: Clock
    folder: Path
    ann: Actor = ANN

    def desk(self, actor: Actor = ANN) -> AbstractContextManager[Desk]:
        return self.loom.desk(self.tenant, actor)

    def reader(self, actor: Actor = ANN) -> AbstractContextManager[Reader]:
        return self.loom.reader(self.tenant, actor)

    def place(self, new: Any = None, *, actor: Actor = ANN, **fields: Any) -> Any:
        with self.desk(actor) as desk:
            return desk.place(new or self.new(**fields))

    def perform(self, order: Any, *actions: str, **more: Any) -> Any:
        for action in actions:
            with self.desk() as desk:
                order = desk.perform(order, action, **more)
        return order

    def edit(self, order: Any, *edits: Any) -> Any:
        with self.desk() as desk:
            return desk.edit(order, edits)

    def get(self, order: Any) -> Any:
        with self.reader() as reader:
            return reader.get(order.ref)

    def count(self) -> int:
        with self.reader() as reader:
            return reader.count().value

    def history(self, order: Any) -> tuple[Any, ...]:
        with self.reader() as reader:
            return reader.history(order)

    def names(self, order: Any) -> list[str]:
        return [event.action or event.name for event in self.history(order)]

    def new(self, **fields: Any) -> NewOrder:
        """200 chairs at 1.25 EUR from Vendor One."""
        start = {"seller": "v1", "lines": [NewLine("Folding chair", "200", price="1.25")]}
        return NewOrder("toy.order", **(start | fields))

    def actor(self, role: str, kind: str = "tenant", id: str = "") -> Actor:
        return Actor(f"{role}@{kind}{id}", (Grant(role, Scope(kind, id)),))

    def verified(self) -> Verification:
        with writing(self.loom.engine, self.tenant) as connection:
            return verify(connection, self.tenant)


@pytest.fixture
def make_module() -> Callable[..., Any]:
    """A module that touches the toy's types, of the given hooks."""
    return _module


@pytest.fixture
def make_toy(engine: Engine, tmp_path: Path) -> Callable[..., Toy]:
    """A toy tenant with further modules switched on, in the order given."""

    def build(*others: Any, off: tuple[Any, ...] = ()) -> Toy:
        clock = Clock()
        loom = Orderloom(engine, modules=[toy_module(), *others, *off], clock=clock)
        key = f"t{uuid4().hex[:12]}"
        on = ["toy", *(each.module.key for each in others)]
        loom.create_tenant(key, title="Example Festivals", modules=on)
        folder = tmp_path / "mail"
        with loom.desk(key, ANN) as desk:
            desk.admin.set("core", {"mail_folder": str(folder)})
            desk.directory.save_party(Party("v1", "Vendor One", roles={"vendor"}))
            desk.directory.save_party(Party("v2", "Vendor Two", roles={"vendor"}))
            desk.directory.save_party(Party("b1", "Buyer One"))
            desk.directory.save_project(Project("summer", "Summer", prefix="S-"))
            desk.directory.save_project(Project("winter", "Winter"))
        return Toy(loom, key, clock, folder)

    return build


@pytest.fixture
def toy(make_toy: Callable[..., Toy]) -> Toy:
    return make_toy()
