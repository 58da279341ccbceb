"""Finding subjects: filters, pages by keyset, bounded counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.orders.subject import ORDER, Subject
from orderloom.store import search
from orderloom.store.schema import subject_fields, subjects
from orderloom.store.subjects import subjects_of

_CHECK_BYTES: Final = 4
_table = subjects.c


def _many(raw: str | Iterable[str]) -> tuple[str, ...]:
    given = (raw,) if isinstance(raw, str) else raw
    return tuple(sorted({name for name in given if name}))


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(raw.items()) if isinstance(raw, Mapping) else tuple(raw)


@attrs.frozen(kw_only=True)
class Query:
    """What to look for; filters left empty do not narrow, the others all have to hold.

    Attributes:
        kind: of the subjects; "order" unless said otherwise.
        status: one or several.
        stage: draft, waiting, open, done or dropped.
        party: id of the buyer or the seller.
        text: every word has to begin a word of the subject.
        number: the human number, exactly.
        created_from, created_until: instants; from the first up to, but not at, the second.
        total_from, total_until: amounts, both included; orders without any price have none.
        fields: pairs of an indexed field's key and its value.
        include_deleted: tombstones too.
        scopes: what the reader may see, as (type, kind of scope, id of scope), "*" for any type;
            None for everything. The desk fills it in from the actor's grants.
    """

    kind: str = ORDER
    type: str = ""
    status: tuple[str, ...] = attrs.field(default=(), converter=_many)
    stage: str = ""
    party: str = ""
    project: str = ""
    text: str = ""
    number: str = ""
    created_from: datetime | None = None
    created_until: datetime | None = None
    total_from: Decimal | None = None
    total_until: Decimal | None = None
    fields: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    include_deleted: bool = False
    scopes: tuple[tuple[str, str, str], ...] | None = None


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

    Raises:
        Refused: [find.bad_cursor] `after` is not a `Page.next`.
    """
    given = _parameters(connection, tenant, query) | {"most": limit + 1}
    if after is not None:
        given["after"] = _position(after)
    rows = connection.execute(_page(_shape(connection, query), after is not None), given).all()
    shown = rows[:limit]
    next = _cursor(shown[-1].id) if len(rows) > limit and shown else None
    return Page(subjects_of(connection, tenant, shown), next)


def count(connection: Connection, tenant: str, query: Query, bound: int = 1000) -> Count:
    """How many there are, counting no further than the bound."""
    given = _parameters(connection, tenant, query) | {"most": bound + 1}
    found: int = connection.execute(_count(_shape(connection, query)), given).scalar_one()
    return Count(min(found, bound), found > bound)


# ── statements ─────────────────────────────────────────────────────────────────────────────

_CONDITIONS: Final[dict[str, Callable[[], sa.ColumnElement[bool]]]] = {
    "type": lambda: _table.type == bindparam("type"),
    "status": lambda: _table.status.in_(bindparam("status", expanding=True)),
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
class _Shape:
    """What makes two queries the same statement with other parameters."""

    dialect: str
    filters: tuple[str, ...]
    text: bool
    fields: int
    include_deleted: bool
    scopes: tuple[tuple[bool, str], ...] | None


def _shape(connection: Connection, query: Query) -> _Shape:
    filters = tuple(name for name in _CONDITIONS if getattr(query, name) not in ("", None, ()))
    scopes = query.scopes
    return _Shape(
        connection.dialect.name,
        filters,
        bool(query.text),
        len(query.fields),
        query.include_deleted,
        None if scopes is None else tuple((type == "*", kind) for type, kind, _ in scopes),
    )


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
    if shape.text:
        made.append(search.matching(shape.dialect))
    if not shape.include_deleted:
        made.append(_table.deleted_at.is_(None))
    if shape.scopes is not None:
        seen = (_within(number, *scope) for number, scope in enumerate(shape.scopes))
        made.append(sa.or_(sa.false(), *seen))
    return made


def _within(number: int, any_type: bool, kind: str) -> sa.ColumnElement[bool]:
    """What one grant lets its holder see; a department's holds for no subject as a whole."""
    id: sa.BindParameter[str] = bindparam(f"scope_id_{number}")
    where: dict[str, sa.ColumnElement[bool]] = {
        "tenant": sa.true(),
        "project": _table.project == id,
        "party": (_table.buyer == id) | (_table.seller == id),
        "department": sa.false(),
    }
    type = sa.true() if any_type else _table.type == bindparam(f"scope_type_{number}")
    return type & where[kind]


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
    shape = _shape(connection, query)
    given: dict[str, Any] = {"tenant": tenant, "kind": query.kind}
    given |= {name: getattr(query, name) for name in shape.filters}
    for number, (field, value) in enumerate(query.fields):
        given |= {f"field_{number}": field, f"value_{number}": value}
    for number, (type, _, id) in enumerate(query.scopes or ()):
        given |= {f"scope_type_{number}": type, f"scope_id_{number}": id}
    if shape.text:
        given["words"] = search.query(shape.dialect, tenant, query.text)
    return given


# ── cursors ────────────────────────────────────────────────────────────────────────────────


def _cursor(id: UUID) -> str:
    return base64.urlsafe_b64encode(id.bytes + _check(id.bytes)).decode().rstrip("=")


def _position(cursor: str) -> UUID:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
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
