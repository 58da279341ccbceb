"""Tenants as rows: created, read with one statement, changed, counted."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules.contributions import Tenant
from orderloom.store import schema
from orderloom.store.entering import ENTERED
from orderloom.store.faults import translated
from orderloom.store.prepared import Prepared
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
CHANGEABLE = ("title", "timezone", "currency", "language")
"""What may be changed about a tenant; its key and its revision are nobody's to set."""

_KEYS = sa.select(_table.c.tenant_id).order_by(_table.c.tenant_id)
_KEYS_DOOR = sa.select(sa.func.ol_tenant_keys())
_ONE = Prepared(
    sa.select(
        _table.c.tenant_id,
        _table.c.title,
        _table.c.timezone,
        _table.c.currency,
        _table.c.language,
        _table.c.revision,
    ).where(_table.c.tenant_id == bindparam("tenant"))
)
_BUMP = (
    sa.update(_table)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .values(revision=_table.c.revision + 1)
    .returning(_table.c.revision)
)
_UPDATE = (
    sa.update(_table)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .values({name: bindparam(f"new_{name}") for name in CHANGEABLE})
)
_REVISION = sa.select(_table.c.revision).where(_table.c.tenant_id == bindparam("tenant"))
# FOR NO KEY UPDATE, FOR UPDATE and FOR KEY SHARE: the first two keep each other out, the last
# two do. Foreign keys that name the tenant hold as `hold` does.
_LOCK = _REVISION.with_for_update(key_share=True)
_CLOSE = _REVISION.with_for_update()
# Nothing is held, and no row found, in a transaction that wrote nothing.
_HOLD = Prepared(
    _REVISION.where(sa.func.pg_current_xact_id_if_assigned().is_not(None)).with_for_update(
        read=True, key_share=True, nowait=True
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
    *entered, row = connection.info.pop(ENTERED, (None,))  # who asks again reads again
    if entered != [key, connection.get_transaction()]:
        row = _ONE.first(connection, {"tenant": key})
    return None if row is None else _tenant(row)


def keys(connection: Connection) -> tuple[str, ...]:
    """The keys of all tenants, in order: what may be known of them without entering one."""
    postgres = connection.dialect.name == "postgresql"
    return tuple(connection.execute(_KEYS_DOOR if postgres else _KEYS).scalars())


def update(connection: Connection, tenant: Tenant) -> Tenant:
    """Change title, time zone, currency or language; answers the tenant with its new revision.

    Raises:
        Refused: as `tenant_of`.
        NotFound: there is no tenant of this key.
    """
    made = tenant_of(tenant)
    revision = bump_revision(connection, made.key)
    new = {f"new_{name}": getattr(made, name) for name in CHANGEABLE}
    connection.execute(_UPDATE, {"tenant": made.key, **new})
    return attrs.evolve(made, revision=revision)


def bump_revision(connection: Connection, key: str) -> int:
    """Count one more change of modules, settings, roles or overlays; answers the new revision.

    Every writer of this package calls it first. It locks the tenant's row, but says nothing of
    what was read before: whoever decides on what there is calls `lock` and reads after it.

    Raises:
        NotFound: there is no tenant of this key.
    """
    revision = connection.execute(_BUMP, {"tenant": key}).scalar_one_or_none()
    if revision is None:
        raise NotFound("tenant", shown(key), _hint(connection, key))
    return int(revision)


def lock(connection: Connection, key: str, *, close: bool = False) -> int:
    """Keep others from changing the tenant; answers its revision as the last change left it.

    Args:
        connection: of the change; waits for another one to end.
        key: of the tenant.
        close: nobody else commits work on it meanwhile either (see `hold`), for changes that look
            at its subjects; waits for who is about to.

    Raises:
        NotFound: there is no tenant of this key.
    """
    revision = connection.execute(_CLOSE if close else _LOCK, {"tenant": key}).scalar_one_or_none()
    if revision is None:
        raise NotFound("tenant", shown(key), _hint(connection, key))
    return int(revision)


def hold(connection: Connection, key: str) -> int | None:
    """Keep the tenant from being closed until the transaction ends; answers its revision.

    Any number may hold it at once. It never waits: who is about to commit holds other rows, which
    whoever closed the tenant may be waiting for.

    Returns:
        None if there is nothing to keep: the transaction wrote nothing, or it is on SQLite, where
        whoever writes has been alone since the tenant was read.

    Raises:
        Conflict: the tenant is closed at this moment; retryable.
    """
    if connection.dialect.name != "postgresql":
        return None
    with translated():
        revision = _HOLD.scalar(connection, {"tenant": key})
    return None if revision is None else int(revision)


def _hint(connection: Connection, key: str) -> str:
    known = keys(connection)
    near = nearest(shown(key), known, otherwise=", ".join(known[:5]))
    return f"To go on, name one there is: {near}." if known else "To go on, create it first."


@lru_cache(maxsize=256)  # read by every command, and seldom another one
def _tenant(row: Any) -> Tenant:
    return Tenant(
        key=row.tenant_id,
        title=row.title,
        timezone=row.timezone,
        currency=row.currency,
        language=row.language,
        revision=row.revision,
    )
