"""Checks on the order itself: its parties, its lines, the day it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from orderloom import Action, Order, Problem, Reading, Subject
from orderloom_supplier.accepting import AcceptAndSchedule, AcceptOptions, accept_problems
from orderloom_supplier.completing import CompleteOptions, complete_problems
from orderloom_supplier.records import ACCEPTED, RECEIVED, ReorderData, SupplierData, progress
from orderloom_supplier.reordering import is_genuine, reorder_problems
from orderloom_supplier.rights import ACCEPT, SCHEDULE, missing_at
from orderloom_supplier.scheduling import ScheduleOptions, schedule_problems
from orderloom_supplier.terms.checking import wanted_day_problems

_EDITABLE: Final = ("needs_approval", "pending")


def order_problems(order: Order, before: Order | None, reading: Reading) -> Iterator[Problem]:
    """What is wrong with an order that is placed, edited or brought back."""
    yield from _party_problems(order, before)
    if not order.lines:
        text = (
            "The order has no lines. To place it, say what is ordered; to be rid of it, abandon it."
        )
        yield Problem("supplier.order.no_lines", text, "lines")
    if before is not None:
        yield from _forged(order, before, reading)
    elif order.data.texts:
        yield from _made_up(order, reading)
    by_supplier = before is None and order.status == "accepted"
    yield from wanted_day_problems(order, before, reading, by_supplier=by_supplier)


def _party_problems(order: Order, before: Order | None) -> Iterator[Problem]:
    if order.buyer is None:
        text = "The outlet is missing. To place the order, say which outlet orders."
        yield Problem("supplier.order.no_outlet", text, "buyer")
    if order.seller is None:
        text = "The supplier is missing. To place the order, say from whom."
        yield Problem("supplier.order.no_supplier", text, "seller")
    elif order.seller == order.buyer:
        text = "{name} cannot order from itself. To place the order, name another supplier."
        params = {"name": order.seller.name}
        yield Problem("supplier.order.same_party", text, "seller", params=params)
    if before is not None and (before.buyer, before.seller) != (order.buyer, order.seller):
        text = (
            "An order stays between its outlet and its supplier. To order from somebody else, "
            "abandon it and place another one."
        )
        yield Problem("supplier.order.parties_fixed", text, "seller")


def _made_up(order: Order, reading: Reading) -> Iterator[Problem]:
    """What a new order says of itself, only this module may say: that it repeats another one."""
    known = order.data.get(ReorderData)
    if known is None and SupplierData not in order.data:
        return
    if reading.subject(order.kind, order.id) is not None:
        return  # it is brought back, or has waited: that was asked when it was placed
    if known is not None and not is_genuine(order, known, reading):
        yield _no_reorder()
    if SupplierData in order.data:
        text = "What becomes of an order is stated by its actions. To place it, leave that out."
        yield Problem("supplier.order.forged", text, "data")


def _no_reorder() -> Problem:
    """The same whatever is wrong: whether there is an order of somebody else is not to be tried."""
    text = (
        "Only a reorder says which order it repeats. To order one again, perform its action "
        "reorder (orderloom supplier reorder ORDER); to go on here, leave that out."
    )
    return Problem("supplier.reorder.forged", text, "data")


def _forged(order: Order, before: Order, reading: Reading) -> Iterator[Problem]:
    """What becomes of an order is stated by its actions: edits go as far as Pending."""
    if order.data.get(ReorderData) != before.data.get(ReorderData):
        yield _no_reorder()
    if before.status not in _EDITABLE or _came_about(order) == _came_about(before):
        return
    accepts = progress(order).accepted_on and any(one.happened(ACCEPTED) for one in order.lines)
    if not (accepts and before.status == "pending" and reading.allows(ACCEPT, order)):
        text = (
            "What becomes of an order cannot be edited. To state what is delivered, accept it; to "
            "state what arrived, complete it."
        )
        yield Problem("supplier.order.forged", text, "lines")


def _came_about(order: Order) -> tuple[object, ...]:
    lines = {
        line.id: (line.happened(ACCEPTED), line.happened(RECEIVED))
        for line in order.lines
        if line.quantities
    }
    return order.data.get(SupplierData), lines


def action_problems(
    action: Action, order: Subject, options: Any, reading: Reading
) -> Iterator[Problem]:
    """Why an action may not be performed as its options say."""
    if not isinstance(order, Order):
        return
    if action.name == "reorder":
        yield from reorder_problems(order, reading)
    if isinstance(options, AcceptOptions | AcceptAndSchedule):
        yield from accept_problems(order, options)
    if isinstance(options, AcceptAndSchedule | ScheduleOptions):
        yield from schedule_problems(order, options, reading)
    if isinstance(options, AcceptAndSchedule) and order.seller is not None:
        yield from missing_at(reading, SCHEDULE, order.seller.id)  # beside that of accepting
    if isinstance(options, CompleteOptions):
        yield from complete_problems(order, options)
