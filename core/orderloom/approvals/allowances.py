"""What users and holders of roles may order on their own, by limit and scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.orders.approvals import Allowance, prevailing, roles_in
from orderloom.store.prepared import Prepared
from orderloom.store.schema import allowances, role_allowances
from orderloom.values import Actor, Money, Scope

_NOBODY: Final = sa.literal_column("''", sa.Text)


def _select(table: sa.Table, user: Any, role: Any) -> sa.Select[Any]:
    of = table.c
    holder = user.label("user_id"), role.label("role")
    return sa.select(
        of.limit_key, *holder, of.scope_kind, of.scope_id, of.per, of.amount, of.currency
    )


_users: Final = _select(allowances, allowances.c.user_id, _NOBODY)
_roles: Final = _select(role_allowances, _NOBODY, role_allowances.c.role)


def _there(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    names = {"tenant_id": "tenant", "limit_key": "limit", "scope_kind": "kind", "scope_id": "id"}
    return tuple(table.c[name] == bindparam(given) for name, given in names.items())


_there_for: Final = Prepared(
    _users.where(*_there(allowances), allowances.c.user_id == bindparam("user"))
    .union_all(_roles.where(*_there(role_allowances)))
    .order_by("role", "per")
)


def binding(
    connection: Connection, tenant: str, limit: str, actor: Actor, scope: Scope
) -> tuple[Allowance, ...]:
    """What a user may order on his own in a scope: his own amounts, else those of his roles."""
    given = {"tenant": tenant, "limit": limit, "user": actor.id}
    rows = _there_for.all(connection, {**given, "kind": scope.kind, "id": scope.id})
    held = roles_in(actor.grants, scope)
    return prevailing(one for one in _read(rows) if one.user or one.role in held)


def all_of(
    connection: Connection, tenant: str, *, user: str = "", role: str = "", limit: str = ""
) -> tuple[Allowance, ...]:
    """What is set, for everybody or one user or one role, of all limits or one."""
    found = sa.union_all(
        _users.where(allowances.c.tenant_id == tenant),
        _roles.where(role_allowances.c.tenant_id == tenant),
    ).subquery()
    statement = sa.select(found)
    for column, wanted in ((found.c.user_id, user), (found.c.role, role)):
        if wanted:
            statement = statement.where(column == wanted)
    if limit:
        statement = statement.where(found.c.limit_key == limit)
    names = ("user_id", "role", "limit_key", "scope_kind", "scope_id", "per")
    return _read(connection.execute(statement.order_by(*(found.c[name] for name in names))).all())


def amount_of(connection: Connection, tenant: str, one: Allowance) -> Money | None:
    """What is set there now, None for nothing."""
    table, key = _place(tenant, one)
    chosen = sa.select(table.c.amount, table.c.currency).where(*_at(table, key))
    row = connection.execute(chosen).one_or_none()
    return None if row is None else Money(row.amount, row.currency)


def save(connection: Connection, tenant: str, one: Allowance) -> None:
    """Set an amount; an earlier one is replaced."""
    table, key = _place(tenant, one)
    rows = insert(table)
    amount = {"amount": one.amount.amount, "currency": one.amount.currency}
    setting = rows.on_conflict_do_update(
        index_elements=list(key), set_={name: rows.excluded[name] for name in amount}
    )
    connection.execute(setting, {**key, **amount})


def clear(connection: Connection, tenant: str, one: Allowance) -> None:
    """Take an amount off; nothing is done if there was none."""
    table, key = _place(tenant, one)
    connection.execute(table.delete().where(*_at(table, key)))


def _at(table: sa.Table, key: dict[str, str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _place(tenant: str, one: Allowance) -> tuple[sa.Table, dict[str, str]]:
    table, holder = (
        (role_allowances, {"role": one.role}) if one.role else (allowances, {"user_id": one.user})
    )
    return table, {
        "tenant_id": tenant,
        "limit_key": one.limit,
        **holder,
        "scope_kind": one.scope.kind,
        "scope_id": one.scope.id,
        "per": one.per,
    }


def _read(rows: Iterable[Any]) -> tuple[Allowance, ...]:
    return tuple(
        Allowance(
            limit=row.limit_key,
            user=row.user_id,
            role=row.role,
            scope=Scope(row.scope_kind, row.scope_id),
            per=row.per,
            amount=Money(row.amount, row.currency),
        )
        for row in rows
    )
