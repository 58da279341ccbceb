"""A tenant with invoicing and a small module of shops, whose orders are invoiced when accepted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import attrs
import pytest
from sqlalchemy.engine import Engine

import orderloom_invoicing.module as invoicing
from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    Address,
    Adjustment,
    Grant,
    Lifecycle,
    Module,
    Money,
    NewLine,
    NewOrder,
    Order,
    Orderloom,
    OrderType,
    Party,
    Product,
    Query,
    Role,
    Scope,
    Series,
    Status,
    hookimpl,
)
from orderloom.testing import FakeClock
from orderloom_invoicing import HAND_OVER, INVOICE, READ, HandOver, hand_over, handed_over, tax_for

ANN = Actor("ann", (Grant("admin"),))
SHOPS = Lifecycle(
    "shop.order",
    statuses=(
        Status("open", "Open", stage="open", editable_by={EVERYONE}),
        Status("accepted", "Accepted", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="open", series="shop.order"),
        Action("accept", source="open", target="accepted"),
        Action("accept_again", source="accepted", target="accepted"),
    ),
)


@attrs.define
class Rules:
    """What the shop does when it accepts.

    Attributes:
        quantities: by position; None invoices everything.
        adjustments: of its orders, made from (key, amount, position or None).
    """

    quantities: dict[int, str] | None = None
    purpose: str = ""
    adjustments: tuple[tuple[str, str, int | None], ...] = ()


def shop_module(rules: Rules) -> Any:
    @hookimpl
    def register_order_types() -> OrderType:
        return OrderType(
            key="shop.order",
            title="Shop order",
            lifecycle=SHOPS,
            series=Series(key="shop.order", pattern="S-{seq:03}"),
            buyer="Buyer",
            seller="Shop",
        )

    @hookimpl
    def tax_line(line, reading):
        return tax_for(line, reading)

    @hookimpl
    def adjust_order(order):
        return [
            Adjustment(
                key=key,
                label=key.title(),
                amount=Money(Decimal(amount), order.currency),
                line=order.line(at).id if at else None,
            )
            for key, amount, at in rules.adjustments
        ]

    @hookimpl
    def on_status_changed(subject, writing):
        wanted = None
        if rules.quantities is not None:
            wanted = {subject.line(at).id: Decimal(q) for at, q in rules.quantities.items()}
        hand_over(subject, writing, quantities=wanted, purpose=rules.purpose)

    manifest = Module(
        "shop",
        title="Shop",
        requires={"invoicing"},
        roles=(
            Role(
                key="shop.keeper",
                title="Keeper",
                permissions={"shop.order.*", HAND_OVER, READ, "invoicing.invoice.edit"},
            ),
            Role(key="shop.helper", title="Helper", permissions={"shop.order.*"}),
            Role(key="shop.customer", title="Customer", permissions={"shop.order.read", READ}),
        ),
    )
    hooks = (register_order_types, tax_line, adjust_order, on_status_changed)
    return SimpleNamespace(
        __name__="shop", module=manifest, **{hook.__name__: hook for hook in hooks}
    )


@attrs.define
class House:
    """One tenant: seller s1, buyers b1 and b2."""

    loom: Orderloom
    tenant: str
    rules: Rules
    clock: FakeClock
    modules: list[Any]

    def desk(self, actor: Actor = ANN):
        return self.loom.desk(self.tenant, actor)

    def reader(self, actor: Actor = ANN):
        return self.loom.reader(self.tenant, actor)

    def set(self, **settings: Any) -> None:
        with self.desk() as desk:
            desk.admin.set("invoicing", settings)

    def order(self, *lines: NewLine, **more: Any) -> Order:
        """Three chairs at 3.335 for b1, unless said otherwise."""
        given = lines or (NewLine("Chair", "3", price="3.335"),)
        fields = {"buyer": "b1", "seller": "s1", "lines": given, **more}
        with self.desk() as desk:
            return desk.place(NewOrder("shop.order", **fields))

    def accepted(self, *lines: NewLine, **more: Any) -> Order:
        return self.do(self.order(*lines, **more), "accept")

    def do(self, subject: Order, action: str, options: Any = None, *, by: Actor = ANN) -> Order:
        with self.desk(by) as desk:
            return desk.perform(subject.ref, action, options)

    def handed(self, order: Order, purpose: str = "") -> HandOver | None:
        with self.reader() as reader:
            return handed_over(order, reader.reading, purpose=purpose)

    def invoice(self, order: Order) -> Order:
        """The draft invoice of an order."""
        with self.reader() as reader:
            return reader.get(self.handed(order).invoice, kind="invoice")

    def posted(self, *lines: NewLine) -> Order:
        """The posted invoice of an accepted order."""
        return self.do(self.invoice(self.accepted(*lines)), "post")

    def by_hand(self, *lines: NewLine, **more: Any) -> Order:
        """An invoice without any order."""
        given = lines or (NewLine("Chair", "3", price="3.335"),)
        fields = {"buyer": "b1", "seller": "s1", "lines": given, **more}
        with self.desk() as desk:
            return desk.place(NewOrder(INVOICE, **fields))

    def now(self, subject: Order) -> Order:
        with self.reader() as reader:
            return reader.get(subject.ref)

    def found(self, actor: Actor = ANN, **query: Any) -> list[Order]:
        with self.reader(actor) as reader:
            return list(reader.find(Query(kind="invoice", **query), limit=1000).items)

    def actor(self, role: str, party: str = "") -> Actor:
        """Somebody with a role in a party, or in the whole tenant."""
        scope = Scope("party" if party else "tenant", party)
        return Actor(f"{role}@{party}", (Grant(role, scope),))

    def notes(self) -> list[Order]:
        """The credit notes, oldest first."""
        return self.found(type="invoicing.credit_note")[::-1]


@pytest.fixture
def make_house(engine: Engine) -> Callable[..., House]:
    """A tenant of invoicing, the shop and further modules."""

    def make(*others: Any) -> House:
        rules, clock = Rules(), FakeClock()
        modules = [invoicing, shop_module(rules), *others]
        loom = Orderloom(engine, modules=modules, clock=clock)
        key = f"t{uuid4().hex[:12]}"
        loom.create_tenant(
            key, title="Example Trade", modules=[each.module.key for each in modules]
        )
        house = House(loom, key, rules, clock, modules)
        with house.desk() as desk:
            for id, name in (("s1", "Seller One"), ("b1", "Buyer One"), ("b2", "Buyer Two")):
                address = Address((f"1 {name} Street",), city="Exampleton", country="GB")
                desk.directory.save_party(Party(id, name, address=address))
            desk.directory.save_product(Product(id="BOOK", name="Book"))
        house.set(tax_percent="20", tax_number="XX111")
        return house

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()
