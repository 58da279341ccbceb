"""What lay behind a status that does not show to everybody: hidden from those it did not show to.

An order that waited for approval is a new order to its supplier: that it waited, who asked for it,
who approved it and what was struck is not his to know, afterwards neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from orderloom.orders.events import Event

_TOLD = ("approval", "gate", "changes")


@attrs.frozen
class Veil:
    """What of a subject's life does not show to somebody.

    Attributes:
        statuses: what happened in them.
        actions: performances of them.
    """

    statuses: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.statuses or self.actions)


NO_VEIL: Final = Veil()


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
        if status not in veil.statuses and event.action not in veil.actions:
            yield _without(event) if event.source in veil.statuses else event


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
