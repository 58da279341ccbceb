"""Reactions that keep failing in a tenant: not tried any more, in order, until they are replayed.

A hook of a module is named by its source, "module:hook". While it is in quarantine everything it
is owed in the tenant stays owed and nobody leases it (`store.due`); other hooks, modules and
tenants go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from orderloom.notify.delivery import DEAD, HOOK, OWED, Delivery
from orderloom.notify.rows import COLUMNS, delivery_of
from orderloom.store.schema import deliveries, quarantine

SHOWN = 25
"""How many of the events that wait are listed."""

_row = deliveries.c
_WAITING = sa.and_(
    _row.tenant_id == bindparam("tenant"),
    _row.channel == HOOK,
    _row.source == bindparam("of"),
    _row.state == OWED,
)
_CONFINE = insert(quarantine).on_conflict_do_nothing()
_KEPT = (quarantine.c.source, quarantine.c.error, quarantine.c.since)
_ALL = (
    select(*list(_KEPT))
    .where(quarantine.c.tenant_id == bindparam("tenant"))
    .order_by(quarantine.c.source)
)
_FREE = sa.delete(quarantine).where(
    quarantine.c.tenant_id == bindparam("tenant"), quarantine.c.source == bindparam("of")
)
_COUNT = select(sa.func.count()).select_from(deliveries).where(_WAITING)
_FIRST = (
    select(*COLUMNS)
    .where(_WAITING)
    .order_by(_row.attempts.desc(), _row.id)
    .limit(bindparam("most", type_=sa.Integer))
)
_SKIP = (
    sa.update(deliveries)
    .where(_WAITING, _row.id.in_(bindparam("skipped", expanding=True)))
    .values(state=DEAD, done_at=bindparam("now"))
)
_AGAIN = (
    sa.update(deliveries)
    .where(_WAITING)
    .values(attempts=0, next_at=bindparam("now"))
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Quarantined:
    """A hook of a module that is not called in a tenant.

    Attributes:
        module, hook: which.
        since: when its last attempt failed.
        error: why.
        waiting: how many events it has not heard.
        first: the first of them, those that failed before the others.
    """

    module: str
    hook: str
    since: datetime
    error: str
    waiting: int
    first: tuple[Delivery, ...]

    @property
    def source(self) -> str:
        """What its deliveries name as their source."""
        return f"{self.module}:{self.hook}"


def confine(connection: Connection, tenant: str, source: str, now: datetime, error: str) -> None:
    """Put a hook into quarantine; nothing happens if it is there."""
    row = {"tenant_id": tenant, "source": source, "since": now, "error": error}
    connection.execute(_CONFINE, row)


def quarantined(connection: Connection, tenant: str) -> tuple[Quarantined, ...]:
    """The hooks in quarantine, by module and hook."""
    return tuple(
        _quarantined(connection, tenant, row)
        for row in connection.execute(_ALL, {"tenant": tenant}).all()
    )


def free(
    connection: Connection, tenant: str, source: str, now: datetime, skipping: Iterable[UUID] = ()
) -> int:
    """Let a hook be called again: what it has not heard, in order, all attempts before it.

    Args:
        skipping: deliveries that are given up instead; they can be resent one by one.

    Returns:
        How many calls it is owed.
    """
    params = {"tenant": tenant, "of": source, "now": now}
    connection.execute(_FREE, params)
    connection.execute(_SKIP, {**params, "skipped": list(skipping)})
    return connection.execute(_AGAIN, params).rowcount


def _quarantined(connection: Connection, tenant: str, row: sa.Row[Any]) -> Quarantined:
    module, _, hook = row.source.partition(":")
    params = {"tenant": tenant, "of": row.source}
    found = connection.execute(_FIRST, {**params, "most": SHOWN})
    return Quarantined(
        module=module,
        hook=hook,
        since=row.since,
        error=row.error,
        waiting=connection.execute(_COUNT, params).scalar_one(),
        first=tuple(delivery_of(one) for one in found),
    )
