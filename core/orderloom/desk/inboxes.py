"""A user's inbox as he may see it now: what he may no longer read is neither shown nor counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from orderloom.desk.context import Context
from orderloom.desk.seeing import shown, visible
from orderloom.errors import Forbidden
from orderloom.notify.inbox import InboxEntry, entries
from orderloom.orders.listed import Listed
from orderloom.orders.subject import SubjectRef
from orderloom.store.find import Count, Page, cursor, position
from orderloom.store.query import Query, whole_number

_MOST_SHOWN: Final = 1000
_ROUNDS: Final = 10  # of looking further, where much is hidden from him


def page(reading: Context, *, unread: bool, after: str | None, limit: int) -> Page[InboxEntry]:
    """Some of what the actor was told, newest first.

    Args:
        reading: of the actor.
        unread: only what he did not mark as read.
        after: the `next` of the page before.
        limit: 1 to 1,000.

    Raises:
        Refused: [find.limit], [find.bad_cursor].
    """
    most = whole_number(limit, "limit", _MOST_SHOWN)
    found = entries(
        reading.connection,
        reading.tenant.key,
        reading.actor.id,
        unread=unread,
        before=None if after is None else position(after),
        most=most + 1,
    )
    held = found[:most]
    next = cursor(held[-1][0].id) if len(found) > most else None
    return Page(tuple(_readable(held, reading)), next)


def count_unread(reading: Context, bound: int) -> Count:
    """How many messages the actor has not read, counting no further than the bound."""
    most = whole_number(bound, "bound", _MOST_SHOWN)
    at = (reading.connection, reading.tenant.key, reading.actor.id)
    there, before = 0, None
    for _ in range(_ROUNDS):
        found = entries(*at, unread=True, before=before, most=most + 1)
        there += sum(1 for _ in _readable(found, reading))
        if there > most or len(found) <= most:
            return Count(min(there, most), there > most)
        before = found[-1][0].id
    return Count(there, True)  # of what is left nobody knows how much he may see


def _readable(found: Iterable[tuple[InboxEntry, Listed]], reading: Context) -> Iterator[InboxEntry]:
    """The entries about subjects the actor may read as they are now."""
    held = list(found)
    seen = set(_seen([about for _, about in held], reading))
    yield from (entry for entry, about in held if about.ref in seen)


def _seen(subjects: list[Listed], reading: Context) -> Iterator[SubjectRef]:
    for kind in {one.kind for one in subjects}:
        with suppress(Forbidden):  # nothing of that kind is his to read
            query = visible(Query(kind=kind), reading.assembly, reading.actor)
            there = (one for one in subjects if one.kind == kind)
            yield from (one.ref for one in shown(there, query, reading))
