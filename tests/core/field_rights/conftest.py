"""A shop that hides prices and deals from its porters, and tries to tell of them everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
    Conflict,
    DocumentType,
    Field,
    Grant,
    Guarded,
    Lifecycle,
    Limit,
    LinePrice,
    Module,
    Money,
    NewLine,
    NewOrder,
    Notification,
    Order,
    Orderloom,
    OrderType,
    Party,
    Permission,
    Price,
    Problem,
    Recipient,
    Refused,
    Reprice,
    Requirement,
    Role,
    Scope,
    Series,
    SetLine,
    SetOrder,
    Status,
    Template,
    User,
    hookimpl,
    module_data,
)
from orderloom.documents import Paragraph
from orderloom.orders.order import Adjustment
from orderloom.orders.pricing import LineTax
from orderloom.testing import FakeClock

PRICE = "98765.43"


@module_data("shop.deal", v=1)
@attrs.frozen(kw_only=True)
class Deal:
    """What only some may know: on orders and on lines."""

    agreed: str = PRICE


@module_data("shop.colour", v=1)
@attrs.frozen(kw_only=True)
class Colour:
    """What everybody may know."""

    name: str = ""


@attrs.frozen(kw_only=True)
class Bid:
    """Options of `bid`: a price for every line."""

    price: Decimal | None = None
    note: str = ""


def bid_edits(order: Order, options: Bid) -> Iterator[Any]:
    """The price, if one is given; else only a mark that anybody may set."""
    if options.price is None:
        yield SetOrder(data=Colour(name="seen"))
        return
    for line in order.lines:
        yield SetLine(line=line.position, price=options.price)


LIFECYCLE = Lifecycle(
    "shop.order",
    statuses=(
        Status("waits", "Waits", stage="waiting", editable_by={EVERYONE}),
        Status("open", "Open", stage="open", editable_by={EVERYONE}, deletable=True),
        Status("done", "Done", stage="done", final=True),
        Status("dropped", "Dropped", stage="dropped", final=True),
    ),
    actions=(
        Action("place", source=START, target="open", waits_in="waits", refused_to="dropped"),
        Action("drop", source=("waits", "open"), target="dropped"),
        Action(
            "send", source="open", target="open", series="shop.order",
            issues=("shop.bill", "shop.slip", "shop.list"),
        ),
        Action("bid", source="open", target="open", options=Bid, edits=bid_edits),
        Action("stumble", source="open", target="open"),
        Action("collide", source="open", target="open"),
        Action("nest", source="open", target="open"),
        Action("refused", source="open", target="open"),
        Action("finish", source="open", target="done"),
    ),
)  # fmt: skip


def slip(inputs: Any, reading: Any) -> Iterator[Paragraph]:
    """Says nothing of prices, and cannot: what it is given has none."""
    yield Paragraph(f"{inputs.subject.totals}")
    for line in inputs.subject.lines:
        yield Paragraph(f"{line.quantity} {line.name} {line.price}")


def bill(inputs: Any, reading: Any) -> Iterator[Paragraph]:
    yield Paragraph(f"in all {inputs.subject.totals}")


def price_list(inputs: Any, reading: Any) -> str:
    return "".join(f"<price>{line.price}</price>" for line in inputs.subject.lines)


def over(asking: Any) -> Iterator[Requirement]:
    """Two approvals for whatever is titled so, with reasons that name the amount."""
    if asking.order.title == "dear":
        text = "It comes to {total}, {one} each. To go on, have it approved."
        one = asking.order.lines[0].price
        why = Problem("shop.dear", text, params={"total": asking.order.totals.total, "one": one})
        yield Requirement(role="shop.porter", count=2, why=why)


def to_people(event: Any, order: Order, reading: Any) -> list[Recipient]:
    return [Recipient(user="porter"), Recipient(user="clerk"), Recipient("out@there.example")]


def told(event: Any, order: Order, recipient: Recipient, reading: Any) -> Mapping[str, Any]:
    return {"total": order.totals.total, "words": str(order.totals), "body": str(event.body)}


def reckoned(event: Any, order: Order, recipient: Recipient, reading: Any) -> Mapping[str, Any]:
    return {"half": order.totals.total.amount / 2}


def price_line(line: Any, order: Order) -> Any:
    return LinePrice(Price(Decimal(PRICE), "EUR"), rule="the list")


def check_action(action: Action, subject: Any) -> Any:
    if action.name == "refused":
        text = "It is too dear: {total}. To go on, have {one} lowered."
        line = subject.lines[0]
        params = {"total": subject.totals.total, "one": f"{line.name}", "price": str(line.price)}
        return Problem("shop.too_dear", text, params=params)
    return None


def on_status_changed(before: Any, subject: Any, action: Action, writing: Any) -> None:
    if action.name == "stumble":
        problem = Problem("shop.stumbled", "At {total}.", params={"total": subject.totals.total})
        raise Refused([problem])
    if action.name == "collide":
        raise Conflict("Somebody else was here.", before, subject)
    if action.name == "nest":
        writing.edit(subject, [Reprice(), SetLine(line=1, price=PRICE), SetOrder(data=Deal())])


def adjust_order(order: Order, adjustments: tuple[Any, ...]) -> Any:
    amount = Money(Decimal("-5432.10"), "EUR")
    return (*adjustments, Adjustment(key="shop.rebate", label="Rebate", amount=amount))


HOOKS = {
    "price_line": price_line,
    "tax_line": lambda line: LineTax("S", Decimal(19), rule="as ever"),
    "adjust_order": adjust_order,
    "check_action": check_action,
    "on_status_changed": on_status_changed,
}


def shop_module(guards: Any = None) -> Any:
    """The shop; what it guards is for its clerks."""
    if guards is None:
        guards = (
            Guarded("shop.price.read", fields="prices", title="Prices"),
            Guarded("shop.deal.read", fields="data.shop.deal", title="Deals"),
        )
    mail = Template(subject="About {order.number}", text="{total} / {words} / {body}")
    registered = {
        "register_order_types": lambda: OrderType(
            key="shop.order", title="Shop order", lifecycle=LIFECYCLE, guards=guards,
            buyer="Buyer", seller="Seller",
            series=Series(key="shop.order", pattern="S-{seq:04}"),
        ),
        "register_permissions": lambda: (
            Permission("shop.price.read", "See prices"), Permission("shop.deal.read", "See deals"),
        ),
        "register_limits": lambda: Limit(
            key="shop.dear", title="Dear", type="shop.order", actions="place", ask=over,
        ),
        "register_documents": lambda: (
            DocumentType(key="shop.slip", title="Slip", type="shop.order", build=slip),
            DocumentType(
                key="shop.bill", title="Bill", type="shop.order", build=bill, shows="prices"
            ),
            DocumentType(
                key="shop.list", title="List", type="shop.order", write=price_list, shows="prices"
            ),
        ),
        "register_fields": lambda: (
            Field(
                key="shop.worth", title="Worth", type="shop.order", indexed=True, shows="prices",
                of=lambda order: str(order.totals.total.amount),
            ),
            Field(
                key="shop.words", title="Words", type="shop.order", indexed=True,
                of=lambda order: f"{order.totals} {len(order.lines)}",
            ),
        ),
        "register_notifications": lambda: (
            Notification(
                key="shop.sent", title="Sent", type="shop.order", on="send", recipients=to_people,
                template=mail, values=told, attach="shop.bill", channels=("mail", "inbox"),
                placeholders={"total": "1", "words": "1", "body": "1"},
            ),
            Notification(
                key="shop.placed", title="Placed", type="shop.order", on="placed",
                recipients=to_people, channels=("inbox", "mail"),
                template=Template(subject="New", text="half of it is {half}"),
                values=reckoned, placeholders={"half": "1"},
            ),
        ),
        **HOOKS,
    }  # fmt: skip
    manifest = Module(
        "shop",
        title="Shop",
        roles=(
            Role(
                key="shop.clerk", title="Clerk",
                permissions={"shop.order.*", "shop.price.read", "shop.deal.read"},
            ),
            Role(key="shop.porter", title="Porter", permissions={"shop.order.*"}),
            Role(key="shop.runner", title="Runner", permissions={"tenant.manage", "shop.order.*"}),
        ),
    )  # fmt: skip
    marked = {name: hookimpl(_named(name, function)) for name, function in registered.items()}
    return SimpleNamespace(__name__="shop", module=manifest, **marked)


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    return function


def somebody(role: str, *scopes: Scope, id: str = "") -> Actor:
    """Whoever holds a role of the shop, in the whole tenant unless a scope is named."""
    wanted = scopes or (Scope("tenant", ""),)
    return Actor(id or role, tuple(Grant(f"shop.{role}", scope) for scope in wanted))


CLERK, PORTER = somebody("clerk"), somebody("porter")


@attrs.frozen
class Shop:
    """A tenant with the shop switched on."""

    loom: Orderloom
    tenant: str
    clock: FakeClock
    module: Any

    clerk = CLERK
    porter = PORTER
    admin = Actor("ann", (Grant("admin"),))
    somebody = staticmethod(somebody)

    def desk(self, actor: Actor = CLERK) -> Any:
        return self.loom.desk(self.tenant, actor)

    def reader(self, actor: Actor = CLERK) -> Any:
        return self.loom.reader(self.tenant, actor)

    def new(self, **fields: Any) -> NewOrder:
        """Three chairs, with a deal on the order and on the line."""
        line = NewLine("Chair", "3", price=PRICE, data=(Deal(), Colour(name="green")))
        given = {"seller": "v1", "buyer": "b1", "lines": [line], "data": (Deal(), Colour())}
        return NewOrder("shop.order", **(given | fields))

    def plain(self, **fields: Any) -> NewOrder:
        """What somebody may order who sees no prices."""
        given = {"seller": "v1", "buyer": "b1", "lines": [NewLine("Chair", "3")]}
        return NewOrder("shop.order", **(given | fields))

    def place(self, new: NewOrder | None = None, actor: Actor = CLERK) -> Any:
        with self.desk(actor) as desk:
            return desk.place(new or self.new())

    def told_story(self) -> Any:
        """An order with a past: placed, re-priced, bid for, sent with its documents."""
        order = self.place()
        with self.desk() as desk:
            order = desk.edit(order, [SetLine(line=1, price="86420.97"), SetOrder(data=Deal())])
            order = desk.perform(order, "bid", Bid(price=Decimal(PRICE), note="as discussed"))
            order = desk.perform(order, "send", reason="it is time")
            desk.note(order, "beware of the dog")
        return order

    def get(self, order: Any, actor: Actor = CLERK) -> Any:
        with self.reader(actor) as reader:
            return reader.get(order.ref)

    def figures(self, order: Any) -> set[str]:
        """The digits of every amount there ever was on an order."""
        with self.reader(self.admin) as reader:
            text = " ".join(str(event.record) for event in reader.history(order))
        found = re.findall(r"'(\d{3,}\.\d{2})'", text)
        return {one.replace(".", "") for one in found} | {PRICE.replace(".", "")}


@pytest.fixture
def make_shop(engine: Engine, tmp_path: Path) -> Callable[..., Shop]:
    """A tenant of the shop, with a seller, a buyer and users."""

    def build(*others: Any, guards: Any = None) -> Shop:
        clock = FakeClock()
        module = shop_module(guards)
        loom = Orderloom(engine, modules=[module, *others], clock=clock)
        key = f"t{uuid4().hex[:12]}"
        on = ["shop", *(each.module.key for each in others)]
        loom.create_tenant(key, title="Example Shop", modules=on)
        shop = Shop(loom, key, clock, module)
        with shop.desk(shop.admin) as desk:
            desk.admin.set("core", {"mail_folder": str(tmp_path / "mail")})
            for party in ("v1", "v2", "b1", "b2"):
                desk.directory.save_party(Party(party, f"Party {party}"))
            for actor in (CLERK, PORTER, shop.admin):
                mail = f"{actor.id}@example.org"
                user = User(id=actor.id, name=actor.id, email=mail, grants=actor.grants)
                desk.directory.save_user(user)
        return shop

    return build


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    return make_shop()
