"""Claims: the rows of the needs a command touches, locked before it is decided.

Without them two buyers could both see the same rest of a need, and both order it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from uuid import UUID

from orderloom import (
    AddLine,
    Change,
    Claim,
    Command,
    Edit,
    NewOrder,
    Order,
    Perform,
    Place,
    Reading,
    Refused,
    RemoveLine,
    SetLine,
    Subject,
    id_of,
)
from orderloom_procurement import counters, tables
from orderloom_procurement.records import need_of, needs_in, needs_on
from orderloom_procurement.requests.records import REQUEST, linked_to


def claims(command: Command, before: Subject | None, reading: Reading) -> list[Claim]:
    """The rows of the needs a command touches; needs there are not cannot be claimed."""
    if before is not None and before.kind == REQUEST:
        touched = frozenset(filter(None, (linked_to(before), _named(command))))
    elif before is not None and not isinstance(before, Order):
        touched = frozenset((before.id,))
    else:
        touched = _touched(command, before)
    return [Claim(tables.needs.name, need) for need in counters.known(reading, touched)]


def _named(command: Command) -> UUID | None:
    """The need a request is to be linked to; options are not read yet, they may hold anything."""
    options = command.options if isinstance(command, Perform) else None
    raw = options.get("need") if isinstance(options, Mapping) else getattr(options, "need", None)
    try:
        return id_of(raw, "need")
    except Refused:
        return None


@singledispatch
def _touched(command: Command, order: Order | None) -> frozenset[UUID]:
    """An action, a deletion or a restoration may concern every line."""
    return needs_on(order)


@_touched.register
def _(command: Place, order: Order | None) -> frozenset[UUID]:
    lines = command.new.lines if isinstance(command.new, NewOrder) else ()
    return frozenset(need for line in lines for need in needs_in(line.data))


@_touched.register
def _(command: Change, order: Order | None) -> frozenset[UUID]:
    return frozenset(need for edit in command.edits for need in _touched_by(edit, order))


def _touched_by(edit: Edit, order: Order | None) -> frozenset[UUID]:
    if isinstance(edit, AddLine):
        return needs_in(edit.line.data)
    if not isinstance(edit, SetLine | RemoveLine) or order is None:
        return frozenset()
    new = needs_in(edit.data) if isinstance(edit, SetLine) else frozenset()
    if not isinstance(edit.line, UUID):
        return new | needs_on(order)  # an edit before it may have moved the position
    lines = (line for line in order.lines if line.id == edit.line)
    return new | {data.need for line in lines if (data := need_of(line))}
