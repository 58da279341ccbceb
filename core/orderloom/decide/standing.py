"""What keeps a subject from being worked with at all."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.errors import NotFound, Problem
from orderloom.lifecycle import Status
from orderloom.modules.contributions import Reading
from orderloom.orders.subject import Subject


def deleted_problems(subject: Subject) -> Iterator[Problem]:
    """A problem if it is a tombstone."""
    if subject.deleted_at is not None:
        text = "It was deleted. To work with it, restore it first."
        yield Problem("subject.deleted", text)


def parked_problems(subject: Subject, reading: Reading) -> Iterator[Problem]:
    """A problem if its status is unknown to its lifecycle, frozen for that or not."""
    if subject.parked or declared(subject, reading) is None:
        text = (
            "It is parked: its status {status} is unknown to the modules that are on. "
            "To work with it, switch its module on, or map the status: "
            "orderloom lifecycle map {status} NEW --type {type}."
        )
        params = {"status": subject.status, "type": subject.type}
        yield Problem("subject.parked", text, params=params)


def declared(subject: Subject, reading: Reading) -> Status | None:
    """The declared status a subject is in; None if its lifecycle has none of that name."""
    try:
        return reading.status(subject)
    except NotFound:
        return None
