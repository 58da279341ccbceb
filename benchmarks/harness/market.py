"""Outlets and suppliers: an order type that may wait for approval, and hides it from suppliers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from harness.ground import Ground
from harness.system import ADMIN, LINES
from orderloom import (
    START,
    Action,
    Actor,
    Asking,
    Grant,
    Lifecycle,
    Limit,
    Module,
    Money,
    NewLine,
    NewOrder,
    Notification,
    Orderloom,
    OrderType,
    Party,
    Recipient,
    Requirement,
    Role,
    Scope,
    Series,
    Status,
    Template,
    hookimpl,
)

TENANT = "market"
TYPE = "market.order"
OUTLET, SUPPLIER = Party("o1", "Outlet One"), Party("s1", "Supplier One")
ORDERER = Actor("orderer", (Grant("market.orderer", Scope("party", "o1")),))
SELLER = Actor("seller", (Grant("market.seller", Scope("party", "s1")),))
_LIMIT = Money(1000, "EUR")

LIFECYCLE = Lifecycle(
    TYPE,
    statuses=(
        Status("waiting", "Waiting", stage="waiting", visible_to={"buyer"}),
        Status("open", "Open", stage="open"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action(
            "place",
            source=START,
            target="open",
            side="buyer",
            series=TYPE,
            waits_in="waiting",
            refused_to="done",
        ),
        Action("drop", source="waiting", target="done"),
        Action("finish", source="open", target="done"),
    ),
)


def new_order(number: int, price: str = "10") -> NewOrder:
    """An order of five priced lines; at 10 EUR each it stays below the limit."""
    lines = [
        NewLine(f"Item {(number + position) % 997:05d} of the order", "1", price=price)
        for position in range(LINES)
    ]
    return NewOrder(TYPE, buyer="o1", seller="s1", lines=lines)


@contextmanager
def market(ground: Ground) -> Iterator[Orderloom]:
    """Our side with the module and its tenant, an outlet and a supplier."""
    with Orderloom(ground.owner, modules=[_module()]) as loom:
        loom.create_tenant(TENANT, title="Example Market", modules=["market"])
        with loom.desk(TENANT, ADMIN) as desk:
            desk.directory.save_party(OUTLET)
            desk.directory.save_party(SUPPLIER)
        with loom.desk(TENANT, ADMIN) as desk:
            desk.place(new_order(0))
    with Orderloom(ground.ours, modules=[_module()]) as loom:
        yield loom


def modules() -> list[Any]:
    """What `market` runs on, for workers of their own."""
    return [_module()]


def _module() -> Any:
    def register_order_types() -> OrderType:
        return OrderType(
            key=TYPE,
            title="Market order",
            lifecycle=LIFECYCLE,
            buyer="Outlet",
            seller="Supplier",
            series=Series(key=TYPE, pattern="M-{seq:07}"),
        )

    def register_limits() -> Limit:
        return Limit(key="market.limit", title="Limit", type=TYPE, actions="place", ask=_ask)

    def register_notifications() -> Notification:
        return Notification(
            key="market.finished",
            title="Finished",
            type=TYPE,
            on="finish",
            recipients=lambda event, order, reading: [Recipient("desk@supplier.example", "Desk")],
            template=Template(subject="Order {order.number}", text="It is finished."),
        )

    buyer = Role(key="market.orderer", title="Orderer", permissions=frozenset({f"{TYPE}.*"}))
    seller = Role(key="market.seller", title="Seller", permissions=frozenset({f"{TYPE}.read"}))
    return SimpleNamespace(
        __name__="market",
        module=Module("market", title="Market", roles=(buyer, seller)),
        register_order_types=hookimpl(register_order_types),
        register_limits=hookimpl(register_limits),
        register_notifications=hookimpl(register_notifications),
    )


def _ask(asking: Asking) -> Requirement | None:
    why = asking.over(_LIMIT)
    return Requirement(role="admin", why=why) if why else None
