"""Which tenants have something waiting: looked at without a lock, before anything is taken.

The statement looks beyond one tenant; it answers keys only. On PostgreSQL it is the text of a
door (see `walls`), since nobody who runs orderloom sees more than one tenant's rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect

from orderloom.store.columns import Instant
from orderloom.store.schema import deliveries, events, quarantine, tenants, timers

HOOK: Final = "hook"
OWED: Final = "owed"

_row = deliveries.c
_earlier = deliveries.alias("earlier").c

# What a module hears about one subject it hears in order: nothing later is handed out while
# something earlier is owed, be it leased or waiting for its next attempt; and nothing at all while
# its hook is in quarantine.
_in_turn = sa.or_(
    _row.channel != HOOK,
    ~sa.exists().where(
        _earlier.tenant_id == _row.tenant_id,
        _earlier.kind == _row.kind,
        _earlier.subject_id == _row.subject_id,
        _earlier.channel == HOOK,
        _earlier.source == _row.source,
        _earlier.state == OWED,
        _earlier.seq < _row.seq,
    )
    & ~sa.exists().where(
        quarantine.c.tenant_id == _row.tenant_id, quarantine.c.source == _row.source
    ),
)


def leasable(now: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a delivery may be leased at an instant."""
    free = sa.or_(_row.leased_until.is_(None), _row.leased_until <= now)
    return sa.and_(_row.state == OWED, _row.next_at <= now, free, _in_turn)


def waiting(connection: Connection, now: datetime) -> frozenset[str]:
    """The tenants that have a timer due, an event without a seal, or a delivery to lease."""
    postgres = connection.dialect.name == "postgresql"
    statement = _through_the_door if postgres else _waiting
    return frozenset(connection.execute(statement, {"now": now}).scalars())


def waiting_text(now: str) -> str:
    """The statement as PostgreSQL reads it, with the given text in the place of the instant."""
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    options = {"literal_binds": True}
    return str(_select(sa.literal_column(now)).compile(dialect=dialect, compile_kwargs=options))


def _select(now: sa.ColumnElement[Any]) -> sa.Select[Any]:
    key = tenants.c.tenant_id
    return sa.select(key).where(
        sa.or_(
            sa.exists().where(timers.c.tenant_id == key, timers.c.due_at <= now),
            sa.exists().where(events.c.tenant_id == key, events.c.seal.is_(None)),
            sa.exists().where(_row.tenant_id == key, leasable(now)),
        )
    )


_now: Final = bindparam("now", type_=Instant)
_waiting: Final = _select(_now)
_through_the_door: Final = sa.select(sa.func.ol_tenants_waiting(_now))
