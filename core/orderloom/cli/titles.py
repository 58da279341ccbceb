"""What statuses are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orderloom.desk import Reader
    from orderloom.orders.subject import Subject


def status_title(reader: Reader, subject: Subject) -> str:
    """The title of a subject's status; its name where no module that is on knows it."""
    return status_titles(reader, subject.type).get(subject.status, subject.status)


def status_titles(reader: Reader, type: str) -> dict[str, str]:
    """Titles of the statuses of a type by name; empty where its module is off."""
    merged = reader.assembly.lifecycles.get(type)
    return {status.name: status.title for status in merged.lifecycle.statuses} if merged else {}
