"""A subject as it was at any version, read back from its events."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from orderloom.errors import NotFound
from orderloom.orders.events import DELETED, RESTORED, Event
from orderloom.orders.snapshot import restore
from orderloom.orders.subject import Subject


def at_version(events: Iterable[Event], version: int) -> Subject:
    """The subject as it was after its version `version`.

    Args:
        events: of one subject, oldest first, from the beginning.

    Raises:
        NotFound: the events do not reach that version.
    """
    subject: Subject | None = None
    for event in events:
        if event.version > version:
            break
        subject = after(subject, event)
    if subject is None or subject.version != version:
        raise NotFound("version", version, "To read one, name a version of its history.")
    return subject


def after(subject: Subject | None, event: Event) -> Subject | None:
    """The subject after one more event."""
    if event.record is not None:
        return restore(event.record, event.personal)
    if subject is None or event.version == subject.version:
        return subject  # a fact that leaves the subject as it is: a note, an issue
    subject = attrs.evolve(
        subject, version=event.version, updated_at=event.at, lifecycle=event.lifecycle
    )
    if event.target:
        return _moved(subject, event)
    if event.name == DELETED:
        return attrs.evolve(subject, deleted_at=event.at)
    if event.name == RESTORED:
        return attrs.evolve(subject, deleted_at=None)
    return subject


def _moved(subject: Subject, event: Event) -> Subject:
    facet = event.body.get("facet")
    if not facet:
        return attrs.evolve(subject, status=event.target)
    facets = {**dict(subject.facets), facet: event.target}
    return attrs.evolve(subject, facets=tuple(sorted(facets.items())))
