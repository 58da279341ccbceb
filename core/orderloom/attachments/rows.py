"""The rows of attachments: written with the event that attaches them, never changed but in name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.attachments.gate import SUFFIXES
from orderloom.orders.attachments import Attachment, CheckedFile
from orderloom.orders.events import Event
from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import attachments as _table

_COLUMNS = [column for column in _table.c if column.name != "tenant_id"]
_OF_TENANT = _table.c.tenant_id == bindparam("tenant")
_OF_SUBJECT = sa.and_(
    _OF_TENANT, _table.c.kind == bindparam("about_kind"), _table.c.subject_id == bindparam("about")
)
_INSERT = sa.insert(_table)
_LOAD = sa.select(*_COLUMNS).where(_OF_TENANT, _table.c.id == bindparam("id"))
_ALL = sa.select(*_COLUMNS).where(_OF_SUBJECT).order_by(_table.c.at, _table.c.id)
_NAMED = sa.select(_table.c.id).where(_OF_TENANT, _table.c.id.in_(bindparam("ids", expanding=True)))
_ERASE = sa.update(_table).where(_OF_SUBJECT).values(name="")


def store(connection: Connection, tenant: str, event: Event, files: Sequence[CheckedFile]) -> None:
    """Write the rows of files, in the transaction of the event that attaches them."""
    rows = [
        {
            "tenant_id": tenant,
            "kind": event.subject.kind,
            "subject_id": event.subject.id,
            "id": one.id,
            "file_kind": one.kind,
            "name": one.name,
            "media": one.media,
            "size": len(one.content),
            "sha256": one.sha256,
            "action": event.action,
            "event_id": event.id,
            "at": event.at,
            "actor": event.actor,
        }
        for one in files
    ]
    if rows:
        connection.execute(_INSERT, rows)


def of_subject(connection: Connection, tenant: str, ref: SubjectRef) -> tuple[Attachment, ...]:
    """All attachments of a subject, oldest first."""
    return tuple(_attachment(row) for row in connection.execute(_ALL, _about(tenant, ref)))


def load(connection: Connection, tenant: str, id: UUID) -> Attachment | None:
    """One attachment."""
    row = connection.execute(_LOAD, {"tenant": tenant, "id": id}).one_or_none()
    return None if row is None else _attachment(row)


def named(connection: Connection, tenant: str, ids: Iterable[UUID]) -> set[UUID]:
    """Those of some ids that rows name."""
    found = connection.execute(_NAMED, {"tenant": tenant, "ids": list(ids)})
    return {row.id for row in found}


def erase_names(connection: Connection, tenant: str, ref: SubjectRef) -> None:
    """Forget what the files of a subject were called."""
    connection.execute(_ERASE, _about(tenant, ref))


def _about(tenant: str, ref: SubjectRef) -> dict[str, Any]:
    return {"tenant": tenant, "about_kind": ref.kind, "about": ref.id}


def _attachment(row: sa.Row[Any]) -> Attachment:
    return Attachment(
        id=row.id,
        subject=SubjectRef(row.kind, row.subject_id),
        kind=row.file_kind,
        name=row.name or f"{row.file_kind}.{SUFFIXES[row.media][0]}",
        media=row.media,
        size=row.size,
        sha256=row.sha256,
        action=row.action,
        event=row.event_id,
        at=row.at,
        by=row.actor,
    )
