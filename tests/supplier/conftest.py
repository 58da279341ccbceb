"""A market: two outlets, two suppliers, what they sell, and a user of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import attrs
import pytest
from sqlalchemy.engine import Engine

from orderloom import (
    Actor,
    Contact,
    Desk,
    Grant,
    Money,
    NewLine,
    NewOrder,
    Order,
    Orderloom,
    Party,
    Price,
    Product,
    Reader,
    Scope,
    User,
)
from orderloom.testing import FakeClock
from orderloom_supplier import ORDER_TYPE, Listed, set_entries

OUTLET_ROLES = (
    "outlet_admin", "outlet_manager", "outlet_orderer", "outlet_receiver", "outlet_finance",
    "outlet_subscriber",
)  # fmt: skip
SUPPLIER_ROLES = ("supplier_admin", "supplier_manager")
#: What both suppliers sell to every outlet: product, unit price, pack, least.
LIST = (("milk", "1.20", "6", "6"), ("bread", "3.00", "1", "0"), ("butter", "2.50", "1", "0"))


def actor(role: str, party: str, *more: str) -> Actor:
    """Somebody who holds roles of this module at a party."""
    scope = Scope("party", party)
    grants = tuple(Grant(f"supplier.{one}", scope) for one in (role, *more))
    return Actor(f"{role}.{party}", grants)


@attrs.frozen
class Market:
    """One tenant and somebody who may do everything in it."""

    loom: Orderloom
    tenant: str
    house: Actor
    clock: FakeClock

    def who(self, role: str, party: str, *more: str) -> Actor:
        return actor(role, party, *more)

    @contextmanager
    def desk(self, by: Actor | None = None) -> Iterator[Desk]:
        with self.loom.desk(self.tenant, by or self.house) as desk:
            yield desk

    @contextmanager
    def reader(self, by: Actor | None = None) -> Iterator[Reader]:
        with self.loom.reader(self.tenant, by or self.house) as reader:
            yield reader

    def order(self, *lines, by=None, outlet="cafe", supplier="dairy", action="place", **more):
        """Place an order of (product, quantity) pairs or `NewLine`s; 12 milk and 2 bread."""
        pairs = lines or (("milk", "12"), ("bread", "2"))
        made = [
            NewLine("", one[1], product=one[0]) if isinstance(one, tuple) else one for one in pairs
        ]
        new = NewOrder(ORDER_TYPE, buyer=outlet, seller=supplier, lines=made, **more)
        side, party = ("supplier", supplier) if action == "place_on_behalf" else ("outlet", outlet)
        with self.desk(by or actor(f"{side}_admin", party)) as desk:
            return desk.place(new, action=action)

    def do(self, order, action, options=None, *, by=None, **more) -> Order:
        """Perform an action as the admin of whichever side it is of."""
        with self.reader() as reader:
            side = reader.assembly.lifecycles[ORDER_TYPE].lifecycle.action(action).side
        admin = {
            "buyer": ("outlet_admin", order.buyer.id),
            "seller": ("supplier_admin", order.seller.id),
        }
        with self.desk(by or actor(*admin[side])) as desk:
            return desk.perform(order.ref, action, options, **more)

    def now(self, order) -> Order:
        with self.reader() as reader:
            return reader.get(order.ref)

    def held(self) -> Order:
        """An order above what the manager of the cafe may order."""
        manager = actor("outlet_manager", "cafe")
        with self.desk() as desk:
            nothing = Money.zero("EUR")
            scope = Scope("party", "cafe")
            desk.approvals.allow(manager.id, nothing, limit="supplier.purchasing", scope=scope)
        return self.order(by=manager)

    def in_status(self, status: str) -> Order:
        """An order that came to a status by the shortest way."""
        if status == "needs_approval":
            return self.held()
        order = self.order()
        for action, options in PATHS[status]:
            order = self.do(order, action, options)
        return order

    def sell(
        self, supplier="dairy", outlet="", product="milk", price="1.20", currency="EUR", **more
    ) -> None:
        """Put a product on a list."""
        entry = Listed(
            supplier=supplier, outlet=outlet, product=product,
            price=Price(Decimal(price), currency),
            **{name: Decimal(one) if isinstance(one, str) and name != "tax_category" else one
               for name, one in more.items()},
        )  # fmt: skip
        with self.desk() as desk:
            set_entries(desk, [entry])


TODAY = {"on": "2026-07-01"}
ACCEPT = ("accept", None)
SCHEDULE = ("schedule", TODAY)
COMPLETE = ("complete", None)
DISPUTE = ("dispute", None)
PATHS = {
    "pending": (),
    "accepted": (ACCEPT,),
    "partially_accepted": (("accept", {"strike": [2]}),),
    "scheduled": (ACCEPT, SCHEDULE),
    "completed": (ACCEPT, COMPLETE),
    "in_dispute": (ACCEPT, COMPLETE, DISPUTE),
    "completed_after_dispute": (ACCEPT, COMPLETE, DISPUTE, ("resolve", None)),
    "abandoned": (("abandon", None),),
    "declined": (("decline", None),),
}


def _modules() -> list[object]:
    import orderloom_invoicing.module
    import orderloom_supplier.module

    return [orderloom_invoicing.module, orderloom_supplier.module]


@pytest.fixture
def open_market(engine: Engine, tmp_path: Path) -> Callable[..., Market]:
    """Opens a market in a tenant with the given zone; noon (UTC) of Wednesday 1 July 2026."""

    def opened(timezone: str = "UTC") -> Market:
        clock = FakeClock()
        loom = Orderloom(engine, modules=_modules(), clock=clock, files=str(tmp_path / "files"))
        assert not loom.catalogue.broken
        tenant = f"t{uuid4().hex[:12]}"
        on = loom.catalogue.loaded
        loom.create_tenant(tenant, title="Sample Market", modules=on, timezone=timezone)
        made = Market(loom, tenant, Actor("ann", (Grant("admin"),)), clock)
        with made.desk() as desk:
            _fill(desk)
            set_entries(desk, list(_entries()))
        return made

    return opened


@pytest.fixture
def market(open_market: Callable[..., Market]) -> Market:
    """Outlets cafe and bistro, suppliers dairy and bakery."""
    return open_market()


def _fill(desk: Desk) -> None:
    for party, role in (("cafe", "outlet"), ("bistro", "outlet"), ("dairy", "supplier"),
                        ("bakery", "supplier")):  # fmt: skip
        contact = Contact(f"Desk of {party}", email=f"desk@{party}.example")
        desk.directory.save_party(
            Party(party, f"Sample {party.title()}", roles={role}, contacts=[contact])
        )
        for one in OUTLET_ROLES if role == "outlet" else SUPPLIER_ROLES:
            who = actor(one, party)
            mail = f"{one}@{party}.example"
            desk.directory.save_user(User(id=who.id, name=who.id, email=mail, grants=who.grants))
    for product, *_ in LIST:
        desk.directory.save_product(Product(id=product, name=product.title()))


def _entries() -> Iterator[Listed]:
    for supplier in ("dairy", "bakery"):
        for product, price, pack, least in LIST:
            yield Listed(
                supplier=supplier,
                product=product,
                price=Price(Decimal(price), "EUR"),
                pack=Decimal(pack),
                least=Decimal(least),
            )
