"""Who may approve with whose rights, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.orders.approvals import Delegation
from orderloom.store.schema import delegations as table

_columns: Final = tuple(column for column in table.c if column.name != "tenant_id")
_of_delegate: Final = (
    sa.select(table.c.principal)
    .where(
        table.c.tenant_id == bindparam("tenant"),
        table.c.delegate == bindparam("delegate"),
        table.c.ends > bindparam("now"),
        table.c.starts <= bindparam("now"),
        table.c.revoked_at.is_(None),
    )
    .distinct()
    .order_by(table.c.principal)
)


def principals(connection: Connection, tenant: str, delegate: str, now: datetime) -> list[str]:
    """Ids of those whose rights a user may use at an instant."""
    given = {"tenant": tenant, "delegate": delegate, "now": now}
    return list(connection.execute(_of_delegate, given).scalars())


def add(connection: Connection, tenant: str, delegation: Delegation) -> None:
    """Write a new window."""
    row: dict[str, Any] = {column.name: getattr(delegation, column.name) for column in _columns}
    connection.execute(table.insert(), {"tenant_id": tenant, **row})


def revoke(connection: Connection, tenant: str, id: UUID, now: datetime) -> bool:
    """End a window at an instant; False if there is none that is not over."""
    statement = (
        table.update()
        .where(
            table.c.tenant_id == tenant,
            table.c.id == id,
            table.c.revoked_at.is_(None),
            table.c.ends > now,
        )
        .values(revoked_at=now)
    )
    return connection.execute(statement).rowcount == 1


def one(connection: Connection, tenant: str, id: UUID) -> Delegation | None:
    """One window, None if there is none of that id."""
    statement = sa.select(*_columns).where(table.c.tenant_id == tenant, table.c.id == id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Delegation(**row._mapping)


def current(connection: Connection, tenant: str, now: datetime) -> tuple[Delegation, ...]:
    """The windows that are not over, the next to begin first."""
    statement = (
        sa.select(*_columns)
        .where(table.c.tenant_id == tenant, table.c.ends > now, table.c.revoked_at.is_(None))
        .order_by(table.c.starts, table.c.id)
    )
    return tuple(Delegation(**row._mapping) for row in connection.execute(statement))
