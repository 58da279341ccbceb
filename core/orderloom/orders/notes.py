"""Notes of a subject: those written by hand, and those given with actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import attrs

from orderloom.orders.events import NOTED, Event

_OPTION = "note"  # what an action calls the option that is one


@attrs.frozen(kw_only=True)
class Note:
    """What somebody wrote about a subject; gone once personal data was erased.

    Attributes:
        text: as written, several lines perhaps.
        at, by: when, and who.
        action: the action it was given with, as its option `note`; "" if by hand.
        event: id of the event that holds it.
    """

    text: str
    at: datetime
    by: str
    action: str
    event: UUID


def notes_of(events: Iterable[Event]) -> tuple[Note, ...]:
    """The notes in a history, in its order."""
    return tuple(
        Note(text=text, at=event.at, by=event.actor, action=event.action, event=event.id)
        for event in events
        for text in _texts(event)
    )


def _texts(event: Event) -> Iterator[str]:
    given = (event.personal or {}) if event.name == NOTED else event.body.get("options") or {}
    text = given.get("text" if event.name == NOTED else _OPTION)
    if isinstance(text, str) and text:
        yield text
