"""What the tables hold of a tenant, condensed so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import series, subjects, timers

Condensed = Mapping[str, object]
"""Table -> a value that differs if any row of the tenant does."""

_STANDS: Final = sa.select(
    subjects.c.kind, subjects.c.id, subjects.c.type, subjects.c.version, subjects.c.head_seq,
    subjects.c.number, subjects.c.project,
).where(subjects.c.tenant_id == sa.bindparam("tenant"))  # fmt: skip
_SERIES: Final = sa.select(series.c.series, series.c.period, series.c.last).where(
    series.c.tenant_id == sa.bindparam("tenant")
)
_TIMERS: Final = sa.select(timers.c.kind, timers.c.subject_id, timers.c.timer).where(
    timers.c.tenant_id == sa.bindparam("tenant")
)


class Tables:
    """The tables of the core and of the modules.

    Args:
        names: of all of them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)
        self._postgres = sa.text(
            " UNION ALL ".join(
                f"SELECT '{name}' AS name, count(*) AS rows, "
                f"sum(hashtextextended(t::text, 0)) AS hash FROM {name} t WHERE tenant_id = :tenant"
                for name in self._names
            )
        )

    def condensed(self, connection: Connection, tenant: str) -> Condensed:
        """All rows of a tenant."""
        if connection.dialect.name == "postgresql":
            rows = connection.execute(self._postgres, {"tenant": tenant})
            return {row.name: (row.rows, row.hash) for row in rows}
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.cursor()  # twenty tables at each step: SQLAlchemy's share would show
        return {
            name: hash(
                tuple(cursor.execute(f"SELECT * FROM {name} WHERE tenant_id = ?", (tenant,)))
            )
            for name in self._names
        }


def stands(connection: Connection, tenant: str) -> dict[SubjectRef, Any]:
    """The rows of a tenant's subjects: type, version, head_seq, number, project."""
    found = connection.execute(_STANDS, {"tenant": tenant})
    return {SubjectRef(row.kind, row.id): row for row in found}


def drawn(connection: Connection, tenant: str) -> dict[tuple[str, str], int]:
    """The last number of each series and period."""
    found = connection.execute(_SERIES, {"tenant": tenant})
    return {(row.series, row.period): row.last for row in found}


def set_timers(connection: Connection, tenant: str) -> set[tuple[SubjectRef, str]]:
    """The timers that are set, as (subject, name)."""
    found = connection.execute(_TIMERS, {"tenant": tenant})
    return {(SubjectRef(row.kind, row.subject_id), row.timer) for row in found}


def differing(before: Condensed, after: Condensed) -> str:
    """The names of the tables that differ, "" if none does."""
    return ", ".join(name for name, value in after.items() if value != before.get(name))
