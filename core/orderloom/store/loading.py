"""Subjects read as values, one or many, perhaps to be held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.engine import Connection

from orderloom.orders import codec
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store.columns import Scaled
from orderloom.store.prepared import Prepared
from orderloom.store.rows import LINE_COLUMNS, subject_of
from orderloom.store.schema import lines, subjects


@attrs.frozen
class Stored:
    """A subject as it is in the database.

    Attributes:
        head_seq, head_hash: number and hash of its last event.
        fields: canonical JSON of its indexed fields.
    """

    subject: Subject
    head_seq: int
    head_hash: str
    fields: str = ""

    @property
    def head(self) -> tuple[int, str]:
        """Where its chain of events stands; what `events.chain` goes on from."""
        return self.head_seq, self.head_hash


_heads = [column for column in subjects.c if column.name != "search"]
_named = (
    subjects.c.tenant_id == bindparam("at_tenant"),
    subjects.c.kind == bindparam("at_kind"),
    subjects.c.id == bindparam("at_id"),
)
_raw_lines = [
    sa.type_coerce(lines.c[name], sa.BigInteger).label(name)
    if isinstance(lines.c[name].type, Scaled)
    else lines.c[name]
    for name in LINE_COLUMNS
]
_in_order = (lines.c.position, lines.c.id)
_load_lines = Prepared(
    sa.select(*_raw_lines)
    .where(
        lines.c.tenant_id == bindparam("at_tenant"),
        lines.c.kind == bindparam("at_kind"),
        lines.c.subject_id == bindparam("at_id"),
    )
    .order_by(*_in_order)
)


def _loading_lines(dialect: str) -> sa.Select[Any]:
    """The lines of many orders of a kind; their ids are one parameter, however many there are."""
    ids: sa.ColumnElement[bool]
    if dialect == "postgresql":
        ids = lines.c.subject_id == sa.any_(bindparam("subjects", type_=sa.ARRAY(sa.Uuid)))
    else:
        named = sa.func.json_each(bindparam("subjects", type_=sa.Text))
        ids = lines.c.subject_id.in_(sa.select(sa.column("value")).select_from(named))
    return (
        sa.select(lines.c.subject_id, *_raw_lines)
        .where(lines.c.tenant_id == bindparam("tenant"), lines.c.kind == bindparam("kind"), ids)
        .order_by(lines.c.subject_id, *_in_order)
    )


_load_many_lines = Prepared(_loading_lines)
# NO KEY: rows that refer to the subject may still be inserted by others.
_lock = Prepared(
    sa.select(subjects.c.head_seq, subjects.c.head_hash)
    .where(*_named)
    .with_for_update(key_share=True)
)


def _loading(dialect: str) -> sa.Select[Any]:
    """One subject; on PostgreSQL with its lines, which saves a round trip."""
    if dialect != "postgresql":
        return sa.select(*_heads).where(*_named)
    return sa.select(*_heads, lines_with_it).where(*_named)


#: The lines of the subject a row of which is selected, as the text `read_lines` takes; PostgreSQL.
lines_with_it = (
    sa.select(
        sa.cast(
            sa.func.json_agg(aggregate_order_by(sa.func.json_build_array(*_raw_lines), *_in_order)),
            sa.Text,
        )
    )
    .where(
        lines.c.tenant_id == subjects.c.tenant_id,
        lines.c.kind == subjects.c.kind,
        lines.c.subject_id == subjects.c.id,
    )
    .scalar_subquery()
    .label("lines")
)
_load = Prepared(_loading)


def load(
    connection: Connection, tenant: str, ref: SubjectRef, *, lock: bool = False
) -> Stored | None:
    """One subject, tombstones included; None if the tenant has no such.

    With `lock` it is held until the transaction ends (PostgreSQL; on SQLite the writer is alone).
    """
    at = _at(tenant, ref)
    if lock and connection.dialect.name == "postgresql":
        _lock.all(connection, at)  # first: what is read by the same statement may be older
    row = _load.first(connection, at)
    if row is None:
        return None
    return Stored(
        subject_of(row, _lines_of(connection, row, at)), row.head_seq, row.head_hash, row.fields
    )


def hold(connection: Connection, tenant: str, stored: Stored) -> Stored | None:
    """A subject that was read, held until the transaction ends: as it is now.

    It is not read again if nothing was written to it since; on SQLite the writer is alone.
    """
    if connection.dialect.name != "postgresql":
        return stored
    ref = stored.subject.ref
    row = _lock.first(connection, _at(tenant, ref))
    if row is not None and tuple(row) == stored.head:
        return stored
    return load(connection, tenant, ref)


def _lines_of(connection: Connection, row: Any, at: Mapping[str, Any]) -> Iterable[Any]:
    if not _has_lines(row):
        return ()
    if connection.dialect.name == "postgresql":
        return read_lines(row.lines)
    return _load_lines.all(connection, at)


def read_lines(text: str | None) -> Iterator[Any]:
    """The rows of lines that `lines_with_it` answered."""
    for line in codec.loads(text) if text else ():
        line[0] = UUID(line[0])
        yield line


def subjects_of(connection: Connection, tenant: str, rows: Sequence[Any]) -> tuple[Subject, ...]:
    """The values of rows of `ol_subject`; the lines of all of a kind by one statement."""
    orders: dict[str, list[UUID]] = {}
    for row in rows:
        if _has_lines(row):
            orders.setdefault(row.kind, []).append(row.id)
    by_order: dict[Any, list[Any]] = {}
    postgres = connection.dialect.name == "postgresql"
    for kind, ids in orders.items():
        named = ids if postgres else codec.dumps([id.hex for id in ids])
        given = {"tenant": tenant, "kind": kind, "subjects": named}
        for id, *line in _load_many_lines.all(connection, given):
            by_order.setdefault(id, []).append(line)
    return tuple(subject_of(row, by_order.get(row.id, ())) for row in rows)


def _has_lines(row: Any) -> bool:
    """Whether a row may have lines: whatever has has a currency, and nothing else has."""
    return bool(row.currency)


def _at(tenant: str, ref: SubjectRef) -> dict[str, Any]:
    return {"at_tenant": tenant, "at_kind": ref.kind, "at_id": ref.id}
