"""Field rights: what somebody may not see, and therefore not set or clear either."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

from orderloom.decide.rights import scope_of
from orderloom.decide.step import Step
from orderloom.errors import Problem
from orderloom.modules import Assembly, SubjectScope, allows, who_may
from orderloom.modules.contributions import Guarded, OrderType
from orderloom.orders.commands import (
    KEEP,
    AddLine,
    Copy,
    Edit,
    NewLine,
    NewOrder,
    Place,
    Reprice,
    SetLine,
    SetOrder,
)
from orderloom.orders.data import Data, data_key
from orderloom.orders.hidden import PRICES
from orderloom.orders.hiding import masked
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor

_NO_GUARDS: Final[tuple[Guarded, ...]] = ()


def guards_of(type: str, assembly: Assembly) -> tuple[Guarded, ...]:
    """What only some may see of the orders of a type.

    What a type of a module that is off guards nobody knows: then only those see prices who have
    all rights of that module.
    """
    guards = assembly.guards.get(type)
    if guards is not None:
        return guards
    known = type in assembly.order_types or type in assembly.subject_types
    return _NO_GUARDS if known else _unknown(type)


@lru_cache(maxsize=256)
def _unknown(type: str) -> tuple[Guarded, ...]:
    return (Guarded(f"{type}.prices", fields=PRICES, title="Prices"),)


def hidden_from(actor: Actor, subject: Subject, assembly: Assembly) -> tuple[str, ...]:
    """What somebody may not see of a subject; of what is no order he sees all there is."""
    if not isinstance(subject, Order):
        return ()
    guards = guards_of(subject.type, assembly)
    return hidden_at(actor, scope_of(subject, assembly), guards, assembly) if guards else ()


def hidden_at(
    actor: Actor, where: SubjectScope, guards: Iterable[Guarded], assembly: Assembly
) -> tuple[str, ...]:
    """The fields of guards whose permission somebody lacks somewhere."""
    hidden = {
        name
        for guard in guards
        if not allows(actor, guard.permission, where, assembly.roles)
        for name in guard.fields
    }
    return tuple(sorted(hidden))


def as_told(subject: Subject, shows: Collection[str], assembly: Assembly) -> Subject:
    """A subject for what says what it tells of it: without anything guarded that it does not name.

    Args:
        subject: whole.
        shows: of a document or a field.
        assembly: of the tenant.
    """
    guards = assembly.guards.get(subject.type)
    if guards is None:
        return subject
    guarded = {name for guard in guards for name in guard.fields}
    return masked(subject, tuple(sorted(guarded.difference(shows))))


def hidden_problem(
    name: str, field: str, type: OrderType, where: SubjectScope, assembly: Assembly
) -> Problem:
    """Why somebody may not touch what he does not see, naming who may.

    Args:
        name: of what is guarded.
        field: path of the input.
        type: of the order.
        where: the order is.
        assembly: of the tenant.
    """
    guard = next(one for one in guards_of(type.key, assembly) if name in one.fields)
    who = who_may(guard.permission, assembly.roles, where.departments)
    text = "{title}: hidden from you, so you cannot set them. To go on, ask {who}, or leave it out."
    params = {"title": guard.title, "who": who}
    return Problem("field.hidden", text, field, params=params, lifted_by=who, forbidden=True)


# ── writing ────────────────────────────────────────────────────────────────────────────────


def check_edits(step: Step, before: Subject, edits: Iterable[Edit]) -> None:
    """Refuse edits that set or clear what the actor may not see; those of hooks may."""
    if step.type.key in step.assembly.guards:
        written = (one for index, edit in enumerate(edits) for one in _written(edit, index))
        _refuse(step, before, written)


def check_new(step: Step, command: Place, after: Subject) -> None:
    """Refuse a new order that states what the actor may not see; a copy carries on what it has."""
    if step.type.key not in step.assembly.guards or isinstance(command, Copy):
        return
    if isinstance(command.new, NewOrder):
        _refuse(step, after, _stated(command.new))


def _refuse(step: Step, subject: Subject, written: Iterable[tuple[str, str]]) -> None:
    hidden = step.reading.hidden(subject)
    if not hidden or not isinstance(step.type, OrderType):
        return
    where = scope_of(subject, step.assembly)
    for name, field in written:
        if name in hidden:
            step.take([hidden_problem(name, field, step.type, where, step.assembly)])


def _written(edit: Edit, index: int) -> Iterator[tuple[str, str]]:
    """What an edit sets or clears of what can be guarded, each with the path of its field."""
    field = f"edits[{index}]"
    if isinstance(edit, AddLine):
        yield from _of_line(edit.line, f"{field}.line")
    elif isinstance(edit, SetLine):
        if edit.price is not KEEP:
            yield PRICES, f"{field}.price"
        yield from _of_data(edit.data, field)
    elif isinstance(edit, Reprice):
        yield PRICES, field
    elif isinstance(edit, SetOrder):
        yield from _of_data(edit.data, field)


def _stated(new: NewOrder) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(new.lines):
        yield from _of_line(line, f"lines[{index}]")
    yield from _of_data(new.data, "")


def _of_line(line: NewLine, field: str) -> Iterator[tuple[str, str]]:
    if line.price not in (None, ""):
        yield PRICES, f"{field}.price"
    yield from _of_data(line.data, field)


def _of_data(records: Iterable[object], field: str) -> Iterator[tuple[str, str]]:
    for record in records:
        keys = tuple(record) if isinstance(record, Data) else (data_key(type(record)),)
        yield from ((f"data.{key}", f"{field}.data".removeprefix(".")) for key in keys)
