"""What statuses are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderloom.errors import NotFound

if TYPE_CHECKING:
    from orderloom.desk import Reader
    from orderloom.orders.listed import Listed
    from orderloom.orders.subject import Subject


def status_title(reader: Reader, subject: Subject | Listed) -> str:
    """The title of a subject's status; its name where nothing ever knew it."""
    try:
        return reader.status(subject).title
    except NotFound:
        return subject.status


def status_titles(reader: Reader, type: str) -> dict[str, str]:
    """Titles of the statuses of a type by name; empty where its module is off."""
    merged = reader.assembly.lifecycles.get(type)
    return {status.name: status.title for status in merged.lifecycle.statuses} if merged else {}
