"""What lay behind a status that does not show to everybody: hidden from those it did not show to.

An order that waited for approval is a new order to its supplier: that it waited, who asked for it,
who approved it and what was struck is not his to know, afterwards neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from orderloom.lifecycle import Lifecycle
from orderloom.orders.approvals import PASSED
from orderloom.orders.events import MOVED, REFUSED, Event

_TOLD = ("approval", "gate", "changes")


@attrs.frozen
class Veil:
    """What of a subject's life does not show to somebody.

    Attributes:
        statuses: what happened in them.
        gates: actions of the other side, of which it does not show what limits saw of them and
            who approved them.
    """

    statuses: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.statuses or self.gates)


NO_VEIL: Final = Veil()


def veil_of(lifecycle: Lifecycle, sides: frozenset[str]) -> Veil:
    """What a lifecycle does not show to somebody on some sides."""
    actions = lifecycle.all_actions
    return Veil(
        frozenset(one.name for one in lifecycle.statuses if not one.shows_to(sides)),
        frozenset(one.name for one in actions if one.side and one.side not in sides),
    )


def unveiled(history: Iterable[Event], veil: Veil) -> Iterator[Event]:
    """The events somebody may know of, without what they tell of the others.

    Args:
        history: of one subject, from its first event on.
        veil: what does not show to him.
    """
    status = ""
    for event in history:
        if event.record is not None:
            status = event.record.get("status", status)
        elif event.target and not event.body.get("facet"):
            status = event.target
        if status not in veil.statuses:
            yield known(event, veil)


def known(event: Event, veil: Veil) -> Event:
    """One of those events, as they know it to whom a veil belongs."""
    return _outside(event) if event.source in veil.statuses else _ungated(event, veil)


def _ungated(event: Event, veil: Veil) -> Event:
    """An event without what limits saw of the other side, and whom it had to ask."""
    said = event.body.get("approval", {})
    if said.get("action", event.action) not in veil.gates:
        return event
    kept = {name: value for name, value in event.body.items() if name not in ("approval", "gate")}
    return event if kept == event.body else attrs.evolve(event, body=kept)


def _outside(event: Event) -> Event:
    """An event that led out of a hidden status, as if it had begun there.

    What was approved is the doing of who asked for it. Of a refusal nothing is told but where it
    led: neither that there was one nor by whom.
    """
    said = event.body.get("approval", {})
    seen = attrs.evolve(
        event,
        source="",
        actor=said["requester"] if said.get("state") == PASSED else event.actor,
        reason="",
        body={name: value for name, value in event.body.items() if name not in _TOLD},
    )
    if event.name != REFUSED:
        return seen
    return attrs.evolve(seen, name=MOVED, action="", actor="")
