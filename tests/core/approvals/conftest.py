"""A market: an order type whose placing and closing can wait for approvals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import attrs
import pytest
from sqlalchemy.engine import Engine

from orderloom import (
    START,
    Action,
    Actor,
    DocumentType,
    Grant,
    Lifecycle,
    Limit,
    Module,
    Money,
    NewLine,
    NewOrder,
    Orderloom,
    OrderType,
    Party,
    Permission,
    Problem,
    Requirement,
    Role,
    Scope,
    Series,
    Status,
    User,
    hookimpl,
)
from orderloom.documents import Paragraph

OUTLET = Scope("party", "o1")


@attrs.frozen(kw_only=True)
class Closing:
    """Options of `close`."""

    remark: str = ""


LIFECYCLE = Lifecycle(
    "market.order",
    statuses=(
        Status(
            "needs_approval",
            "Needs Approval",
            stage="waiting",
            visible_to={"buyer"},
            editable_by={"buyer"},
        ),
        Status("pending", "Pending", stage="open", editable_by={"buyer"}),
        Status("closing", "Closing", stage="waiting"),
        Status("closed", "Closed", stage="done", final=True),
        Status("dropped", "Dropped", stage="dropped", final=True),
    ),
    actions=(
        Action(
            "place",
            source=START,
            target="pending",
            side="buyer",
            series="market.order",
            issues="market.slip",
            waits_in="needs_approval",
            refused_to="dropped",
        ),
        Action("drop", source=("needs_approval", "pending"), target="dropped", side="buyer"),
        Action(
            "close",
            source="pending",
            target="closed",
            side="buyer",
            options=Closing,
            waits_in="closing",
        ),
        Action("reopen", source="closing", target="pending", side="buyer"),
    ),
)


def market(*limits: Limit, guards: Any = None, heard: list[str] | None = None) -> Any:
    """The module, with some limits, a guard on actions, and a list of the hooks it ran."""
    told = [] if heard is None else heard

    @hookimpl
    def register_order_types() -> OrderType:
        return OrderType(
            key="market.order",
            title="Market order",
            lifecycle=LIFECYCLE,
            series=Series(key="market.order", pattern="M-{seq:04}"),
            buyer="Outlet",
            seller="Supplier",
        )

    @hookimpl
    def register_permissions() -> list[Permission]:
        return [Permission("market.allow", "Set what users may order")]

    @hookimpl
    def register_documents() -> DocumentType:
        return DocumentType(
            key="market.slip",
            title="Slip",
            type="market.order",
            build=lambda inputs, reading: (Paragraph(inputs.number),),
        )

    @hookimpl
    def register_limits() -> tuple[Limit, ...]:
        return limits

    @hookimpl
    def check_action(action: Action, order: Any, after: Any) -> Any:
        return guards(action, order, after) if guards else None

    @hookimpl
    def on_order_placed(order: Any) -> None:
        told.append(f"placed {order.status}")

    @hookimpl
    def on_order_edited(order: Any) -> None:
        told.append(f"edited {order.status}")

    @hookimpl
    def on_status_changed(before: Any, subject: Any, action: Action) -> None:
        told.append(f"{action.name} {before.status} to {subject.status}")

    buyer = {"market.order.*"}
    manifest = Module(
        "market",
        title="Market",
        roles=(
            Role(key="market.head", title="Head", permissions={*buyer, "market.allow"}),
            Role(key="market.chief", title="Chief", permissions=buyer),
            Role(key="market.orderer", title="Orderer", permissions=buyer),
            Role(key="market.supplier", title="Supplier", permissions={"market.order.read"}),
        ),
    )
    return SimpleNamespace(
        __name__="market",
        module=manifest,
        register_order_types=register_order_types,
        register_permissions=register_permissions,
        register_documents=register_documents,
        register_limits=register_limits,
        check_action=check_action,
        on_order_placed=on_order_placed,
        on_order_edited=on_order_edited,
        on_status_changed=on_status_changed,
    )


def purchasing(asking: Any) -> Iterable[Requirement]:
    """What the outlet's orderers may order on their own; its head approves the rest."""
    outlet = Scope("party", asking.order.buyer.id)
    if not asking.holds("market.orderer", scope=outlet):
        return
    for own in asking.own(outlet):
        if why := asking.over(own.amount, own.per):
            yield Requirement(role="market.head", scope=outlet, why=why)


PURCHASING = Limit(
    key="market.purchasing",
    title="Purchasing limit",
    type="market.order",
    actions="place",
    ask=purchasing,
    where="party",
    roles={"market.orderer", "market.head"},
    permission="market.allow",
)


