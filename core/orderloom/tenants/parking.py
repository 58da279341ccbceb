"""Where subjects stand: counting them, and freezing and releasing those a switch is about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.store import schema

Held = tuple[str, str]
"""The type and status subjects are in."""

_table = schema.subjects
_OPEN = ("draft", "waiting", "open")
_LIVE = (_table.c.tenant_id == bindparam("tenant"), _table.c.deleted_at.is_(None))
_COUNTS = (
    sa.select(_table.c.type, _table.c.status, _table.c.parked, sa.func.count().label("count"))
    .where(*_LIVE, sa.or_(_table.c.parked, _table.c.stage.in_(_OPEN)))
    .group_by(_table.c.type, _table.c.status, _table.c.parked)
)
_HELD = (
    sa.select(_table.c.type, _table.c.status, _table.c.parked, sa.func.count())
    .where(_table.c.tenant_id == bindparam("tenant"))
    .group_by(_table.c.type, _table.c.status, _table.c.parked)
    .order_by(_table.c.type, _table.c.status, _table.c.parked)
)


def _flag(parked: bool, *further: sa.ColumnElement[bool]) -> sa.Update:
    return (
        sa.update(_table)
        .where(
            _table.c.tenant_id == bindparam("tenant"),
            _table.c.type == bindparam("of_type"),
            _table.c.status.in_(bindparam("statuses", expanding=True)),
            _table.c.parked.is_(not parked),
            *further,
        )
        .values(parked=parked)
    )


_PARK = _flag(True, _table.c.stage.in_(_OPEN))
_UNPARK = _flag(False)


@attrs.frozen
class Counts:
    """How many subjects of a tenant are in which status of which type; deleted ones left out.

    Attributes:
        open: not parked, in a stage before done and dropped.
        parked: frozen by an earlier switch.
    """

    open: dict[Held, int]
    parked: dict[Held, int]


def count_subjects(connection: Connection, tenant: str) -> Counts:
    """Count what a switch would touch; one statement."""
    found: dict[bool, dict[Held, int]] = {False: {}, True: {}}
    for row in connection.execute(_COUNTS, {"tenant": tenant}):
        counts: Any = row._mapping["count"]
        found[bool(row.parked)][row.type, row.status] = int(counts)
    return Counts(found[False], found[True])


def held_statuses(connection: Connection, tenant: str) -> tuple[tuple[str, str, bool, int], ...]:
    """Where all subjects are, closed and deleted ones too: type, status, parked, how many."""
    rows = connection.execute(_HELD, {"tenant": tenant})
    return tuple((type, status, bool(parked), int(count)) for type, status, parked, count in rows)


def park(connection: Connection, tenant: str, type: str, statuses: Collection[str]) -> int:
    """Freeze the open subjects in these statuses; answers how many.

    They stay as they are, readable, and no command runs on them; deleted ones are frozen too,
    since they may be restored. Version and history stay: the
    event that tells of it is the tenant's.

    Transaction: the caller's; locks the rows it freezes until it ends.
    """
    return _run(connection, _PARK, tenant, type, statuses)


def unpark(connection: Connection, tenant: str, type: str, statuses: Collection[str]) -> int:
    """Release the parked subjects in these statuses; answers how many."""
    return _run(connection, _UNPARK, tenant, type, statuses)


def _run(
    connection: Connection, statement: sa.Update, tenant: str, type: str, statuses: Collection[str]
) -> int:
    values = {"tenant": tenant, "of_type": type, "statuses": sorted(statuses)}
    return connection.execute(statement, values).rowcount
