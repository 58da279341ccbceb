"""What lay behind a status that does not show to everybody: hidden from those it did not show to.

An order that waited for approval is a new order to its supplier: that it waited, who asked for it,
who approved it and what was struck is not his to know, afterwards neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from orderloom.decide import ALL_SIDES, sides_of
from orderloom.desk.context import Context
from orderloom.lifecycle import Lifecycle
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.events import Event
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject

_TOLD = ("approval", "gate", "changes")


def veiled_statuses(subject: Subject, do: Context) -> frozenset[str]:
    """The statuses of a subject's lifecycle that do not show to the actor."""
    merged = do.assembly.lifecycles.get(subject.type)
    if merged is None or not isinstance(subject, Order):
        return frozenset()
    lifecycle: Lifecycle = merged.lifecycle
    if not any(status.visible_to for status in lifecycle.statuses):
        return frozenset()
    sides = sides_of(do.actor, subject, do.permission(subject, "read"), do.assembly)
    if sides == ALL_SIDES:
        return frozenset()
    return frozenset(one.name for one in lifecycle.statuses if not one.shows_to(sides))


def unveiled(history: Iterable[Event], veiled: frozenset[str]) -> Iterator[Event]:
    """The events that happened where the actor could see, without what they tell of the others.

    Args:
        history: of one subject, from its first event on.
        veiled: the statuses that do not show to him.
    """
    status = ""
    for event in history:
        if event.record is not None:
            status = event.record.get("status", status)
        elif event.target and not event.body.get("facet"):
            status = event.target
        if status not in veiled:
            yield _without(event) if event.source in veiled else event


def _without(event: Event) -> Event:
    """An event that led out of a hidden status, as if it had begun there."""
    said = event.body.get("approval", {})
    return attrs.evolve(
        event,
        source="",
        actor=said.get("requester", event.actor),
        reason="",
        body={name: value for name, value in event.body.items() if name not in _TOLD},
    )


def knows_of(request: ApprovalRequest, subject: Subject, do: Context) -> bool:
    """Whether the actor may know what a subject waited for: it waited where he could see it."""
    veiled = veiled_statuses(subject, do)
    merged = do.assembly.lifecycles.get(subject.type)
    action = merged.lifecycle.declared(request.action) if merged and veiled else None
    return action is None or action.waits_in not in veiled
