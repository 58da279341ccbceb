"""Gapless series of numbers: a counter row, moved in the transaction that uses the number."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.store.prepared import Prepared
from orderloom.store.schema import series as table

# PostgreSQL's form of ON CONFLICT, which SQLAlchemy writes for SQLite just the same.
_draw: Final = Prepared(
    insert(table)
    .values(
        tenant_id=bindparam("tenant"),
        series=bindparam("series"),
        period=bindparam("period"),
        last=bindparam("count", type_=table.c.last.type),
    )
    .on_conflict_do_update(
        index_elements=["tenant_id", "series", "period"],
        set_={"last": table.c.last + bindparam("count", type_=table.c.last.type)},
    )
    .returning(table.c.last)
)


def draw(connection: Connection, tenant: str, series: str, period: str, count: int = 1) -> int:
    """The next number of a series: 1, 2, 3 … within each period, without gaps.

    The counter stays locked until the transaction ends, and a rollback returns the number: draw
    last.

    Args:
        connection: in a transaction.
        tenant: key.
        series: key.
        period: within which it counts.
        count: how many to draw at once; the answer is the first of them.
    """
    given = {"tenant": tenant, "series": series, "period": period, "count": count}
    last: int = _draw.scalar(connection, given)
    return last - count + 1
