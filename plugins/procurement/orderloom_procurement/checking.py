"""Checks on the lines of an order: never more of a need than is needed, unless it is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import (
    EXACT,
    LineItem,
    Order,
    Problem,
    Reading,
    Refused,
    decimal_of,
    plain,
)
from orderloom_procurement import counters
from orderloom_procurement.allocation import ZERO, counted, total
from orderloom_procurement.counters import Allocation, NeedRow
from orderloom_procurement.records import LineData, need_of, needs_on
from orderloom_procurement.rights import READ_NEEDS, missing, sight
from orderloom_procurement.units import symbol_of


@attrs.frozen(kw_only=True)
class _Covering:
    """A line that covers a need.

    Attributes:
        quantity: in the need's unit.
        kept: the part of it that was counted for this need already.
    """

    line: LineItem
    data: LineData
    need: NeedRow
    quantity: Decimal
    kept: Decimal

    @property
    def field(self) -> str:
        return f"lines[{self.line.position - 1}].quantity"

    @property
    def more(self) -> Decimal:
        return EXACT.subtract(self.quantity, self.kept)


def order_problems(order: Order, before: Order | None, reading: Reading) -> list[Problem]:
    """What is wrong with the lines of an order that is placed, edited or brought back."""
    if not order.project:
        text = "The project is missing. To place the order, name the project it is for."
        return [Problem("procurement.order.no_project", text, "project")]
    if before is not None and before.lines == order.lines:
        return []
    return [*_unseen(order, before, reading), *line_problems(order, reading)]


def _unseen(order: Order, before: Order | None, reading: Reading) -> Iterator[Problem]:
    """A problem for each department whose needs come on the order unseen by its editor.

    What is on the order already he may change: orders mix departments and belong to all of them.
    """
    rows = counters.rows_of(reading, needs_on(order) - needs_on(before))
    seen = sight(reading, READ_NEEDS, order.project)
    hidden = {row.department for row in rows.values() if row.project == order.project}
    for department in sorted(hidden):
        if not seen.sees(department):
            yield missing(READ_NEEDS, department)


def line_problems(order: Order, reading: Reading) -> list[Problem]:
    """What is wrong with the lines of an order, as far as they cover needs.

    Args:
        order: as it would be; what it counts for now is read from its allocations.
        reading: with the needs' rows claimed, on the writing path.
    """
    rows = counters.rows_of(reading, needs_on(order))
    held = counters.allocated(reading, order.id)
    problems: list[Problem] = []
    covering: list[_Covering] = []
    for line in order.lines:
        data = need_of(line)
        if data is None:
            continue
        try:
            covering.append(_covering(line, data, order, rows, held, reading))
        except Refused as refusal:
            problems += refusal.problems
    if reading.status(order).commits:
        for id, row in rows.items():
            of_need = [one for one in covering if one.need.id == id]
            before = total(one.quantity for one in held.values() if one.need_id == id)
            problems += _exceeding(row, before, of_need, reading)
    return problems


def _covering(
    line: LineItem,
    data: LineData,
    order: Order,
    rows: Mapping[UUID, NeedRow],
    held: Mapping[UUID, Allocation],
    reading: Reading,
) -> _Covering:
    field = f"lines[{line.position - 1}]"
    row = rows.get(data.need)
    if row is None:
        text = (
            "Line {position} ({name}) is for a need that does not exist or was deleted. To order "
            "it, add or restore the need, or take the line off."
        )
        params: dict[str, object] = {"position": line.position, "name": line.name}
        raise Refused([Problem("procurement.need.unknown", text, field, params=params)])
    if row.project != order.project:
        text = (
            "Line {position} ({name}) is for a need of project {other}, the order is for "
            "{project}. To order it, place an order in project {other}."
        )
        params = {
            "position": line.position,
            "name": line.name,
            "other": row.project,
            "project": order.project,
        }
        raise Refused([Problem("procurement.project_mixed", text, field, params=params)])
    quantity = counted(line, row, held, reading)
    now = held.get(line.id)
    kept = min(now.quantity, quantity) if now and now.need_id == row.id else ZERO
    return _Covering(line=line, data=data, need=row, quantity=quantity, kept=kept)


def _exceeding(
    need: NeedRow, before: Decimal, lines: list[_Covering], reading: Reading
) -> Iterator[Problem]:
    """A problem for each line that takes more than is still needed without meaning to.

    Args:
        need: with its counter.
        before: what the order counts for now.
        lines: all of the order that cover the need.
    """
    others = EXACT.subtract(need.ordered, before)
    ordered = EXACT.add(others, total(one.quantity for one in lines))
    try:
        decimal_of(ordered, lines[-1].field if lines else "lines")
    except Refused as refusal:
        yield from refusal.problems
        return
    taken = EXACT.add(others, total(one.kept for one in lines))
    left = max(ZERO, EXACT.subtract(need.needed, taken))
    for one in lines:
        if one.data.excess or one.more <= 0:
            continue
        if one.more > left:
            yield _exceeded(one, left, reading)
        else:
            left = EXACT.subtract(left, one.more)


def _exceeded(one: _Covering, left: Decimal, reading: Reading) -> Problem:
    text = (
        "Line {position} ({name}) asks for {asked} {unit} more, but only {left} of "
        "{needed} {unit} are still needed. To order it, lower the line by {over} {unit}, raise "
        "the need, or mark the line as a deliberate excess."
    )
    params = {
        "position": one.line.position,
        "name": one.line.name,
        "asked": plain(one.more),
        "left": plain(left),
        "needed": plain(one.need.needed),
        "over": plain(EXACT.subtract(one.more, left)),
        "unit": symbol_of(one.need.unit, reading),
    }
    return Problem("procurement.need.exceeded", text, one.field, params=params)
