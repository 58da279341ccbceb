"""What users may order on their own, by limit and scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.orders.approvals import Allowance
from orderloom.store.prepared import Prepared
from orderloom.store.schema import allowances as table
from orderloom.values import Money, Scope

_rows: Final = insert(table)
_KEY: Final = ["tenant_id", "limit_key", "user_id", "scope_kind", "scope_id", "per"]
_set: Final = _rows.on_conflict_do_update(
    index_elements=_KEY,
    set_={"amount": _rows.excluded.amount, "currency": _rows.excluded.currency},
)
_of_user: Final = Prepared(
    sa.select(*(column for column in table.c if column.name != "tenant_id"))
    .where(table.c.tenant_id == bindparam("tenant"), table.c.user_id == bindparam("user"))
    .order_by(table.c.limit_key, table.c.scope_kind, table.c.scope_id, table.c.per)
)


def of_user(connection: Connection, tenant: str, user: str) -> tuple[Allowance, ...]:
    """Everything set for one user."""
    return _read(_of_user.all(connection, {"tenant": tenant, "user": user}))


def all_of(
    connection: Connection, tenant: str, *, user: str = "", limit: str = ""
) -> tuple[Allowance, ...]:
    """What is set, for all users or one, of all limits or one."""
    columns = [column for column in table.c if column.name != "tenant_id"]
    statement = sa.select(*columns).where(table.c.tenant_id == tenant)
    if user:
        statement = statement.where(table.c.user_id == user)
    if limit:
        statement = statement.where(table.c.limit_key == limit)
    order = (table.c.user_id, table.c.limit_key, table.c.scope_kind, table.c.scope_id, table.c.per)
    return _read(connection.execute(statement.order_by(*order)).all())


def save(connection: Connection, tenant: str, allowance: Allowance) -> None:
    """Set what a user may order on his own; an earlier setting is replaced."""
    amount = {"amount": allowance.amount.amount, "currency": allowance.amount.currency}
    connection.execute(_set, {**_key(tenant, allowance), **amount})


def clear(connection: Connection, tenant: str, allowance: Allowance) -> bool:
    """Take a setting off; False if there was none."""
    key = _key(tenant, allowance)
    found = (table.c[name] == value for name, value in key.items())
    return connection.execute(table.delete().where(*found)).rowcount == 1


def _key(tenant: str, one: Allowance) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "limit_key": one.limit,
        "user_id": one.user,
        "scope_kind": one.scope.kind,
        "scope_id": one.scope.id,
        "per": one.per,
    }


def _read(rows: Iterable[Any]) -> tuple[Allowance, ...]:
    return tuple(
        Allowance(
            limit=row.limit_key,
            user=row.user_id,
            scope=Scope(row.scope_kind, row.scope_id),
            per=row.per,
            amount=Money(row.amount, row.currency),
        )
        for row in rows
    )
