"""Which tenants have something waiting: looked at without a lock, before anything is taken.

These statements look beyond one tenant; they answer keys only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.store.schema import events, tenants, timers

_timers: Final = sa.select(tenants.c.tenant_id).where(
    sa.exists().where(
        timers.c.tenant_id == tenants.c.tenant_id,
        timers.c.due_at <= bindparam("now", type_=timers.c.due_at.type),
    )
)
_unsealed: Final = sa.select(tenants.c.tenant_id).where(
    sa.exists().where(events.c.tenant_id == tenants.c.tenant_id, events.c.seal.is_(None))
)


def with_timers(connection: Connection, now: datetime) -> frozenset[str]:
    """The tenants some timer of which is due."""
    return frozenset(connection.execute(_timers, {"now": now}).scalars())


def with_unsealed_events(connection: Connection) -> frozenset[str]:
    """The tenants some event of which has no seal yet."""
    return frozenset(connection.execute(_unsealed).scalars())
