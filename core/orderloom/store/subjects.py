"""Subjects in the database: written as the difference of two values (and read by `loading`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict, Unpack

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Conflict, NotFound
from orderloom.orders import codec
from orderloom.orders.order import LineItem, Order
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import batch, events, search
from orderloom.store.batch import Along, Row
from orderloom.store.events import Chained
from orderloom.store.loading import Stored, hold, load, subjects_of
from orderloom.store.prepared import Prepared
from orderloom.store.rows import (
    Plain,
    line_ids,
    line_row,
    moved_row,
    only_moved,
    subject_row,
)
from orderloom.store.schema import events as event_table
from orderloom.store.schema import lines, subject_fields, subjects

__all__ = [
    "Beside",
    "NewRow",
    "Stored",
    "append",
    "fields_text",
    "hold",
    "insert",
    "load",
    "subjects_of",
    "update",
]

_MOVED: Final = "Someone else changed it meanwhile. To go on, look at its current state and decide."
_RETRY: Final = "Someone else wrote to it meanwhile; nothing was written. To go on, try again."
_ALONE: Final = Along()
_LINE_KEY: Final = ("tenant_id", "kind", "subject_id", "id")


@attrs.frozen(kw_only=True)
class NewRow:
    """A subject to be inserted.

    Attributes:
        events: its first ones, chained; at least one.
        stage: of its status.
        search: what `search.tokens` made of its texts.
        fields: values of the indexed fields by key; empty ones are left out.
        plain: what `codec.to_plain` made of the subject, if somebody has it; saves making it again.
    """

    subject: Subject
    events: tuple[Chained, ...]
    stage: str
    search: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict)
    plain: Plain | None = None


_line = (
    lines.c.tenant_id == bindparam("at_tenant"),
    lines.c.kind == bindparam("at_kind"),
    lines.c.subject_id == bindparam("at_subject"),
    lines.c.id == bindparam("at_id"),
)
_update_line = Prepared(
    lines.update().where(*_line),
    columns=[column.name for column in lines.c if column.name not in _LINE_KEY],
)
_delete_line = Prepared(lines.delete().where(*_line))
_delete_fields = Prepared(
    subject_fields.delete().where(
        subject_fields.c.tenant_id == bindparam("at_tenant"),
        subject_fields.c.kind == bindparam("at_kind"),
        subject_fields.c.subject_id == bindparam("at_id"),
    )
)


def insert(
    connection: Connection, tenant: str, items: Sequence[NewRow], along: Along = _ALONE
) -> None:
    """Write new subjects with their lines, fields and first events, all at once.

    Args:
        connection: in a transaction.
        tenant: key.
        items: the subjects.
        along: what goes with them.
    """
    if not items:
        return
    searched = search.index(connection, tenant, [item.search for item in items])
    rows: dict[sa.Table, Sequence[Row]] = {
        subjects: [
            {
                "tenant_id": tenant,
                **subject_row(item.subject, item.plain),
                **_head_row(item.events[-1], item.stage, fields_text(item.fields)),
                "search": place,
            }
            for item, place in zip(items, searched, strict=True)
        ],
        lines: [
            row
            for item in items
            if isinstance(item.subject, Order)
            for row in _line_rows(tenant, item.subject, item.subject.lines, item.plain)
        ],
        subject_fields: [
            row for item in items for row in _field_rows(tenant, item.subject, item.fields)
        ],
        event_table: events.event_rows(tenant, (one for item in items for one in item.events)),
    }
    batch.insert(connection, {**rows, **along.rows}, along.held)


class Beside(TypedDict):
    """What is kept beside a subject; the attributes of `NewRow` of the same names."""

    stage: str
    search: str | None
    fields: Mapping[str, str]


def update(
    connection: Connection,
    tenant: str,
    before: Stored,
    after: Subject,
    chained: Sequence[Chained],
    *,
    along: Along = _ALONE,
    **beside: Unpack[Beside],
) -> Stored:
    """Write the difference between two values of a subject, and its events (at least one).

    Without `search` its words stay as they are; `along` is what goes with it.

    Raises:
        Conflict: someone else changed it since `before` was read; carries `before` and the
            current value.
        NotFound: it was purged meanwhile.
    """
    head, fields = chained[-1], fields_text(beside["fields"])
    moved = only_moved(before.subject, after)
    values = moved_row(after) if moved else subject_row(after)
    values |= _head_row(head, beside["stage"], fields)
    values |= search.column(connection, tenant, beside["search"])
    guard = _guard(tenant, before) | {"version": before.subject.version}
    change = _Change() if moved else _Change.of(tenant, before.subject, after)
    rows = {event_table: events.event_rows(tenant, chained), lines: change.added, **along.rows}
    if not batch.move(connection, batch.Change(subjects, values, guard), rows, along.held):
        raise _conflict(connection, tenant, before)
    _delete_line.execute_many(connection, change.gone)
    _update_line.execute_many(connection, change.edited)
    search.replace(connection, tenant, after.ref, beside["search"])
    if fields != before.fields:
        _delete_fields.execute(connection, _at(tenant, after.ref))
        batch.insert(connection, {subject_fields: _field_rows(tenant, after, beside["fields"])})
    return Stored(after, head.seq, head.hash, fields)


def append(
    connection: Connection,
    tenant: str,
    stored: Stored,
    chained: Sequence[Chained],
    *,
    along: Along = _ALONE,
) -> Stored:
    """Write events that leave the subject and its version as they are, such as notes.

    Raises:
        Conflict: someone else wrote to it meanwhile; retryable.
    """
    head = chained[-1]
    values: dict[str, Any] = {"head_seq": head.seq, "head_hash": head.hash}
    rows = {event_table: events.event_rows(tenant, chained), **along.rows}
    change = batch.Change(subjects, values, _guard(tenant, stored))
    if not batch.move(connection, change, rows, along.held):
        raise _conflict(connection, tenant, stored)
    return attrs.evolve(stored, **values)


def fields_text(fields: Mapping[str, str]) -> str:
    """What `ol_subject.fields` holds of the indexed fields; "" without any."""
    kept = {name: value for name, value in fields.items() if value}
    return codec.dumps(kept) if kept else ""


@attrs.frozen(kw_only=True)
class _Change:
    """Which lines come, go and change, as parameters of their statements."""

    added: Sequence[Row] = ()
    edited: Sequence[Row] = ()
    gone: Sequence[Row] = ()

    @classmethod
    def of(cls, tenant: str, before: Subject, after: Subject) -> _Change:
        if not (isinstance(before, Order) and isinstance(after, Order)):
            return cls()
        # A line's row tells its currency only where that differs from the order's.
        old = line_ids(before) if before.currency == after.currency else {}
        new = line_ids(after)
        known = line_ids(before).keys()
        changed = [line for id, line in new.items() if old.get(id) != line]
        at = {"at_tenant": tenant, "at_kind": after.kind, "at_subject": after.id}
        return cls(
            added=_line_rows(tenant, after, [line for line in changed if line.id not in known]),
            edited=[
                {**line_row(after, line), **at, "at_id": line.id}
                for line in changed
                if line.id in known
            ],
            gone=[{**at, "at_id": id} for id in known - new.keys()],
        )


def _line_rows(
    tenant: str, order: Order, lines: Sequence[LineItem], plain: Plain | None = None
) -> list[dict[str, Any]]:
    plains = plain.get("lines", ()) if plain else (None,) * len(lines)
    return [
        {"tenant_id": tenant, **line_row(order, line, one)}
        for line, one in zip(lines, plains, strict=True)
    ]


def _head_row(head: Chained, stage: str, fields: str) -> dict[str, Any]:
    return {"stage": stage, "fields": fields, "head_seq": head.seq, "head_hash": head.hash}


def _field_rows(tenant: str, subject: Subject, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    named = {"tenant_id": tenant, "kind": subject.kind, "subject_id": subject.id}
    return [named | {"field": name, "value": value} for name, value in fields.items() if value]


def _conflict(connection: Connection, tenant: str, before: Stored) -> Conflict | NotFound:
    now = load(connection, tenant, before.subject.ref)
    if now is None:
        return NotFound(before.subject.kind, before.subject.id)
    same = now.subject.version == before.subject.version
    return Conflict(_RETRY if same else _MOVED, before.subject, now.subject, retryable=same)


def _guard(tenant: str, stored: Stored) -> dict[str, Any]:
    ref = stored.subject
    return {"tenant_id": tenant, "kind": ref.kind, "id": ref.id, "head_seq": stored.head_seq}


def _at(tenant: str, ref: SubjectRef) -> dict[str, Any]:
    return {"at_tenant": tenant, "at_kind": ref.kind, "at_id": ref.id}
