"""Subjects in the database: read as values, written as the difference of two values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, TypedDict, Unpack

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Conflict, NotFound
from orderloom.orders import codec
from orderloom.orders.order import Order
from orderloom.orders.subject import ORDER, Subject, SubjectRef
from orderloom.store import events, search
from orderloom.store.events import Chained
from orderloom.store.rows import line_ids, line_row, subject_of, subject_row
from orderloom.store.schema import lines, subject_fields, subjects

_MOVED: Final = "Someone else changed it meanwhile. To go on, look at its current state and decide."
_RETRY: Final = "Someone else wrote to it meanwhile; nothing was written. To go on, try again."


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


@attrs.frozen(kw_only=True)
class NewRow:
    """A subject to be inserted.

    Attributes:
        events: its first ones, chained; at least one.
        stage: of its status.
        search: what `search.tokens` made of its texts.
        fields: values of the indexed fields by key; empty ones are left out.
    """

    subject: Subject
    events: tuple[Chained, ...]
    stage: str
    search: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict)


_named = (
    subjects.c.tenant_id == bindparam("at_tenant"),
    subjects.c.kind == bindparam("at_kind"),
    subjects.c.id == bindparam("at_id"),
)
_load = sa.select(subjects).where(*_named)
# NO KEY: rows that refer to the subject may still be inserted by others.
_lock = _load.with_for_update(key_share=True)
_load_lines = (
    sa.select(lines)
    .where(
        lines.c.tenant_id == bindparam("tenant"),
        lines.c.kind == ORDER,
        lines.c.subject_id.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(lines.c.subject_id, lines.c.position, lines.c.id)
)
_insert_lines = lines.insert().inline()
_line = (
    lines.c.tenant_id == bindparam("at_tenant"),
    lines.c.kind == bindparam("at_kind"),
    lines.c.subject_id == bindparam("at_subject"),
    lines.c.id == bindparam("at_id"),
)
_update_line = lines.update().where(*_line)
_delete_line = lines.delete().where(*_line)
_insert_fields = subject_fields.insert().inline()
_delete_fields = subject_fields.delete().where(
    subject_fields.c.tenant_id == bindparam("at_tenant"),
    subject_fields.c.kind == bindparam("at_kind"),
    subject_fields.c.subject_id == bindparam("at_id"),
)
_guard = subjects.c.head_seq == bindparam("at_head")
_append = subjects.update().where(*_named, _guard)


@cache
def _insert(dialect: str) -> sa.Insert:
    return subjects.insert().values(search.column(dialect)).inline()


@cache
def _update(dialect: str) -> sa.Update:
    version = subjects.c.version == bindparam("at_version")
    return subjects.update().where(*_named, version, _guard).values(search.column(dialect))


def load(
    connection: Connection, tenant: str, ref: SubjectRef, *, lock: bool = False
) -> Stored | None:
    """One subject, tombstones included; None if the tenant has no such.

    With `lock` it is held until the transaction ends (PostgreSQL; on SQLite the writer is alone).
    """
    row = connection.execute(_lock if lock else _load, _at(tenant, ref)).one_or_none()
    if row is None:
        return None
    (subject,) = subjects_of(connection, tenant, (row,))
    return Stored(subject, row.head_seq, row.head_hash, row.fields)


def subjects_of(connection: Connection, tenant: str, rows: Sequence[Any]) -> tuple[Subject, ...]:
    """The values of rows of `ol_subject`; the lines of all of them by one statement."""
    orders = [row.id for row in rows if row.kind == ORDER]
    by_order: dict[Any, list[Any]] = {}
    if orders:
        for line in connection.execute(_load_lines, {"tenant": tenant, "subjects": orders}):
            by_order.setdefault(line.subject_id, []).append(line)
    return tuple(subject_of(row, by_order.get(row.id, ())) for row in rows)


def insert(connection: Connection, tenant: str, items: Sequence[NewRow]) -> None:
    """Write new subjects with their lines, fields and first events, each table at once."""
    if not items:
        return
    searched = search.index(connection, tenant, [item.search for item in items])
    rows = [
        _head_row(tenant, item.subject, item.events[-1], item.stage, fields_text(item.fields))
        | words
        for item, words in zip(items, searched, strict=True)
    ]
    _execute(connection, _insert(connection.dialect.name), rows)
    _execute(
        connection,
        _insert_lines,
        [
            line_row(item.subject, line) | {"tenant_id": tenant}
            for item in items
            if isinstance(item.subject, Order)
            for line in item.subject.lines
        ],
    )
    fields = [row for item in items for row in _field_rows(tenant, item.subject.ref, item.fields)]
    _execute(connection, _insert_fields, fields)
    events.store(connection, tenant, [event for item in items for event in item.events])


class Beside(TypedDict):
    """What is kept beside a subject; the attributes of `NewRow` of the same names."""

    stage: str
    search: str
    fields: Mapping[str, str]


def update(
    connection: Connection,
    tenant: str,
    before: Stored,
    after: Subject,
    chained: Sequence[Chained],
    **beside: Unpack[Beside],
) -> Stored:
    """Write the difference between two values of a subject, and its events (at least one).

    Raises:
        Conflict: someone else changed it since `before` was read; carries `before` and the
            current value.
        NotFound: it was purged meanwhile.
    """
    head, fields, at = chained[-1], fields_text(beside["fields"]), _at(tenant, after.ref)
    row = _head_row(tenant, after, head, beside["stage"], fields)
    row |= search.replace(connection, tenant, after.ref, beside["search"])
    guard = at | {"at_version": before.subject.version, "at_head": before.head_seq}
    if connection.execute(_update(connection.dialect.name), row | guard).rowcount == 0:
        raise _conflict(connection, tenant, before)
    _write_lines(connection, tenant, before.subject, after)
    if fields != before.fields:
        connection.execute(_delete_fields, at)
        _execute(connection, _insert_fields, _field_rows(tenant, after.ref, beside["fields"]))
    events.store(connection, tenant, chained)
    return Stored(after, head.seq, head.hash, fields)


def append(
    connection: Connection, tenant: str, stored: Stored, chained: Sequence[Chained]
) -> Stored:
    """Write events that leave the subject and its version as they are, such as notes.

    Raises:
        Conflict: someone else wrote to it meanwhile; retryable.
    """
    head = chained[-1]
    moved: dict[str, Any] = {"head_seq": head.seq, "head_hash": head.hash}
    guard = _at(tenant, stored.subject.ref) | {"at_head": stored.head_seq}
    if connection.execute(_append, moved | guard).rowcount == 0:
        raise _conflict(connection, tenant, stored)
    events.store(connection, tenant, chained)
    return attrs.evolve(stored, **moved)


def fields_text(fields: Mapping[str, str]) -> str:
    """What `ol_subject.fields` holds of the indexed fields; "" without any."""
    kept = {name: value for name, value in fields.items() if value}
    return codec.dumps(kept) if kept else ""


def _write_lines(connection: Connection, tenant: str, before: Subject, after: Subject) -> None:
    if not (isinstance(before, Order) and isinstance(after, Order)):
        return
    # A line's row tells its currency only where that differs from the order's.
    old = line_ids(before) if before.currency == after.currency else {}
    new = line_ids(after)
    known = line_ids(before).keys()
    changed = [line for id, line in new.items() if old.get(id) != line]
    gone = [{"at_id": id} for id in known - new.keys()]
    added = [
        line_row(after, line) | {"tenant_id": tenant} for line in changed if line.id not in known
    ]
    edited = [line_row(after, line) | {"at_id": line.id} for line in changed if line.id in known]
    at = {"at_tenant": tenant, "at_kind": after.kind, "at_subject": after.id}
    _execute(connection, _delete_line, [at | row for row in gone])
    _execute(connection, _update_line, [at | row for row in edited])
    _execute(connection, _insert_lines, added)


def _head_row(
    tenant: str, subject: Subject, head: Chained, stage: str, fields: str
) -> dict[str, Any]:
    return subject_row(subject) | {
        "tenant_id": tenant,
        "stage": stage,
        "fields": fields,
        "head_seq": head.seq,
        "head_hash": head.hash,
    }


def _field_rows(tenant: str, ref: SubjectRef, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    named = {"tenant_id": tenant, "kind": ref.kind, "subject_id": ref.id}
    return [named | {"field": name, "value": value} for name, value in fields.items() if value]


def _conflict(connection: Connection, tenant: str, before: Stored) -> Conflict | NotFound:
    now = load(connection, tenant, before.subject.ref)
    if now is None:
        return NotFound(before.subject.kind, before.subject.id)
    same = now.subject.version == before.subject.version
    return Conflict(_RETRY if same else _MOVED, before.subject, now.subject, retryable=same)


def _execute(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    """One row by execute, more by executemany, none not at all."""
    if rows:
        connection.execute(statement, rows if len(rows) > 1 else rows[0])


def _at(tenant: str, ref: SubjectRef) -> dict[str, Any]:
    return {"at_tenant": tenant, "at_kind": ref.kind, "at_id": ref.id}