def asks(*requirements: dict[str, Any], **fields: Any) -> Limit:
    """A limit that always requires the same."""
    why = Problem("market.why", "It needs approval. To go on, have it approved.")

    def ask(asking: Any) -> list[Requirement]:
        return [Requirement(why=why, **one) for one in requirements]

    given = {"key": "market.always", "actions": "place"} | fields
    return Limit(title="Always", type="market.order", ask=ask, **given)


@attrs.define
class Market:
    """A tenant with one outlet (o1), another one (o2) and a supplier (s1)."""

    loom: Orderloom
    tenant: str
    clock: Any
    heard: list[str]

    def actor(self, id: str) -> Actor:
        with self.loom.reader(self.tenant, Actor("root", (Grant("admin"),))) as reader:
            user = reader.directory.user(id)
        return Actor(user.id, user.grants)

    def desk(self, user: str) -> Any:
        return self.loom.desk(self.tenant, self.actor(user))

    def reader(self, user: str) -> Any:
        return self.loom.reader(self.tenant, self.actor(user))

    def allow(self, user: str, amount: str | None, per: str = "order") -> None:
        with self.desk("hana") as desk:
            desk.approvals.allow(
                user,
                None if amount is None else Money(amount, "EUR"),
                limit="market.purchasing",
                scope=OUTLET,
                per=per,
            )

    def allow_role(
        self, role: str, amount: str | None, per: str = "order", currency: str = "EUR"
    ) -> None:
        with self.desk("hana") as desk:
            desk.approvals.allow_role(
                role,
                None if amount is None else Money(amount, currency),
                limit="market.purchasing",
                scope=OUTLET,
                per=per,
            )

    def grant(self, user: str, *grants: Grant) -> None:
        with self.desk("root") as desk:
            desk.directory.save_user(User(id=user, name=user.title(), grants=grants))

    def new(self, *amounts: str, **fields: Any) -> NewOrder:
        lines = [NewLine(f"Thing {n}", "1", price=one) for n, one in enumerate(amounts, 1)]
        given = {"buyer": "o1", "seller": "s1", "lines": lines}
        return NewOrder("market.order", **(given | fields))

    def place(self, user: str, *amounts: str, **fields: Any) -> Any:
        with self.desk(user) as desk:
            return desk.place(self.new(*amounts, **fields))

    def approve(self, user: str, order: Any, **more: Any) -> Any:
        with self.desk(user) as desk:
            return desk.approve(order, **more)

    def refuse(self, user: str, order: Any, **more: Any) -> Any:
        with self.desk(user) as desk:
            return desk.refuse(order, **more)

    def edit(self, user: str, order: Any, *edits: Any) -> Any:
        with self.desk(user) as desk:
            return desk.edit(order, edits)

    def events(self, order: Any) -> list[str]:
        with self.reader("root") as reader:
            names = [event.name for event in reader.history(order)]
        return [name for name in names if name != "issued"]


USERS = {
    "root": ("admin", Scope("tenant", "")),
    "hana": ("market.head", OUTLET),
    "hugo": ("market.head", OUTLET),
    "omar": ("market.orderer", OUTLET),
    "olga": ("market.orderer", OUTLET),
    "cleo": ("market.chief", Scope("tenant", "")),
    "hera": ("market.head", Scope("party", "o2")),
    "sven": ("market.supplier", Scope("party", "s1")),
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(name="asks")
def asking() -> Callable[..., Limit]:
    """Makes limits that always require the same."""
    return asks


@pytest.fixture(name="purchasing")
def purchasing_limit() -> Limit:
    """The limit `make_market` takes unless another is given."""
    return PURCHASING


@pytest.fixture
def make_market(engine: Engine) -> Callable[..., Market]:
    def build(*limits: Limit, guards: Any = None, beside: Any = None) -> Market:
        heard: list[str] = []
        clock = Clock()
        module = market(*(limits or (PURCHASING,)), guards=guards, heard=heard)
        others = [] if beside is None else [beside]
        loom = Orderloom(engine, modules=[module, *others], clock=clock)
        key = f"t{uuid4().hex[:12]}"
        on = ["market", *(one.module.key for one in others)]
        loom.create_tenant(key, title="Example Market", modules=on)
        with loom.desk(key, Actor("root", (Grant("admin"),))) as desk:
            for id, name in (("o1", "Outlet One"), ("o2", "Outlet Two"), ("s1", "Supplier One")):
                desk.directory.save_party(Party(id, name))
            for id, (role, scope) in USERS.items():
                grants = (Grant(role, scope),)
                desk.directory.save_user(User(id=id, name=id.title(), grants=grants))
        return Market(loom, key, clock, heard)

    return build


@pytest.fixture
def shop(make_market: Callable[..., Market]) -> Market:
    """The outlet's orderer omar may order up to 500.00 EUR on his own."""
    made = make_market()
    made.allow("omar", "500")
    return made
