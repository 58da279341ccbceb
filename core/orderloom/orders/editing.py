"""Edits applied to values: pure, in order, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderloom.errors import NotFound, Problem
from orderloom.orders.building import (
    Maker,
    bill_to_of,
    build_line,
    delivery_of,
    party_ref,
    price_of,
    remarks_of,
    specs_of,
    too_many,
)
from orderloom.orders.commands import (
    KEEP,
    AddLine,
    Edit,
    MoveLine,
    RecordQuantity,
    RemoveLine,
    Reprice,
    SetLine,
    SetOrder,
)
from orderloom.orders.data import Data
from orderloom.orders.order import LineItem, Order, Provenance
from orderloom.orders.subject import Subject
from orderloom.values import date_of, key_of, plain, positive, text_of

S = TypeVar("S", bound=Subject)


def apply_edits(make: Maker, subject: S, edits: Iterable[Edit]) -> S:
    """The subject after the edits; what is wrong with them goes to `make.gather`.

    Lines that lose their price for a new one (`Reprice`) come back without a price: pricing them
    again is the decision's business.
    """
    for index, edit in enumerate(edits):
        step = _STEPS.get(type(edit))
        if step is None or (not isinstance(subject, Order) and not isinstance(edit, SetOrder)):
            text = "{edit} does not fit a {kind}. To change it, use the edits made for it."
            params = {"edit": type(edit).__name__, "kind": subject.kind}
            make.gather.add(Problem("edit.unfit", text, f"edits[{index}]", params=params))
            continue
        try:
            subject = step(make, subject, edit, f"edits[{index}]")
        except NotFound as missing:
            text = "{missing} To edit a line, name its position or id."
            params = {"missing": str(missing)}
            make.gather.add(Problem("line.unknown", text, f"edits[{index}].line", params=params))
    return subject


def _add_line(make: Maker, order: Order, edit: AddLine, field: str) -> Order:
    position = len(order.lines) + 1
    line = build_line(make, edit.line, order.currency, f"{field}.line", position)
    too_many(make.gather, position)
    return order if line is None else attrs.evolve(order, lines=(*order.lines, line))


def _remove_line(make: Maker, order: Order, edit: RemoveLine, field: str) -> Order:
    gone = order.line(edit.line)
    if gone.quantities:
        text = (
            "Line {position} cannot be taken off: {happened} of it already. To end it, lower its "
            "quantity to that."
        )
        params = {"position": gone.position, "happened": _happened(gone)}
        make.gather.add(Problem("line.happened", text, f"{field}.line", params=params))
        return order
    kept = [line for line in order.lines if line.id != gone.id]
    adjustments = tuple(item for item in order.adjustments if item.line != gone.id)
    return attrs.evolve(order, lines=_renumbered(kept), adjustments=adjustments)


def _move_line(make: Maker, order: Order, edit: MoveLine, field: str) -> Order:
    moved = order.line(edit.line)
    position = make.gather.take(positive, edit.position, f"{field}.position")
    if position is None:
        return order
    others = [line for line in order.lines if line.id != moved.id]
    others.insert(max(0, min(int(position), len(order.lines)) - 1), moved)
    return attrs.evolve(order, lines=_renumbered(others))


def _renumbered(lines: list[LineItem]) -> tuple[LineItem, ...]:
    return tuple(
        line if line.position == index else attrs.evolve(line, position=index)
        for index, line in enumerate(lines, start=1)
    )


def _set_line(make: Maker, order: Order, edit: SetLine, field: str) -> Order:
    line = order.line(edit.line)
    changes: dict[str, Any] = {}
    gates: dict[str, Callable[[Any], Any]] = {
        "name": lambda raw: make.gather.take(text_of, raw, f"{field}.name"),
        "quantity": lambda raw: make.gather.take(positive, raw, f"{field}.quantity"),
        "needed_by": lambda raw: (
            make.gather.take(date_of, raw, f"{field}.needed_by") if raw else None
        ),
        "note": partial(_text, make, f"{field}.note", 2000, True),
        "group": partial(_text, make, f"{field}.group", 200, False),
        "specs": lambda raw: specs_of(make, raw, f"{field}.specs"),
        "price": lambda raw: price_of(make, raw, order.currency, f"{field}.price"),
    }
    for name, gate in gates.items():
        raw = getattr(edit, name)
        if raw is not KEEP:
            changes[name] = gate(raw)
    if "price" in changes:
        changes["price_source"] = Provenance(rule=make.actor) if changes["price"] else Provenance()
        changes["tax"] = None  # the rate belongs to the price
    if any(changes.get(name, "") is None for name in ("name", "quantity")):
        return order  # refused; the gates have said why
    if problem := _lowered(line, changes.get("quantity", line.quantity), f"{field}.quantity"):
        make.gather.add(problem)
        return order
    changes["data"] = _with_records(line.data, edit.data)
    return _with_line(order, attrs.evolve(line, **changes))


def _lowered(line: LineItem, quantity: Decimal, field: str) -> Problem | None:
    """A problem if less would be ordered than has happened already."""
    least = max((quantity for _, quantity in line.quantities), default=Decimal(0))
    if quantity >= least:
        return None
    text = (
        "Line {position} cannot be lowered to {given}: {happened} of it already. To lower it, "
        "order at least {least}."
    )
    params = {
        "position": line.position,
        "given": plain(quantity),
        "happened": _happened(line),
        "least": plain(least),
    }
    return Problem("line.happened", text, field, params=params)


def _happened(line: LineItem) -> str:
    return ", ".join(f"{plain(quantity)} were {name}" for name, quantity in line.quantities)


def _record_quantity(make: Maker, order: Order, edit: RecordQuantity, field: str) -> Order:
    line = order.line(edit.line)
    more = make.gather.take(positive, edit.quantity, f"{field}.quantity")
    name = make.gather.take(key_of, edit.name, f"{field}.name")
    if more is None or name is None:
        return order
    total = line.happened(name) + more
    if total > line.quantity:
        text = (
            "{total} would be {name} of line {position}, which orders {quantity}. "
            "To record it, state at most {left}."
        )
        params = {
            "total": plain(total),
            "name": name,
            "position": line.position,
            "quantity": plain(line.quantity),
            "left": plain(line.quantity - line.happened(name)),
        }
        make.gather.add(Problem("line.exceeded", text, f"{field}.quantity", params=params))
        return order
    quantities = {**dict(line.quantities), name: total}
    return _with_line(order, attrs.evolve(line, quantities=tuple(sorted(quantities.items()))))


def _reprice(make: Maker, order: Order, edit: Reprice, field: str) -> Order:
    asked: set[UUID] = {order.line(key).id for key in edit.lines}
    lines = tuple(
        attrs.evolve(line, price=None, price_source=Provenance(), tax=None)
        if line.price_source.module and (not asked or line.id in asked)
        else line
        for line in order.lines
    )
    return attrs.evolve(order, lines=lines)


def _set_order(make: Maker, subject: Subject, edit: SetOrder, field: str) -> Subject:
    changes: dict[str, Any] = {"data": _with_records(subject.data, edit.data)}
    is_order = isinstance(subject, Order)
    if edit.title is not KEEP:
        title = make.gather.take(text_of, edit.title, "title", required=not is_order)
        changes["title"] = title or ""
    if is_order:
        changes |= _order_fields(make, edit)
    elif unfit := [name for name in _OF_ORDERS if getattr(edit, name) is not KEEP]:
        text = "A {kind} has no {names}. To change it, leave them out."
        params = {"kind": subject.kind, "names": ", ".join(unfit)}
        make.gather.add(Problem("edit.unfit", text, field, params=params))
    return attrs.evolve(subject, **changes)


_OF_ORDERS = ("buyer", "seller", "delivery", "bill_to", "remarks")


def _order_fields(make: Maker, edit: SetOrder) -> dict[str, Any]:
    gates: dict[str, Callable[[Any], Any]] = {
        "buyer": lambda raw: party_ref(make, raw, "buyer"),
        "seller": lambda raw: party_ref(make, raw, "seller"),
        "delivery": partial(delivery_of, make),
        "bill_to": partial(bill_to_of, make),
        "remarks": partial(remarks_of, make),
    }
    return {
        name: gate(getattr(edit, name))
        for name, gate in gates.items()
        if getattr(edit, name) is not KEEP
    }


def _text(make: Maker, field: str, longest: int, multiline: bool, raw: str) -> str:
    taken = make.gather.take(
        text_of, raw, field, longest=longest, multiline=multiline, required=False
    )
    return taken or ""


def _with_records(data: Data, records: tuple[object, ...]) -> Data:
    for record in records:
        data = data.with_record(record)
    return data


def _with_line(order: Order, changed: LineItem) -> Order:
    lines = tuple(changed if line.id == changed.id else line for line in order.lines)
    return attrs.evolve(order, lines=lines)


_STEPS: dict[type, Callable[..., Any]] = {
    AddLine: _add_line,
    RemoveLine: _remove_line,
    MoveLine: _move_line,
    SetLine: _set_line,
    RecordQuantity: _record_quantity,
    Reprice: _reprice,
    SetOrder: _set_order,
}
