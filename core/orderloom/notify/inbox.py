"""The in-app inbox: what users were told, in their own rows, read or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.notify.delivery import Delivery
from orderloom.orders.listed import Listed
from orderloom.orders.subject import SubjectRef
from orderloom.store.rows import LISTED_COLUMNS, listed_of
from orderloom.store.schema import inbox, subjects

_row = inbox.c
_OF_USER = (_row.tenant_id == bindparam("tenant")) & (_row.user_id == bindparam("user"))
_ENTRY: Final = (
    _row.id, _row.source, _row.kind, _row.subject_id, _row.seq, _row.title, _row.text, _row.at,
    _row.read_at,
)  # fmt: skip
_SUBJECT: Final = tuple(subjects.c[name].label(f"of_{name}") for name in LISTED_COLUMNS)
_WITH_SUBJECT = sa.join(
    inbox,
    subjects,
    (subjects.c.tenant_id == _row.tenant_id)
    & (subjects.c.kind == _row.kind)
    & (subjects.c.id == _row.subject_id),
)
_NEWEST = (
    select(*_ENTRY, *_SUBJECT)
    .select_from(_WITH_SUBJECT)
    .where(_OF_USER)
    .order_by(_row.id.desc())
    .limit(bindparam("most", type_=sa.Integer))
)
_BEFORE = _row.id < bindparam("before", type_=_row.id.type)
_UNREAD = _row.read_at.is_(None)
_READ = sa.update(inbox).where(_OF_USER, _UNREAD).values(read_at=bindparam("now"))
_PURGE = sa.delete(inbox).where(
    _row.tenant_id == bindparam("tenant"), _row.at < bindparam("before", type_=_row.at.type)
)
_FORGET = sa.delete(inbox).where(
    _row.tenant_id == bindparam("tenant"),
    _row.kind == bindparam("about_kind"),
    _row.subject_id == bindparam("about"),
)


@attrs.frozen(kw_only=True)
class InboxEntry:
    """One message in a user's inbox.

    Attributes:
        id: UUIDv7, in the order in which the user was told.
        source: key of the notification.
        subject: what it is about.
        seq: of the event within the subject's history.
        title, text: as they were written then; what they say may have changed since.
        at: when the user was told; aware UTC.
        read_at: when he marked it as read, None as long as he did not.
    """

    id: UUID
    source: str
    subject: SubjectRef
    seq: int
    title: str
    text: str
    at: datetime
    read_at: datetime | None = None


def row_of_entry(tenant: str, delivery: Delivery) -> dict[str, Any]:
    """The row of a delivery into the inbox, whose recipient is a user."""
    return {
        "tenant_id": tenant,
        "user_id": delivery.recipient,
        "id": delivery.id,
        "source": delivery.source,
        "kind": delivery.subject.kind,
        "subject_id": delivery.subject.id,
        "seq": delivery.seq,
        "title": delivery.payload["subject"],
        "text": delivery.payload["text"],
        "at": delivery.created_at,
        "read_at": None,
    }


def entries(
    connection: Connection,
    tenant: str,
    user: str,
    *,
    unread: bool = False,
    before: UUID | None = None,
    most: int,
) -> list[tuple[InboxEntry, Listed]]:
    """The newest entries of a user, each with its subject as it is now.

    Args:
        connection: reading or writing.
        tenant: key.
        user: id.
        unread: only those not marked as read.
        before: only those older than this one.
        most: how many at most.
    """
    statement = _NEWEST
    params: dict[str, Any] = {"tenant": tenant, "user": user, "most": most}
    if unread:
        statement = statement.where(_UNREAD)
    if before is not None:
        statement, params = statement.where(_BEFORE), {**params, "before": before}
    return [_read(row) for row in connection.execute(statement, params)]


def mark_read(
    connection: Connection, tenant: str, user: str, ids: Iterable[UUID] | None, now: datetime
) -> int:
    """Mark entries of a user as read, all if no ids are given; answers how many were unread."""
    statement = _READ if ids is None else _READ.where(_row.id.in_(list(ids)))
    params = {"tenant": tenant, "user": user, "now": now}
    return connection.execute(statement, params).rowcount


def purge_inbox(connection: Connection, tenant: str, before: datetime) -> int:
    """Delete what users were told before an instant, read or not; answers how many."""
    return connection.execute(_PURGE, {"tenant": tenant, "before": before}).rowcount


def forget_entries(connection: Connection, tenant: str, subject: SubjectRef) -> int:
    """Delete what users were told of a subject; answers how many."""
    params = {"tenant": tenant, "about_kind": subject.kind, "about": subject.id}
    return connection.execute(_FORGET, params).rowcount


def _read(row: Sequence[Any]) -> tuple[InboxEntry, Listed]:
    id, source, kind, subject_id, seq, title, text, at, read_at = row[: len(_ENTRY)]
    entry = InboxEntry(
        id=id, source=source, subject=SubjectRef(kind, subject_id), seq=seq, title=title,
        text=text, at=at, read_at=read_at,
    )  # fmt: skip
    return entry, listed_of(row[len(_ENTRY) :])
