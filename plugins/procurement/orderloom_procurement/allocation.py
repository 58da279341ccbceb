"""Allocation: which lines count for which needs, and how much of each need they add up to.

Three steps, in this order: the rows of the needs a command touches are claimed (`claims`), the
command is checked against them (`checking`), and once it is written, the allocation rows of the
order are brought to their target here and the counters moved by the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from orderloom import EXACT, LineItem, Order, Reading, Writing
from orderloom_procurement import counters
from orderloom_procurement.counters import Allocation, NeedRow
from orderloom_procurement.records import need_of, needs_on
from orderloom_procurement.units import converted

ZERO = Decimal(0)


def sync(order: Order, writing: Writing) -> None:
    """Bring an order's allocations and the counters to what the order says; idempotent.

    Transaction: the caller's, with the needs' rows claimed.
    """
    held = counters.allocated(writing, order.id)
    target = _target(order, held, writing)
    changed = {id for id in held.keys() | target.keys() if held.get(id) != target.get(id)}
    counters.free(order.id, sorted(changed & held.keys()), writing)
    counters.allocate(order.id, (target[id] for id in sorted(changed & target.keys())), writing)
    counters.count(_differences(held.values(), target.values()), writing)


def _target(
    order: Order, held: Mapping[UUID, Allocation], writing: Writing
) -> dict[UUID, Allocation]:
    if order.deleted_at is not None or not writing.status(order).commits:
        return {}
    rows = counters.rows_of(writing, needs_on(order))
    return {
        line.id: Allocation(
            line_id=line.id,
            need_id=data.need,
            quantity=counted(line, rows[data.need], held, writing),
            line_quantity=line.quantity,
        )
        for line in order.lines
        if (data := need_of(line))
    }


def _differences(before: Iterable[Allocation], after: Iterable[Allocation]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = {}
    for line in after:
        found[line.need_id] = EXACT.add(found.get(line.need_id, ZERO), line.quantity)
    for line in before:
        found[line.need_id] = EXACT.subtract(found.get(line.need_id, ZERO), line.quantity)
    return found


def counted(
    line: LineItem, row: NeedRow, held: Mapping[UUID, Allocation], reading: Reading
) -> Decimal:
    """How much of a need a line covers, in the need's unit.

    A line counted already counts as it did: its product's conversions may have changed since.
    """
    now = held.get(line.id)
    if now and (now.need_id, now.line_quantity) == (row.id, line.quantity):
        return now.quantity
    return converted(line, row, reading)


def total(quantities: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of nothing."""
    found = ZERO
    for quantity in quantities:
        found = EXACT.add(found, quantity)
    return found
