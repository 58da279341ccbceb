"""When a subject's timed actions are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.orders.subject import SubjectRef
from orderloom.store.prepared import Prepared
from orderloom.store.schema import timers as table

_rows: Final = insert(table)
_set: Final = Prepared(
    _rows.on_conflict_do_update(
        index_elements=["tenant_id", "kind", "subject_id", "timer"],
        set_={"due_at": _rows.excluded.due_at},
    ),
    columns=table.c.keys(),
)
_clear: Final = Prepared(
    table.delete().where(
        table.c.tenant_id == bindparam("at_tenant"),
        table.c.kind == bindparam("at_kind"),
        table.c.subject_id == bindparam("at_subject"),
        table.c.timer == bindparam("at_timer"),
    )
)
_found: Final = (
    table.c.tenant_id == bindparam("at_tenant"),
    table.c.kind == bindparam("at_kind"),
    table.c.subject_id == bindparam("at_subject"),
    table.c.timer == bindparam("at_timer"),
    table.c.due_at == bindparam("at_due"),
)
_take: Final = table.delete().where(*_found)
_stands: Final = sa.select(table.c.timer).where(*_found)
_postpone: Final = table.update().where(*_found).values(due_at=bindparam("later"))
_due: Final = (
    sa.select(table.c.kind, table.c.subject_id, table.c.timer, table.c.due_at)
    .where(table.c.tenant_id == bindparam("tenant"), table.c.due_at <= bindparam("now"))
    .order_by(table.c.due_at, table.c.kind, table.c.subject_id, table.c.timer)
    .limit(bindparam("most", type_=sa.Integer))
)


@attrs.frozen
class DueTimer:
    """A timed action whose time has come."""

    subject: SubjectRef
    timer: str
    due_at: datetime


def set_timer(
    connection: Connection, tenant: str, ref: SubjectRef, timer: str, due_at: datetime
) -> None:
    """Make a timer due at an instant; an earlier setting is replaced."""
    row: dict[str, Any] = {"tenant_id": tenant, "kind": ref.kind, "subject_id": ref.id}
    _set.execute(connection, row | {"timer": timer, "due_at": due_at})


def clear_timer(connection: Connection, tenant: str, ref: SubjectRef, timer: str) -> None:
    """Forget a timer, if it was set."""
    at = {"at_tenant": tenant, "at_kind": ref.kind, "at_subject": ref.id, "at_timer": timer}
    _clear.execute(connection, at)


def take(connection: Connection, tenant: str, due: DueTimer) -> bool:
    """Take a due timer off, so that it fires once; False if someone else did, or it was reset.

    A second worker waits here until the first one has ended its transaction.
    """
    return connection.execute(_take, _at(tenant, due)).rowcount == 1


def stands(connection: Connection, tenant: str, due: DueTimer) -> bool:
    """Whether a timer is still due as it was found; locks nothing."""
    return connection.execute(_stands, _at(tenant, due)).scalar() is not None


def postpone(connection: Connection, tenant: str, due: DueTimer, later: datetime) -> bool:
    """Put a due timer off; False if it was taken, cleared or set anew meanwhile."""
    return connection.execute(_postpone, _at(tenant, due) | {"later": later}).rowcount == 1


def due_timers(
    connection: Connection, tenant: str, now: datetime, limit: int = 100
) -> tuple[DueTimer, ...]:
    """Timers due by now, the longest overdue first."""
    found = connection.execute(_due, {"tenant": tenant, "now": now, "most": limit})
    return tuple(
        DueTimer(SubjectRef(row.kind, row.subject_id), row.timer, row.due_at) for row in found
    )


def _at(tenant: str, due: DueTimer) -> dict[str, Any]:
    return {
        "at_tenant": tenant,
        "at_kind": due.subject.kind,
        "at_subject": due.subject.id,
        "at_timer": due.timer,
        "at_due": due.due_at,
    }
