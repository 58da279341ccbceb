"""Endpoints as rows. Their secrets are read by who signs and by nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.notify.webhooks.endpoint import DISABLED, ON, Endpoint
from orderloom.notify.webhooks.signing import Secret
from orderloom.orders import codec
from orderloom.store.schema import webhooks as table
from orderloom.values import Grant, Scope

_row = table.c
_OF_TENANT = _row.tenant_id == bindparam("tenant")
_NAMED = sa.and_(_OF_TENANT, _row.name == bindparam("named"))
_ALL = (
    select(*(column for column in _row if column.name not in ("tenant_id", "secrets")))
    .where(_OF_TENANT)
    .order_by(_row.name)
)
_SECRETS = select(_row.secrets).where(_NAMED)
_UPDATE = sa.update(table).where(_NAMED)
_REMOVE = sa.delete(table).where(_NAMED)
_FAILING = _UPDATE.where(_row.state == ON).values(
    failing_since=sa.func.coalesce(_row.failing_since, bindparam("at", type_=_row.created_at.type)),
    reason=bindparam("why"),
)
_WELL = _UPDATE.where(_row.failing_since.is_not(None), _row.state == ON).values(
    failing_since=sa.null(), reason=""
)


def endpoints(connection: Connection, tenant: str) -> tuple[Endpoint, ...]:
    """All endpoints of a tenant, by name."""
    return tuple(_endpoint(row) for row in connection.execute(_ALL, {"tenant": tenant}))


def listening(connection: Connection, tenant: str) -> tuple[Endpoint, ...]:
    """Those that are on."""
    return tuple(one for one in endpoints(connection, tenant) if one.state == ON)


def endpoint(connection: Connection, tenant: str, name: str) -> Endpoint | None:
    """An endpoint as it is now."""
    found = connection.execute(_ALL.where(_row.name == name), {"tenant": tenant}).one_or_none()
    return None if found is None else _endpoint(found)


def secrets_of(connection: Connection, tenant: str, name: str) -> tuple[Secret, ...]:
    """What an endpoint's messages are signed with, the present secret first."""
    text = connection.execute(_SECRETS, {"tenant": tenant, "named": name}).scalar_one_or_none()
    kept = [] if text is None else codec.loads(text)
    return tuple(codec.from_plain(Secret, one) for one in kept)


def add(connection: Connection, tenant: str, made: Endpoint, secret: Secret) -> None:
    """Write a new endpoint."""
    row = {
        "tenant_id": tenant,
        "name": made.name,
        "url": made.url,
        "types": codec.dumps(list(made.types)),
        "role": made.grant.role,
        "scope_kind": made.grant.scope.kind,
        "scope_id": made.grant.scope.id,
        "state": made.state,
        "created_at": made.created_at,
    }
    connection.execute(sa.insert(table), {**row, "secrets": _kept([secret])})


def set_state(connection: Connection, tenant: str, name: str, state: str, reason: str = "") -> None:
    """Enable or disable an endpoint; what failed before counts no more."""
    values: dict[str, Any] = {"state": state, "reason": reason}
    if state != DISABLED:
        values["failing_since"] = None
    connection.execute(_UPDATE.values(values), {"tenant": tenant, "named": name})


def set_secrets(connection: Connection, tenant: str, name: str, secrets: Iterable[Secret]) -> None:
    """Replace the secrets of an endpoint, the present one first."""
    values = {"secrets": _kept(secrets)}
    connection.execute(_UPDATE.values(values), {"tenant": tenant, "named": name})


def remove(connection: Connection, tenant: str, name: str) -> None:
    """Delete an endpoint and its secrets."""
    connection.execute(_REMOVE, {"tenant": tenant, "named": name})


def failing(connection: Connection, tenant: str, name: str, now: datetime, reason: str) -> None:
    """Note that an attempt failed, and since when they do."""
    params = {"tenant": tenant, "named": name, "at": now, "why": reason}
    connection.execute(_FAILING, params)


def well(connection: Connection, tenant: str, name: str) -> None:
    """Note that something arrived."""
    connection.execute(_WELL, {"tenant": tenant, "named": name})


def _kept(secrets: Iterable[Secret]) -> str:
    return codec.dumps([codec.to_plain(secret) for secret in secrets])


def _endpoint(row: sa.Row[Any]) -> Endpoint:
    raw = dict(row._mapping)
    scope = Scope(raw.pop("scope_kind"), raw.pop("scope_id"))
    types = tuple(codec.loads(raw.pop("types")))
    return Endpoint(types=types, grant=Grant(raw.pop("role"), scope), **raw)
