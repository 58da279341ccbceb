"""Random stories of outlets and suppliers, with what must hold of their orders checked."""

from decimal import Decimal

import pytest

from orderloom import NewLine, NewOrder, Price, Query
from orderloom.testing import BrokenInvariantError, Ground, a_product, fuzz_module
from orderloom.testing.fuzzing.ground import BUYERS, VENDORS, price, quantity
from orderloom_invoicing import handed_over
from orderloom_supplier import (
    ORDER_TYPE,
    Listed,
    accepted_of,
    checking,
    progress,
    received_of,
    set_entries,
)
from orderloom_supplier.lifecycle import TAKEN_ON

GOODS = ("chair", "table")


class Market(Ground):
    """Two products that both vendors sell; orders with both parties, mostly."""

    # An invoice that cannot be drafted fails no acceptance: it is made by hand later.
    contained = ("check_order", "check_action", "on_order_placed", "on_lines_changed")

    def prepare(self, desk):
        super().prepare(desk)
        for product in GOODS:
            desk.directory.save_product(a_product(product))
        set_entries(
            desk,
            [
                Listed(supplier=one, product=product, price=Price(Decimal("12.50"), "EUR"))
                for one in VENDORS
                for product in GOODS
            ],
        )

    def new(self, type, dice, there):
        if type.key != ORDER_TYPE:
            return super().new(type, dice, there)
        return NewOrder(
            ORDER_TYPE,
            seller=dice.often((6, VENDORS[0]), (2, VENDORS[1]), (1, "")),
            buyer=dice.often((6, BUYERS[0]), (2, BUYERS[1]), (1, "")),
            lines=[self.line(dice, there) for _ in range(1 + dice.number(2))],
        )

    def line(self, dice, there):
        product = dice.pick(GOODS) if dice.number(5) else ""
        stated = price(dice) if dice.chance(6) else None
        return NewLine("" if product else "Tent", quantity(dice), product=product, price=stated)

    def check(self, reader):
        for order in reader.find(Query(type=ORDER_TYPE), limit=1000).items:
            yield from broken(order, reader)


def broken(order, reader):
    """What does not hold of an order."""
    where, known = f"{order.ref} in {order.status}", progress(order)
    answered = [line for line in order.lines if line.happened("accepted")]
    arrived = [line for line in order.lines if line.happened("received")]
    if order.status in ("needs_approval", "pending", "declined") and (answered or arrived):
        yield f"{where} was accepted or received"
    if (known.accepted_on is not None) != bool(answered):
        yield f"{where} was accepted on {known.accepted_on}: {answered}"
    if order.status in ("completed", "in_dispute", "completed_after_dispute") and not arrived:
        yield f"{where} received nothing"
    accepted, received = accepted_of(order), received_of(order)
    for line in order.lines:
        if not 0 <= received[line.id] <= accepted[line.id] <= line.quantity:
            yield f"{where}: {received[line.id]} of {accepted[line.id]} of {line.quantity}"
    if order.status == "scheduled" and known.scheduled_for is None:
        yield f"{where} has no day"
    if (order.number == "") != (order.status == "needs_approval"):
        yield f"{where} has the number {order.number!r}"
    if order.status in TAKEN_ON and handed_over(order, reader.reading) is None:
        yield f"{where} was not handed over for its invoice"


def test_stories_of_outlets_and_suppliers(engine):
    stories = 25 if engine.dialect.name == "sqlite" else 8  # the server takes longer for each

    assert fuzz_module("supplier", ground=Market, engine=engine, stories=stories) > 200


def test_an_acceptance_that_is_edited_in_is_found(monkeypatch):
    monkeypatch.setattr(checking, "_forged", lambda order, before, reading: ())

    with pytest.raises(BrokenInvariantError, match="the module's own rules"):
        fuzz_module("supplier", ground=Market, stories=60)
