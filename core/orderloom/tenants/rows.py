"""Tenants as rows: created, read with one statement, changed, counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules.contributions import Tenant
from orderloom.store import schema
from orderloom.values import (
    Gather,
    currency_of,
    key_of,
    language_of,
    nearest,
    shown,
    text_of,
    timezone_of,
)

_table = schema.tenants
_CHANGEABLE = ("title", "timezone", "currency", "language")
_ALL = sa.select(
    _table.c.tenant_id,
    _table.c.title,
    _table.c.timezone,
    _table.c.currency,
    _table.c.language,
    _table.c.revision,
).order_by(_table.c.tenant_id)
_ONE = _ALL.where(_table.c.tenant_id == bindparam("tenant"))
_BUMP = (
    sa.update(_table)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .values(revision=_table.c.revision + 1)
    .returning(_table.c.revision)
)
_UPDATE = (
    sa.update(_table)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("title", "timezone", "currency", "language")}
    )
)


def create(connection: Connection, tenant: Tenant, now: datetime) -> Tenant:
    """Add a tenant; its revision begins at 1.

    Args:
        connection: in a transaction of its own; the event is the caller's to write.
        tenant: key, title, IANA time zone, ISO 4217 currency, language; all gated.
        now: aware UTC.

    Raises:
        Refused: [tenant.exists], [key.malformed], [text.*], [timezone.unknown],
            [currency.unknown], [language.malformed]; all at once.
    """
    made = attrs.evolve(tenant_of(tenant), revision=1)
    if load(connection, made.key) is not None:
        template = "Tenant {key} exists already. To add another one, give it another key."
        raise Refused([Problem("tenant.exists", template, "key", params={"key": made.key})])
    row = attrs.asdict(made)
    connection.execute(sa.insert(_table), {"tenant_id": row.pop("key"), **row, "created_at": now})
    return made


def tenant_of(tenant: Tenant) -> Tenant:
    """A tenant that may be stored.

    Raises:
        Refused: as `create`, except [tenant.exists].
    """
    with Gather() as gather:
        fields: dict[str, Any] = {
            "key": gather.take(key_of, tenant.key, "key"),
            "title": gather.take(text_of, tenant.title, "title"),
            "timezone": str(gather.take(timezone_of, tenant.timezone, "timezone")),
            "currency": gather.take(currency_of, tenant.currency, "currency"),
            "language": gather.take(language_of, tenant.language, "language"),
        }
    return attrs.evolve(tenant, **fields)


def load(connection: Connection, key: str) -> Tenant | None:
    """A tenant with its revision, None if unknown: one statement, the first of every desk."""
    row = connection.execute(_ONE, {"tenant": key}).one_or_none()
    return None if row is None else _tenant(row)


def list_all(connection: Connection) -> tuple[Tenant, ...]:
    """All tenants by key."""
    return tuple(map(_tenant, connection.execute(_ALL)))


def update(connection: Connection, tenant: Tenant) -> Tenant:
    """Change title, time zone, currency or language; answers the tenant with its new revision.

    Raises:
        Refused: as `tenant_of`.
        NotFound: there is no tenant of this key.
    """
    made = tenant_of(tenant)
    revision = bump_revision(connection, made.key)
    new = {f"new_{name}": getattr(made, name) for name in _CHANGEABLE}
    connection.execute(_UPDATE, {"tenant": made.key, **new})
    return attrs.evolve(made, revision=revision)


def bump_revision(connection: Connection, key: str) -> int:
    """Count one more change of modules, settings, roles or overlays; answers the new revision.

    Every writer of this package calls it first: it locks the tenant's row, so that changes of
    one tenant follow each other.

    Raises:
        NotFound: there is no tenant of this key.
    """
    revision = connection.execute(_BUMP, {"tenant": key}).scalar_one_or_none()
    if revision is None:
        raise NotFound("tenant", shown(key), _hint(connection, key))
    return int(revision)


def _hint(connection: Connection, key: str) -> str:
    known = [tenant.key for tenant in list_all(connection)]
    near = nearest(shown(key), known, otherwise=", ".join(known[:5]))
    return f"To go on, name one there is: {near}." if known else "To go on, create it first."


def _tenant(row: Any) -> Tenant:
    return Tenant(
        key=row.tenant_id,
        title=row.title,
        timezone=row.timezone,
        currency=row.currency,
        language=row.language,
        revision=row.revision,
    )
