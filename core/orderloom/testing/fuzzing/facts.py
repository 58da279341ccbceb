"""Invariants of one subject that a step changed: its moves, its versions, its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from orderloom.lifecycle import START, Lifecycle
from orderloom.orders.commands import Change, Command, RecordQuantity
from orderloom.orders.events import DELETED, EDITED, MOVED, PLACED, RESTORED, Event
from orderloom.orders.order import Order
from orderloom.orders.replay import after
from orderloom.orders.subject import Subject
from orderloom.testing.fuzzing.broken import require
from orderloom.testing.fuzzing.sums import check_sums

MOVES: Final = "only declared moves"
VERSIONS: Final = "one event per fact"
HISTORY: Final = "history is complete"
QUANTITIES: Final = "quantities are conserved"
_FACTS: Final = (PLACED, EDITED, MOVED, DELETED, RESTORED)


@attrs.frozen(kw_only=True)
class Changed:
    """A subject before and after a step, and what its history says of the way.

    Attributes:
        before: None if it was placed in this step.
        events: those of this step, oldest first.
    """

    before: Subject | None
    now: Subject
    events: Sequence[Event]


def check_changed(changed: Changed, lifecycle: Lifecycle) -> None:
    """Check everything that must hold of one changed subject.

    Raises:
        BrokenInvariantError: something does not.
    """
    _check_versions(changed)
    told = changed.before
    for event in changed.events:
        _check_move(told, event, lifecycle)
        following = after(told, event)
        _check_quantities(told, following)
        told = following
    now = changed.now
    require(
        told is not None and _told(told) == _told(now),
        HISTORY,
        f"The history of {now.ref} leads to {_difference(told, now)}.",
    )
    if isinstance(now, Order):
        check_sums(now)


def check_recorded(command: Command | None, before: Subject | None, now: Subject) -> None:
    """Check that what edits recorded of lines was added to what had happened before.

    Raises:
        BrokenInvariantError: something got lost, or came without being recorded.
    """
    if not (isinstance(command, Change) and isinstance(before, Order) and isinstance(now, Order)):
        return  # an action may record by edits of its own
    due = _happened(before)
    for edit in command.edits:
        if isinstance(edit, RecordQuantity):
            due[edit.name] += Decimal(str(edit.quantity))
    found = _happened(now)
    require(found == due, QUANTITIES, f"{dict(due)} is due on {now.ref}, there is {dict(found)}.")


def _happened(order: Order) -> defaultdict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in order.lines:
        for name, figure in line.quantities:
            sums[name] += figure
    return sums


def _check_versions(changed: Changed) -> None:
    version = changed.before.version if changed.before else 0
    for event in changed.events:
        version += event.name in _FACTS
        require(
            event.version == version,
            VERSIONS,
            f"Event {event.seq} ({event.name}) of {event.subject} is of version {event.version}, "
            f"after the events before it {version} is due.",
        )
    require(
        version == changed.now.version,
        VERSIONS,
        f"{changed.now.ref} is at version {changed.now.version}, its events lead to {version}.",
    )


def _check_move(before: Subject | None, event: Event, lifecycle: Lifecycle) -> None:
    if event.name not in (PLACED, MOVED):
        stays = not (event.action or event.source or event.target)
        require(stays, MOVES, f"The event {event.name} of {event.subject} names a move.")
        return
    declared = {action.name: action for action in lifecycle.all_actions}
    action = declared.get(event.action)
    facet = str(event.body.get("facet", ""))
    source = event.source or START
    step = f"{source} --{event.action}--> {event.target}"
    require(
        action is not None
        and facet == action.facet
        and source in action.sources
        and event.target in action.target,
        MOVES,
        f"{event.subject} went {step}, which its lifecycle does not declare.",
    )
    stood = _status(before, facet) if before else START
    require(source == stood, MOVES, f"{event.subject} went {step}, but it stood at {stood}.")


def _check_quantities(before: Subject | None, now: Subject | None) -> None:
    """What happened to a line adds up, never beyond its quantity, and never gets less."""
    if not isinstance(now, Order):
        return
    old = {line.id: line for line in before.lines} if isinstance(before, Order) else {}
    for line in now.lines:
        figures = dict(line.quantities)
        known = dict(old[line.id].quantities) if line.id in old else {}
        require(
            line.quantity > 0
            and all(0 < figure <= line.quantity for figure in figures.values())
            and all(figures.get(name, 0) >= figure for name, figure in known.items()),
            QUANTITIES,
            f"Line {line.position} of {now.ref}: {figures} of {line.quantity}, before {known}.",
        )
    lost = [line for id, line in old.items() if line.quantities and id not in _ids(now)]
    require(not lost, QUANTITIES, f"{now.ref} lost {lost}, of which something happened.")


def _ids(order: Order) -> set[Any]:
    return {line.id for line in order.lines}


def _status(subject: Subject, facet: str) -> str:
    return subject.facet(facet) if facet else subject.status


def _told(subject: Subject) -> Subject:
    """The subject without what its history does not tell: since when a module's facet is there."""
    return attrs.evolve(subject, parked=False)


def _difference(told: Subject | None, now: Subject) -> str:
    return "nothing" if told is None else differing_fields(_told(told), _told(now))


def differing_fields(one: Any, other: Any) -> str:
    """The fields of two records that differ, with both values."""
    return "; ".join(
        f"{field.name} {getattr(one, field.name)!r} instead of {getattr(other, field.name, None)!r}"
        for field in attrs.fields(type(one))
        if field.eq and getattr(one, field.name) != getattr(other, field.name, None)
    )
