"""Finding subjects, whole or as rows of a list: filters, pages by keyset, bounded counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.orders.listed import Listed
from orderloom.orders.subject import Subject
from orderloom.store import search
from orderloom.store.columns import Scaled
from orderloom.store.loading import subjects_of
from orderloom.store.prepared import Prepared
from orderloom.store.query import Query, Seen, checked, whole_number
from orderloom.store.rows import LISTED_COLUMNS, listed_of
from orderloom.store.schema import subject_fields, subjects

__all__ = ["Count", "Page", "Query", "Seen", "count", "find", "listed"]

T = TypeVar("T")

_CHECK_BYTES: Final = 4
_MOST_SHOWN: Final = 1000
_MOST_COUNTED: Final = 1_000_000
_table = subjects.c
# Nobody reads the words; on PostgreSQL they are as large as all the rest.
_WHOLE: Final = tuple(column for column in subjects.c if column.name != "search")
_SHOWN: Final = tuple(
    sa.type_coerce(_table[name], sa.BigInteger).label(name)
    if isinstance(_table[name].type, Scaled)
    else _table[name]
    for name in LISTED_COLUMNS
)


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
    given = _parameters(connection, tenant, query) | {"most": bound + 1}
    found: int = _count(_shape(connection, query)).scalar(connection, given)
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
    given = _parameters(connection, tenant, query) | {"most": limit + 1}
    if after is not None:
        given["after"] = position(after)
    page = _page(_shape(connection, query), whole=whole, continued=after is not None)
    rows = page.all(connection, given)
    shown = rows[:limit]
    return shown, cursor(shown[-1].id) if len(rows) > limit else None


# ── statements ─────────────────────────────────────────────────────────────────────────────

_CONDITIONS: Final[dict[str, Callable[[], sa.ColumnElement[bool]]]] = {
    "type": lambda: _table.type == bindparam("type"),
    "stage": lambda: _table.stage == bindparam("stage"),
    "party": lambda: (_table.buyer == bindparam("party")) | (_table.seller == bindparam("party")),
    "project": lambda: _table.project == bindparam("project"),
    "number": lambda: _table.number == bindparam("number"),
    "created_from": lambda: _table.created_at >= bindparam("created_from"),
    "created_until": lambda: _table.created_at < bindparam("created_until"),
    "total_from": lambda: _table.total >= bindparam("total_from"),
    "total_until": lambda: _table.total <= bindparam("total_until"),
}


@attrs.frozen
class _Scope:
    """The shape of one `Seen`."""

    any_type: bool
    kind: str
    hides: tuple[tuple[str, int, int], ...]


@attrs.frozen(kw_only=True)
class _Shape:
    """What makes two queries the same statement with other parameters.

    Of lists it is how long they are: each of their values is a parameter of its own.
    """

    dialect: str
    filters: tuple[str, ...]
    status: int
    former: int
    left: int
    text: bool
    fields: int
    include_deleted: bool
    scopes: tuple[_Scope, ...] | None


def _shape(connection: Connection, query: Query) -> _Shape:
    taken, left = query.stored_names()
    return _Shape(
        dialect=connection.dialect.name,
        filters=tuple(name for name in _CONDITIONS if getattr(query, name) not in ("", None)),
        status=len(query.status),
        former=len(taken),
        left=len(left),
        text=bool(query.text),
        fields=len(query.fields),
        include_deleted=query.include_deleted,
        scopes=None if query.scopes is None else tuple(map(_scope_shape, query.scopes)),
    )


def _scope_shape(seen: Seen) -> _Scope:
    hides = tuple((side, len(hidden), len(unborn)) for side, hidden, unborn in _hidden(seen))
    return _Scope(seen.type == "*", seen.kind, hides)


def _hidden(seen: Seen) -> Iterator[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]]:
    yield "buyer", seen.hidden_from_buyer, seen.unborn_to_buyer
    yield "seller", seen.hidden_from_seller, seen.unborn_to_seller


@lru_cache(maxsize=512)
def _page(shape: _Shape, *, whole: bool, continued: bool) -> Prepared:
    further = (_table.id < bindparam("after"),) if continued else ()
    page = (
        sa.select(*(_WHOLE if whole else _SHOWN))
        .where(*_conditions(shape), *further)
        .order_by(_table.id.desc())
        .limit(bindparam("most", type_=sa.Integer))
    )
    return Prepared(search.through_the_door(shape.dialect, page) if shape.text else page)


@lru_cache(maxsize=512)
def _count(shape: _Shape) -> Prepared:
    most = bindparam("most", type_=sa.Integer)
    found = sa.select(sa.literal(1)).select_from(subjects).where(*_conditions(shape)).limit(most)
    if shape.text:
        found = search.through_the_door(shape.dialect, found)
    return Prepared(sa.select(sa.func.count().label("found")).select_from(found.subquery()))


def _conditions(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    made = [_table.tenant_id == bindparam("tenant"), _table.kind == bindparam("kind")]
    made += [_CONDITIONS[name]() for name in shape.filters]
    made += [_holds(f"field_{number}", f"value_{number}") for number in range(shape.fields)]
    if shape.status:
        made.append(_in_status(shape))
    if shape.text:
        made.append(search.matching(shape.dialect))
    if not shape.include_deleted:
        made.append(_table.deleted_at.is_(None))
    if shape.scopes is not None:
        seen = (_within(number, scope) for number, scope in enumerate(shape.scopes))
        made.append(sa.or_(sa.false(), *seen))
    return made


def _in_status(shape: _Shape) -> sa.ColumnElement[bool]:
    """By the names statuses have now, whatever they were called when a subject was stored."""
    names: list[sa.BindParameter[str]] = [
        bindparam(f"status_{number}") for number in range(shape.status)
    ]
    found: sa.ColumnElement[bool] = _table.status.in_(names)
    if shape.left:
        found &= sa.not_(_any_of("left", shape.left))
    if shape.former:
        found |= _any_of("former", shape.former)
    return found


def _any_of(name: str, count: int) -> sa.ColumnElement[bool]:
    """Whether type and status are one of some pairs."""
    return sa.or_(
        *(
            (_table.type == bindparam(f"{name}_type_{number}"))
            & (_table.status == bindparam(f"{name}_status_{number}"))
            for number in range(count)
        )
    )


def _within(number: int, scope: _Scope) -> sa.ColumnElement[bool]:
    """What one grant lets its holder see."""
    id: sa.BindParameter[str] = bindparam(f"scope_id_{number}")
    where: dict[str, sa.ColumnElement[bool]] = {
        "tenant": sa.true(),
        "project": _table.project == id,
        "party": sa.or_(*(_on_side(number, id, *hides) for hides in scope.hides)),
        "department": _holds(f"scope_field_{number}", f"scope_id_{number}"),
    }
    type = sa.true() if scope.any_type else _table.type == bindparam(f"scope_type_{number}")
    return type & where[scope.kind]


def _on_side(
    number: int, id: sa.BindParameter[str], side: str, hides: int, unborn: int
) -> sa.ColumnElement[bool]:
    plays = _table[side] == id
    if hides:
        plays &= sa.not_(_any_of(f"hidden_{side}_{number}", hides))
    types: list[sa.BindParameter[str]] = [
        bindparam(f"unborn_{side}_{number}_{place}") for place in range(unborn)
    ]
    return plays & ((_table.number != "") | _table.type.not_in(types)) if types else plays


def _holds(field: str, value: str) -> sa.ColumnElement[bool]:
    """Whether an indexed field has a value; both by the names of their parameters."""
    row = subject_fields.c
    holders = sa.select(row.subject_id).where(
        row.tenant_id == bindparam("tenant"),
        row.kind == bindparam("kind"),
        row.field == bindparam(field),
        row.value == bindparam(value),
    )
    return _table.id.in_(holders)


def _parameters(connection: Connection, tenant: str, query: Query) -> dict[str, Any]:
    taken, left = query.stored_names()
    given: dict[str, Any] = {"tenant": tenant, "kind": query.kind}
    given |= {name: getattr(query, name) for name in _CONDITIONS}
    given |= {f"status_{number}": name for number, name in enumerate(query.status)}
    given |= {**_pairs("former", taken), **_pairs("left", left)}
    for number, (field, value) in enumerate(query.fields):
        given |= {f"field_{number}": field, f"value_{number}": value}
    for number, seen in enumerate(query.scopes or ()):
        given |= {f"scope_type_{number}": seen.type, f"scope_id_{number}": seen.id}
        given |= {f"scope_field_{number}": seen.field}
        for side, hidden, unborn in _hidden(seen):
            given |= _pairs(f"hidden_{side}_{number}", hidden)
            given |= {f"unborn_{side}_{number}_{place}": type for place, type in enumerate(unborn)}
    if query.text:
        given["words"] = search.query(connection.dialect.name, tenant, query.text)
    return given


def _pairs(name: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters of `_any_of`."""
    given: dict[str, str] = {}
    for number, (type, status) in enumerate(pairs):
        given |= {f"{name}_type_{number}": type, f"{name}_status_{number}": status}
    return given


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
