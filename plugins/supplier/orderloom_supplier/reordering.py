"""Ordering the same again: current prices, and nothing that cannot be had any more.

Source: Order Ez, order status (completed, footnote); systems.md 1.2 and 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast
from uuid import UUID

import attrs

from orderloom import (
    Desk,
    LineItem,
    NewLine,
    NewOrder,
    NotFound,
    Order,
    Problem,
    Query,
    Reader,
    Reading,
)
from orderloom_supplier.products.checking import can_be_had
from orderloom_supplier.records import OWN_DATA, Dropped, ReorderData

#: The indexed field that says which order a new one orders again.
REORDER_OF = "supplier.reorder_of"


@attrs.frozen
class Again:
    """What would be ordered again, and what cannot be had any more."""

    new: NewOrder
    dropped: tuple[Dropped, ...]


def again(order: Order, reading: Reading) -> Again:
    """The same order afresh: what was ordered (not what came), at the prices of today.

    The day it was wanted is left out.

    Args:
        order: of any status.
        reading: knows what the supplier sells to the outlet now.
    """
    lines, dropped = [], []
    for line in order.lines:
        if problems := can_be_had(line, order, reading):
            dropped.append(_dropped(line.position, line.name, problems))
        else:
            lines.append(NewLine.like(line))
    known = ReorderData(of=order.id, number=order.number, dropped=tuple(dropped))
    new = NewOrder(
        order.type,
        project=order.project,
        buyer=order.buyer.id if order.buyer else "",
        seller=order.seller.id if order.seller else "",
        currency=order.currency,
        lines=lines,
        delivery=attrs.evolve(order.delivery, on=None) if order.delivery else None,
        bill_to=order.bill_to,
        title=order.title,
        remarks=order.remarks,
        data=(order.data.without(OWN_DATA), known),
    )
    return Again(new, tuple(dropped))


def _dropped(position: int, name: str, problems: Sequence[Problem]) -> Dropped:
    reason = " ".join(problem.message for problem in problems)
    return Dropped(position=position, name=name, reason=reason)


def reorder_problems(order: Order, reading: Reading) -> Iterator[Problem]:
    """Why nothing of an order can be ordered again."""
    if not order.lines:
        return
    tried = again(order, reading)
    if not tried.new.lines:
        text = (
            "Nothing of it can be had any more. To order from {supplier}, place an order of what "
            "is on the list. {reasons}"
        )
        params = {
            "supplier": order.seller.name if order.seller else "the supplier",
            "reasons": " ".join(f"Line {one.position}: {one.reason}" for one in tried.dropped),
        }
        yield Problem("supplier.reorder.nothing_left", text, params=params)


def is_genuine(order: Order, known: ReorderData, reading: Reading) -> bool:
    """Whether a new order is what a reorder would place now, and says so."""
    source = reading.subject(order.kind, known.of)
    if not isinstance(source, Order) or source.type != order.type:
        return False
    made = again(source, reading).new
    parties = tuple(party.id if party else "" for party in (order.buyer, order.seller))
    return (
        (made.buyer, made.seller) == parties
        and known in made.data
        and [*map(_asked, made.lines)] == [*map(_asked, order.lines)]
    )


def _asked(line: NewLine | LineItem) -> tuple[object, ...]:
    return line.product, line.quantity, line.unit


def reorder(desk: Desk, order: Order | UUID, *, key: str | None = None) -> Order:
    """Order the same again, and answer the new order.

    The other stays as it is: nobody can tell from it that it was ordered again. Which lines were
    dropped is in the `ReorderData` of the new order, whether it waits for an approval in its
    status.

    Args:
        desk: the transaction and who acts.
        order: any order of this module, or its id.
        key: idempotency key.

    Raises:
        Refused: [supplier.reorder.nothing_left]; [action.illegal] while it is under way.
        Forbidden: the actor may not place orders for the outlet.
        NotFound: there is no such order; or the actor may place one and not read it.
    """
    source = desk.perform(order, "reorder", key=key)
    made = (one for one in desk.brought if isinstance(one, Order) and repeats(one, source))
    return _found(next(made, None), source)


def repeats(order: Order, source: Order) -> bool:
    """Whether an order orders another one again."""
    known = order.data.get(ReorderData)
    return known is not None and known.of == source.id


def latest_reorder(reader: Reader, order: Order) -> Order:
    """The newest order that orders another one again.

    Raises:
        NotFound: there is none the actor may see.
    """
    page = reader.find(Query(fields={REORDER_OF: str(order.id)}), limit=1)
    return _found(next(iter(page.items), None), order)


def _found(reorder: object, order: Order) -> Order:
    if reorder is None:
        hint = "To order it again: orderloom supplier reorder ORDER"
        raise NotFound("reorder", order.number, hint)
    return cast(Order, reorder)
