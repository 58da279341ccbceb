"""Ordering the same again: current prices, and nothing that cannot be had any more.

Source: Order Ez, order status (completed, footnote); systems.md 1.2 and 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast
from uuid import UUID

import attrs

from orderloom import Desk, NewLine, NewOrder, NotFound, Order, Problem, Query, Reader, Reading
from orderloom_supplier.products.checking import can_be_had
from orderloom_supplier.records import Dropped, ReorderData

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
        data=(order.data, known),
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


def reorder(desk: Desk, order: Order | UUID, *, key: str | None = None) -> Order:
    """Order the same again, and answer the new order.

    A completed order keeps its status and tells in its history that it was ordered again; of a
    declined or abandoned one a new order is placed in the same way. Which lines were dropped is in
    the `ReorderData` of the new order, whether it waits for an approval in its status.

    Args:
        desk: the transaction and who acts.
        order: any order of this module, or its id.
        key: idempotency key.

    Raises:
        Refused: [supplier.reorder.nothing_left]; [action.illegal] while it is under way.
        Forbidden: the actor may not place orders for the outlet.
    """
    now = desk.get(order.ref if isinstance(order, Order) else order)
    if now.status in ("declined", "abandoned"):
        return cast(Order, desk.place(again(now, desk.reading).new, key=key))
    desk.perform(now, "reorder", key=key)
    return latest_reorder(desk, now)


def latest_reorder(reader: Reader, order: Order) -> Order:
    """The newest order that orders another one again.

    Raises:
        NotFound: there is none the actor may see.
    """
    page = reader.find(Query(fields={REORDER_OF: str(order.id)}), limit=1)
    if not page.items:
        hint = "To order it again: orderloom supplier reorder ORDER"
        raise NotFound("reorder", order.number, hint)
    return cast(Order, page.items[0])
