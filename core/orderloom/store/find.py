"""Finding subjects: filters, pages by keyset, bounded counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.orders.subject import Subject
from orderloom.store import search
from orderloom.store.query import Query, Seen, checked, whole_number
from orderloom.store.schema import subject_fields, subjects
from orderloom.store.subjects import subjects_of

__all__ = ["Count", "Page", "Query", "Seen", "count", "find"]

_CHECK_BYTES: Final = 4
_MOST_SHOWN: Final = 1000
_MOST_COUNTED: Final = 1_000_000
_table = subjects.c
_type_and_status = sa.tuple_(_table.type, _table.status)


@attrs.frozen
class Page:
    """Some of the subjects found.

    Attributes:
        items: newest first.
        next: what to pass as `after` for the next page, None on the last one.
    """

    items: tuple[Subject, ...]
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
) -> Page:
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
    query, limit = checked(query), whole_number(limit, "limit", _MOST_SHOWN)
    given = _parameters(connection, tenant, query) | {"most": limit + 1}
    if after is not None:
        given["after"] = _position(after)
    rows = connection.execute(_page(_shape(connection, query), after is not None), given).all()
    shown = rows[:limit]
    next = _cursor(shown[-1].id) if len(rows) > limit and shown else None
    return Page(subjects_of(connection, tenant, shown), next)


def count(connection: Connection, tenant: str, query: Query, bound: int = 1000) -> Count:
    """How many there are, counting no further than the bound (1 to 1,000,000).

    Raises:
        Refused: [find.limit], and every filter that is malformed, as `query.checked`.
    """
    query, bound = checked(query), whole_number(bound, "bound", _MOST_COUNTED)
    given = _parameters(connection, tenant, query) | {"most": bound + 1}
    found: int = connection.execute(_count(_shape(connection, query)), given).scalar_one()
    return Count(min(found, bound), found > bound)


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
    hides: tuple[tuple[str, bool], ...]


@attrs.frozen(kw_only=True)
class _Shape:
    """What makes two queries the same statement with other parameters."""

    dialect: str
    filters: tuple[str, ...]
    status: bool
    former: bool
    left: bool
    text: bool
    fields: int
    include_deleted: bool
    scopes: tuple[_Scope, ...] | None


def _shape(connection: Connection, query: Query) -> _Shape:
    taken, left = query.stored_names()
    return _Shape(
        dialect=connection.dialect.name,
        filters=tuple(name for name in _CONDITIONS if getattr(query, name) not in ("", None)),
        status=bool(query.status),
        former=bool(taken),
        left=bool(left),
        text=bool(query.text),
        fields=len(query.fields),
        include_deleted=query.include_deleted,
        scopes=None if query.scopes is None else tuple(map(_scope_shape, query.scopes)),
    )


def _scope_shape(seen: Seen) -> _Scope:
    hides = tuple((side, bool(hidden)) for side, hidden in _hidden(seen))
    return _Scope(seen.type == "*", seen.kind, hides)


def _hidden(seen: Seen) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    yield "buyer", seen.hidden_from_buyer
    yield "seller", seen.hidden_from_seller


@lru_cache(maxsize=512)
def _page(shape: _Shape, continued: bool) -> sa.Select[Any]:
    further = (_table.id < bindparam("after"),) if continued else ()
    return (
        sa.select(subjects)
        .where(*_conditions(shape), *further)
        .order_by(_table.id.desc())
        .limit(bindparam("most", type_=sa.Integer))
    )


@lru_cache(maxsize=512)
def _count(shape: _Shape) -> sa.Select[int]:
    most = bindparam("most", type_=sa.Integer)
    found = sa.select(sa.literal(1)).select_from(subjects).where(*_conditions(shape)).limit(most)
    return sa.select(sa.func.count()).select_from(found.subquery())


def _conditions(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    made = [_table.tenant_id == bindparam("tenant"), _table.kind == bindparam("kind")]
    made += [_CONDITIONS[name]() for name in shape.filters]
    made += [_has_field(number) for number in range(shape.fields)]
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
    found: sa.ColumnElement[bool] = _table.status.in_(bindparam("status", expanding=True))
    if shape.left:
        found &= _type_and_status.not_in(bindparam("left", expanding=True))
    if shape.former:
        found |= _type_and_status.in_(bindparam("former", expanding=True))
    return found


def _within(number: int, scope: _Scope) -> sa.ColumnElement[bool]:
    """What one grant lets its holder see; a department's holds for no subject as a whole."""
    id: sa.BindParameter[str] = bindparam(f"scope_id_{number}")
    where: dict[str, sa.ColumnElement[bool]] = {
        "tenant": sa.true(),
        "project": _table.project == id,
        "party": sa.or_(*(_on_side(number, id, side, hides) for side, hides in scope.hides)),
        "department": sa.false(),
    }
    type = sa.true() if scope.any_type else _table.type == bindparam(f"scope_type_{number}")
    return type & where[scope.kind]


def _on_side(
    number: int, id: sa.BindParameter[str], side: str, hides: bool
) -> sa.ColumnElement[bool]:
    plays = _table[side] == id
    if not hides:
        return plays
    return plays & _type_and_status.not_in(bindparam(f"hidden_{side}_{number}", expanding=True))


def _has_field(number: int) -> sa.ColumnElement[bool]:
    field = subject_fields.c
    holders = sa.select(field.subject_id).where(
        field.tenant_id == bindparam("tenant"),
        field.kind == bindparam("kind"),
        field.field == bindparam(f"field_{number}"),
        field.value == bindparam(f"value_{number}"),
    )
    return _table.id.in_(holders)


def _parameters(connection: Connection, tenant: str, query: Query) -> dict[str, Any]:
    taken, left = query.stored_names()
    given: dict[str, Any] = {"tenant": tenant, "kind": query.kind}
    given |= {"status": query.status, "former": taken, "left": left}
    given |= {name: getattr(query, name) for name in _CONDITIONS}
    for number, (field, value) in enumerate(query.fields):
        given |= {f"field_{number}": field, f"value_{number}": value}
    for number, seen in enumerate(query.scopes or ()):
        given |= {f"scope_type_{number}": seen.type, f"scope_id_{number}": seen.id}
        given |= {f"hidden_{side}_{number}": hidden for side, hidden in _hidden(seen)}
    if query.text:
        given["words"] = search.query(connection.dialect.name, tenant, query.text)
    return given


# ── cursors ────────────────────────────────────────────────────────────────────────────────


def _cursor(id: UUID) -> str:
    return base64.urlsafe_b64encode(id.bytes + _check(id.bytes)).decode().rstrip("=")


def _position(cursor: object) -> UUID:
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
