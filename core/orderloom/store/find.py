"""Finding subjects, whole or as rows of a list: filters, pages by keyset, bounded counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import attrs
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.orders.listed import Listed
from orderloom.orders.subject import Subject
from orderloom.store import shapes
from orderloom.store.loading import subjects_of
from orderloom.store.query import Query, Seen, checked, whole_number
from orderloom.store.rows import listed_of

__all__ = ["Count", "Page", "Query", "Seen", "count", "find", "listed"]

T = TypeVar("T")

_CHECK_BYTES: Final = 4
_MOST_SHOWN: Final = 1000
_MOST_COUNTED: Final = 1_000_000


@attrs.frozen
class Page(Generic[T]):
    """Some of what was found.

    Attributes:
        items: newest first.
        next: what to pass as `after` for the next page, None on the last one.
    """

    items: tuple[T, ...]
    next: str | None


@attrs.frozen
class Count:
    """How many there are.

    Attributes:
        value: at most the bound.
        more: there are more than that ("1,000+").
    """

    value: int
    more: bool

    def __str__(self) -> str:
        return f"{self.value:,}{'+' if self.more else ''}"


def find(
    connection: Connection, tenant: str, query: Query, *, after: str | None = None, limit: int = 25
) -> Page[Subject]:
    """One page, newest first; as fast far down as at the top.

    Args:
        connection: reading or writing.
        tenant: key.
        query: filters.
        after: the `next` of the page before.
        limit: 1 to 1,000.

    Raises:
        Refused: [find.bad_cursor] `after` is not a `Page.next`; [find.limit]; and every filter
            that is malformed, as `query.checked`.
    """
    rows, next = _rows(connection, tenant, query, after, limit, whole=True)
    return Page(subjects_of(connection, tenant, rows), next)


def listed(
    connection: Connection, tenant: str, query: Query, *, after: str | None = None, limit: int = 25
) -> Page[Listed]:
    """The page `find` answers, of the heads of its subjects alone: by one statement.

    Raises:
        Refused: as `find`.
    """
    rows, next = _rows(connection, tenant, query, after, limit)
    return Page(tuple(map(listed_of, rows)), next)


def count(connection: Connection, tenant: str, query: Query, bound: int = 1000) -> Count:
    """How many there are, counting no further than the bound (1 to 1,000,000).

    Raises:
        Refused: [find.limit], and every filter that is malformed, as `query.checked`.
    """
    query, bound = checked(query), whole_number(bound, "bound", _MOST_COUNTED)
    given = shapes.parameters(connection, tenant, query) | {"most": bound + 1}
    found: int = shapes.count(shapes.shape_of(connection, query)).scalar(connection, given)
    return Count(min(found, bound), found > bound)


def _rows(
    connection: Connection,
    tenant: str,
    query: Query,
    after: str | None,
    limit: int,
    *,
    whole: bool = False,
) -> tuple[Sequence[Any], str | None]:
    """Rows of `ol_subject`, and where the next page begins."""
    query, limit = checked(query), whole_number(limit, "limit", _MOST_SHOWN)
    given = shapes.parameters(connection, tenant, query) | {"most": limit + 1}
    if after is not None:
        given["after"] = position(after)
    shape = shapes.shape_of(connection, query)
    page = shapes.page(shape, whole=whole, continued=after is not None)
    rows = page.all(connection, given)
    shown = rows[:limit]
    return shown, cursor(shown[-1].id) if len(rows) > limit else None


# ── cursors ────────────────────────────────────────────────────────────────────────────────


def cursor(id: UUID) -> str:
    """Where a page ends, as text that shows when it was cut or mistyped."""
    return base64.urlsafe_b64encode(id.bytes + _check(id.bytes)).decode().rstrip("=")


def position(cursor: object) -> UUID:
    """The id a page ended with.

    Raises:
        Refused: [find.bad_cursor].
    """
    text = cursor if isinstance(cursor, str) else ""
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    position, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    if len(position) == 16 and check == _check(position):
        return UUID(bytes=position)
    text = "This is not the end of a page. To page on, pass `next` of the page before, unchanged."
    raise Refused([Problem("find.bad_cursor", text, "after")])


def _check(position: bytes) -> bytes:
    """Against typing errors and truncation; a cursor gives no rights, so it needs no secret."""
    return hashlib.sha256(position).digest()[:_CHECK_BYTES]
