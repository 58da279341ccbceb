"""What changed between two versions of a subject, as JSON-ready facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.orders import codec
from orderloom.orders.order import LineItem, Order
from orderloom.orders.snapshot import PERSONAL
from orderloom.orders.subject import Subject

#: What every change moves along and nobody needs to read.
_BOOKKEEPING = {"version", "updated_at", "lifecycle", "totals", "id", "position"}
_FIGURES = ("line", "quantity", "unit")
_OF_LINES = ("lines_added", "lines_removed", "lines_changed")


def difference(before: Subject, after: Subject) -> dict[str, Any]:
    """The changed fields as {name: [old, new]}, lines by kind of change.

    Fields of module data are named after its key: "procurement.quote.reference".

    Personal fields are named without their values: the values live in the event's erasable part.
    """
    changed: dict[str, Any] = {}
    for name, old, new in _changes(_flat(before), _flat(after)):
        changed[name] = [] if name in PERSONAL else [old, new]
    if isinstance(before, Order) and isinstance(after, Order):
        changed |= _lines(before, after)
    return changed


def without_texts(changes: dict[str, Any]) -> dict[str, Any]:
    """Which fields of what were changed, without anything that somebody wrote."""
    return {
        name: [_silent(line) for line in change] if name in _OF_LINES else []
        for name, change in changes.items()
    }


def _silent(line: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in line.items() if name in _FIGURES}
    return {name: "" if name == "name" else [] for name in line} | kept


def _flat(record: Subject | LineItem) -> dict[str, Any]:
    raw: dict[str, Any] = codec.to_plain(record)
    raw.pop("lines", None)
    data = {
        f"{key}.{name}": value
        for key, record in raw.pop("data", {}).items()
        for name, value in record.items()
        if name != "v"
    }
    return data | {name: value for name, value in raw.items() if name not in _BOOKKEEPING}


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _lines(before: Order, after: Order) -> dict[str, Any]:
    old = {line.id: line for line in before.lines}
    new = {line.id: line for line in after.lines}
    added = [_brief(line) for id, line in new.items() if id not in old]
    removed = [_brief(line) for id, line in old.items() if id not in new]
    changed = [
        {"line": line.position, "name": line.name, **changes}
        for id, line in new.items()
        if id in old and (changes := _line_changes(old[id], line))
    ]
    found = dict(zip(_OF_LINES, (added, removed, changed), strict=True))
    return {name: value for name, value in found.items() if value}


def _line_changes(old: LineItem, new: LineItem) -> dict[str, Any]:
    return {name: [was, now] for name, was, now in _changes(_flat(old), _flat(new))}


def _brief(line: LineItem) -> dict[str, Any]:
    return {
        "line": line.position,
        "name": line.name,
        "quantity": codec.to_plain(line.quantity),
        "unit": line.unit,
    }
