"""Accepting an order, whole or in part: what is refused stays on it and is shown.

Source: Order Ez, order status (accepted, partially accepted); systems.md 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import (
    Edit,
    LineItem,
    Order,
    Problem,
    Reading,
    RecordQuantity,
    SetOrder,
    decimal_of,
    plain,
)
from orderloom_supplier.records import ACCEPTED, SupplierData, progress
from orderloom_supplier.scheduling import Day, scheduled


def _quantity(raw: Decimal) -> Decimal:
    return decimal_of(raw, "quantity")


@attrs.frozen(kw_only=True)
class Reduced:
    """Less of a line than was ordered.

    Attributes:
        line: its position.
        quantity: what will be delivered, in its unit; more than 0, less than was ordered.
    """

    line: int
    quantity: Decimal = attrs.field(converter=_quantity)


@attrs.frozen(kw_only=True)
class AcceptOptions:
    """Options of the action `accept`.

    Attributes:
        note: for the outlet.
        strike: positions of lines that cannot be delivered at all.
        reduce: lines of which less can be delivered.
    """

    note: str = attrs.field(default="", metadata={"help": "For the outlet."})
    strike: tuple[int, ...] = attrs.field(
        default=(), metadata={"help": "A line you cannot deliver; repeat for more."}
    )
    reduce: tuple[Reduced, ...] = ()


@attrs.frozen(kw_only=True)
class AcceptAndSchedule:
    """Options of the action `accept_and_schedule`: those of `accept`, and the day.

    Attributes:
        note, strike, reduce: as in `AcceptOptions`.
        on, tomorrow: as in `ScheduleOptions`.
    """

    note: str = attrs.field(default="", metadata={"help": "For the outlet."})
    strike: tuple[int, ...] = attrs.field(
        default=(), metadata={"help": "A line you cannot deliver; repeat for more."}
    )
    reduce: tuple[Reduced, ...] = ()
    on: Day = attrs.field(default=None, metadata={"help": "The day; today or later."})
    tomorrow: bool = attrs.field(default=False, metadata={"help": "Deliver tomorrow."})


Answer = AcceptOptions | AcceptAndSchedule


def kept(order: Order, options: Answer) -> Mapping[UUID, Decimal]:
    """How much of each line the supplier will deliver, by line."""
    reduced = {one.line: one.quantity for one in options.reduce}
    return {
        line.id: Decimal(0)
        if line.position in options.strike
        else reduced.get(line.position, line.quantity)
        for line in order.lines
    }


def accept_edits(order: Order, options: AcceptOptions, reading: Reading) -> Iterator[Edit]:
    """State what is accepted of each line; of a struck one nothing is."""
    yield from _accepting(order, options, _accepted(order, reading))


def accept_and_schedule_edits(
    order: Order, options: AcceptAndSchedule, reading: Reading
) -> Iterator[Edit]:
    """What both actions change."""
    data = scheduled(_accepted(order, reading), options, reading)
    yield from _accepting(order, options, data)


def _accepted(order: Order, reading: Reading) -> SupplierData:
    return attrs.evolve(progress(order), accepted_on=reading.today)


def _accepting(order: Order, options: Answer, data: SupplierData) -> Iterator[Edit]:
    """Nothing, if nothing is kept: `accept_problems` says why not."""
    wanted = kept(order, options)
    lines = [line for line in order.lines if 0 < wanted[line.id] <= line.quantity]
    if lines:
        yield SetOrder(data=data)
    for line in lines:
        yield RecordQuantity(line.id, ACCEPTED, wanted[line.id])


def accept_route(order: Order, options: AcceptOptions | None) -> str:
    """Where accepting leads, judged by the lines as they would be."""
    whole = all(line.happened(ACCEPTED) == line.quantity for line in order.lines)
    return "accepted" if whole else "partially_accepted"


def accept_problems(order: Order, options: Answer) -> Iterator[Problem]:
    """Why this is no answer to the order."""
    lines = {line.position: line for line in order.lines}
    yield from _strike_problems(options, lines)
    yield from _reduce_problems(options, lines)
    if lines and lines.keys() <= set(options.strike):
        text = "No line would be left. To accept the order, keep at least one; else decline it."
        yield Problem("supplier.accept.nothing_kept", text, "strike")


def _strike_problems(options: Answer, lines: Mapping[int, LineItem]) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, position in enumerate(options.strike):
        field = f"strike[{index}]"
        if position not in lines:
            yield unknown_line(position, lines, field)
        elif position in seen:
            yield _twice(position, field)
        seen.add(position)


def _reduce_problems(options: Answer, lines: Mapping[int, LineItem]) -> Iterator[Problem]:
    seen = set(options.strike)
    for index, one in enumerate(options.reduce):
        field = f"reduce[{index}]"
        line = lines.get(one.line)
        if line is None:
            yield unknown_line(one.line, lines, f"{field}.line")
        elif one.line in seen:
            yield _twice(one.line, f"{field}.line")
        elif not 0 < one.quantity < line.quantity:
            text = (
                "Line {line} ({name}) orders {ordered}, so {given} is no part of it. To reduce "
                "it, give less than {ordered} and more than 0; to deliver nothing, strike it."
            )
            params = {
                "line": one.line,
                "name": line.name,
                "ordered": plain(line.quantity),
                "given": plain(one.quantity),
            }
            yield Problem("supplier.accept.quantity", text, f"{field}.quantity", params=params)
        seen.add(one.line)


def unknown_line(position: int, lines: Mapping[int, LineItem], field: str) -> Problem:
    """The problem of a line the order does not have."""
    text = "The order has no line {line}. To name one, use 1 to {last}."
    params = {"line": position, "last": len(lines)}
    return Problem("supplier.line.unknown", text, field, params=params)


def _twice(position: int, field: str) -> Problem:
    text = "Line {line} is named twice. To answer it, strike it or reduce it, once."
    return Problem("supplier.line.twice", text, field, params={"line": position})
