"""Gapless series of numbers: a counter row, moved in the transaction that uses the number."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.store.schema import series as table

# PostgreSQL's form of ON CONFLICT, which SQLAlchemy writes for SQLite just the same.
_draw: Final = (
    insert(table)
    .values(
        tenant_id=bindparam("tenant"),
        series=bindparam("series"),
        period=bindparam("period"),
        last=1,
    )
    .on_conflict_do_update(
        index_elements=["tenant_id", "series", "period"], set_={"last": table.c.last + 1}
    )
    .returning(table.c.last)
)


def draw(connection: Connection, tenant: str, series: str, period: str) -> int:
    """The next number of a series: 1, 2, 3 … within each period, without gaps.

    The counter stays locked until the transaction ends, and a rollback returns the number: draw
    last.
    """
    given = {"tenant": tenant, "series": series, "period": period}
    number: int = connection.execute(_draw, given).scalar_one()
    return number
