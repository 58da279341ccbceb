"""The line item editor: needs onto orders, off them, and between them.

Each operation is edits over a desk, decided like any other. One that is refused writes nothing and
leaves the desk usable.

Source: BackOps, orders (line item editor, vendor-specific flexibility).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import attrs

from orderloom import (
    EXACT,
    AddLine,
    Data,
    Desk,
    Edit,
    Gather,
    LineItem,
    NewLine,
    NotFound,
    Order,
    Problem,
    Reading,
    Refused,
    RemoveLine,
    SetLine,
    Subject,
    plain,
    positive,
)
from orderloom_procurement.counters import row_of
from orderloom_procurement.coverage import CoveredNeed, by_department, coverage_table
from orderloom_procurement.quotes import LINE_QUOTE
from orderloom_procurement.records import NEED, LineData, NeedData, need_of
from orderloom_procurement.units import symbol_of

Number = str | int | Decimal


@attrs.frozen
class Pick:
    """A need to be put on an order.

    Attributes:
        need: its id.
        quantity: in the need's unit; None takes what is still needed.
        excess: order that much even if it is more than is still needed.
    """

    need: UUID
    quantity: Number | None = None
    excess: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(kw_only=True)
class EditorRow:
    """A need as the editor of one order shows it.

    Attributes:
        covered: the need with its coverage over all orders.
        here: how much of it this order has, in the units of its lines.
    """

    covered: CoveredNeed
    here: tuple[LineItem, ...]


def sheet(reading: Reading, order: Order) -> tuple[tuple[str, tuple[EditorRow, ...]], ...]:
    """All needs of the order's project by department, with coverage and this order's lines.

    Source: BackOps, orders ("all procurements grouped by module").
    """
    lines: dict[UUID, tuple[LineItem, ...]] = {}
    for line in order.lines:
        if data := need_of(line):
            lines[data.need] = (*lines.get(data.need, ()), line)
    return tuple(
        (
            department,
            tuple(EditorRow(covered=one, here=lines.get(one.need.id, ())) for one in group),
        )
        for department, group in by_department(coverage_table(reading, order.project))
    )


def line_for(need: Subject, quantity: Number, *, excess: bool = False) -> NewLine:
    """The line that orders some of a need."""
    data = need.data[NeedData]
    return NewLine(
        need.title,
        quantity,
        data.unit,
        product=data.product,
        group=data.department,
        specs=data.specs,
        needed_by=data.needed_by,
        data=LineData(need=need.id, excess=excess),
    )


def add_needs(desk: Desk, order: Order, picks: Iterable[Pick | UUID]) -> Order:
    """Put needs on an order, whole or in part.

    A need the order has a line for already raises that line.

    Raises:
        Refused: [procurement.need.covered] nothing of a need is left to order and no quantity is
            given; [procurement.need.exceeded] more than is still needed.
        NotFound: there is no such need.
    """
    chosen = [pick if isinstance(pick, Pick) else Pick(pick) for pick in picks]
    with Gather() as gather:
        edits = [
            gather.take(_addition, desk, order, pick, f"picks[{index}]")
            for index, pick in enumerate(chosen)
        ]
    return _edited(desk, order, [edit for edit in edits if edit is not None])


def set_quantity(
    desk: Desk, order: Order, line: UUID | int, quantity: Number, *, excess: bool | None = None
) -> Order:
    """Change how much of a line is ordered.

    Args:
        desk: the transaction and who acts.
        order: as the caller sees it.
        line: id or position.
        quantity: > 0, in the line's unit.
        excess: whether more than is still needed is meant; None leaves it as it is.

    Raises:
        Refused: [procurement.need.exceeded] more than is still needed.
        NotFound: the order has no such line.
    """
    now = order.line(line)
    data: tuple[object, ...] = ()
    if excess is not None and (covers := need_of(now)):
        data = (attrs.evolve(covers, excess=excess),)
    return _edited(desk, order, [SetLine(line=now.id, quantity=quantity, data=data)])


def remove(desk: Desk, order: Order, line: UUID | int) -> Order:
    """Take a line off an order: its need is short by that much again.

    Raises:
        NotFound: the order has no such line.
    """
    return _edited(desk, order, [RemoveLine(order.line(line).id)])


def split(desk: Desk, need: UUID, parts: Sequence[tuple[Order, Number]]) -> tuple[Order, ...]:
    """Spread a need over several orders, such as one for each vendor.

    Args:
        desk: the transaction and who acts.
        need: id of the need.
        parts: how much each order takes, in the need's unit; of an order named twice, the sum.

    Returns:
        The orders after it, each once, in the order they were named.

    Raises:
        Refused: [procurement.need.exceeded] together they take more than is still needed;
            nothing is written then.
        NotFound: there is no such need.
        Conflict: somebody changed one of the orders.
    """
    with Gather() as gather:
        quantities = [
            gather.take(positive, quantity, f"parts[{index}].quantity")
            for index, (_, quantity) in enumerate(parts)
        ]
    shares: dict[UUID, Decimal] = {}
    for (order, _), quantity in zip(parts, quantities, strict=True):
        shares[order.id] = EXACT.add(shares.get(order.id, Decimal(0)), quantity or Decimal(0))
    _check_split(desk.reading, need, shares.values())
    orders = {order.id: order for order, _ in parts}
    with desk.together():
        return tuple(
            add_needs(desk, orders[id], [Pick(need, share)]) for id, share in shares.items()
        )


def move_line(
    desk: Desk, source: Order, line: UUID | int, target: Order, quantity: Number | None = None
) -> tuple[Order, Order]:
    """Move a line, or part of it, to another order of the same project.

    Price and quote stay behind: they are the other vendor's.

    Args:
        desk: the transaction and who acts.
        source: the order that has the line.
        line: id or position.
        target: the order that gets it.
        quantity: in the line's unit; None moves all of it.

    Returns:
        Both orders after it.

    Raises:
        Refused: [procurement.line.move] more than the line has, or to the order it is on; either
            order cannot be edited. Nothing is written then.
        NotFound: the order has no such line.
        Conflict: somebody changed one of the orders.
    """
    now = source.line(line)
    if source.id == target.id:
        text = "The line is on that order already. To move it, name another order."
        raise Refused([Problem("procurement.line.move", text, "target")])
    moved = now.quantity if quantity is None else positive(quantity, "quantity")
    if moved > now.quantity:
        text = "The line has {has}, so {asked} cannot be moved. To move it, name at most {has}."
        params = {"has": plain(now.quantity), "asked": plain(moved)}
        raise Refused([Problem("procurement.line.move", text, "quantity", params=params)])
    left = EXACT.subtract(now.quantity, moved)
    less: Edit = SetLine(line=now.id, quantity=left) if left else RemoveLine(now.id)
    with desk.together():
        lowered = _edited(desk, source, [less])
        return lowered, _edited(desk, target, [_arrival(now, moved, target)])


def _edited(desk: Desk, order: Order, edits: Sequence[Edit]) -> Order:
    return cast(Order, desk.edit(order, edits))


def _addition(desk: Desk, order: Order, pick: Pick, field: str) -> Edit:
    need = _need(desk, pick.need)
    row = row_of(desk.reading, need.id)
    if pick.quantity is None:
        left = EXACT.subtract(row.needed, row.ordered) if row else Decimal(0)
        if left <= 0:
            text = (
                "All of {name} is on orders already. To order more of it, state a quantity and "
                "mark it as a deliberate excess."
            )
            params = {"name": need.title}
            raise Refused([Problem("procurement.need.covered", text, field, params=params)])
    else:
        left = positive(pick.quantity, f"{field}.quantity")
    return _merged(line_for(need, left, excess=pick.excess), left, order)


def _arrival(line: LineItem, quantity: Decimal, order: Order) -> Edit:
    """The edit that takes a moved line in."""
    new = NewLine.like(line, quantity=quantity, price=None, data=_without_quote(line.data))
    return _merged(new, quantity, order)


def _merged(new: NewLine, quantity: Decimal, order: Order) -> Edit:
    """One line for each need: the line the order has for it is raised, if it counts alike."""
    wanted = Data.of(new.data).get(LineData)
    for line in order.lines:
        covers = need_of(line)
        if covers and wanted and covers.need == wanted.need and line.unit == new.unit:
            excess = attrs.evolve(covers, excess=covers.excess or wanted.excess)
            return SetLine(line=line.id, quantity=EXACT.add(line.quantity, quantity), data=excess)
    return AddLine(new)


def _without_quote(data: Data) -> Data:
    return Data(tuple(pair for pair in data.texts if pair[0] != LINE_QUOTE))


def _need(desk: Desk, id: UUID) -> Subject:
    need: Any = desk.get(id, kind=NEED)
    if need.deleted_at is not None:
        raise NotFound(NEED, id, "It was deleted. To order it, restore it first.")
    return cast(Subject, need)


def _check_split(reading: Reading, need: UUID, quantities: Iterable[Decimal]) -> None:
    row = row_of(reading, need)
    if row is None:
        raise NotFound(NEED, need)
    asked = Decimal(0)
    for quantity in quantities:
        asked = EXACT.add(asked, quantity)
    left = max(Decimal(0), EXACT.subtract(row.needed, row.ordered))
    if asked > left:
        text = (
            "The parts add up to {asked} {unit}, but only {left} {unit} of {name} are still "
            "needed. To split it, lower the parts, or add the rest as a deliberate excess."
        )
        params = {
            "asked": plain(asked),
            "left": plain(left),
            "unit": symbol_of(row.unit, reading),
            "name": row.name,
        }
        raise Refused([Problem("procurement.need.exceeded", text, "parts", params=params)])
