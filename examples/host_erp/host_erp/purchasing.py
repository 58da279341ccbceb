"""One business transaction of the ERP: its own books and orderloom's order, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from host_erp.directory import HostDirectory
from host_erp.tables import Item, JournalEntry
from orderloom import (
    Actor,
    Address,
    Conflict,
    Delivery,
    NewLine,
    NewOrder,
    NotFound,
    Order,
    Orderloom,
    SetLine,
)

T = TypeVar("T")

ATTEMPTS = 5
OFFICE = Address(("Example Works", "Sample Street 9"), city="Exampleton", country="GB")
GATE = Delivery(address=Address(("Example Works", "Gate 2"), city="Exampleton", country="GB"))


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to buy: quantities by item number."""

    vendor: str
    cost_centre: str
    items: Mapping[str, int]


def transact(engine: Engine, work: Callable[[Session], T]) -> T:
    """Call `work(session)` in one transaction, and commit it.

    If somebody else was in the way, everything is rolled back and done again from the start: a
    joined order cannot be tried again alone, since the database may have given up the transaction.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        except Conflict as conflict:
            if not conflict.retryable or attempt == ATTEMPTS:
                raise
            time.sleep(0.02 * 2**attempt)
    raise AssertionError("unreachable")


def buy(
    session: Session, loom: Orderloom, company: str, login: str, wanted: Wanted
) -> JournalEntry:
    """Book a purchase and send its order, inside whatever transaction the session is in.

    Whoever called commits or rolls back. An error undoes the order alone: to go on after one,
    roll back, or commit the journal entry as that of an order that was not sent.
    """
    entry = JournalEntry(company=company, vendor=wanted.vendor, text=f"Asked for by {login}")
    session.add(entry)  # `join` flushes it
    actor = actor_of(session, company, login)
    with loom.join(session, tenant=company, actor=actor) as desk:
        order = desk.place(new_order(session, company, wanted))
        if packs := whole_packs(session, company, order):
            order = desk.edit(order, packs)
        # Last, since it draws a number: nobody else can draw one until this transaction ends.
        order = desk.perform(order, "send")
    entry.order_id, entry.order_number = order.id, order.number
    entry.amount_cents = int(order.totals.total.amount * 100)
    return entry


def actor_of(session: Session, company: str, login: str) -> Actor:
    """Who is signed in, with the rights of this moment: never keep an actor."""
    user = HostDirectory().user(session.connection(), company, login)
    if user is None:
        raise NotFound("user", login, "To go on, sign in with an account there is.")
    return user.actor()


def new_order(session: Session, company: str, wanted: Wanted) -> NewOrder:
    """The order as it was asked for; names and units come through the directory."""
    lines = [
        NewLine("", quantity, product=number, price=Decimal(item.price_cents) / 100)
        for number, quantity in wanted.items.items()
        for item in [session.get_one(Item, (company, number))]
    ]
    return NewOrder(
        "procurement.order",
        project=wanted.cost_centre,
        seller=wanted.vendor,
        delivery=GATE,
        bill_to=OFFICE,
        lines=lines,
    )


def whole_packs(session: Session, company: str, order: Order) -> list[SetLine]:
    """A rule of the ERP, as edits: lines of broken packs are raised to whole ones."""
    edits = []
    for line in order.lines:
        item = session.get(Item, (company, line.product))
        if item is not None and (broken := line.quantity % item.pack):
            edits.append(SetLine(line=line.id, quantity=line.quantity + item.pack - broken))
    return edits
