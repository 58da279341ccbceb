"""Rows a command must hold before it is decided, locked in one order by everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table, bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Conflict
from orderloom.modules.contributions.claims import Claim


def lock(
    connection: Connection,
    tenant: str,
    claims: Iterable[Claim],
    tables: Mapping[str, Table],
) -> None:
    """Hold the claimed rows until the transaction ends, locking in (table, id) order.

    On SQLite the writer is alone already; there the rows are only looked for.

    Raises:
        Conflict: a row is not there; retryable, since whoever named it has just seen it.
        KeyError: `tables` lacks a claimed table.
    """
    for name, group in groupby(sorted(set(claims)), lambda claim: claim.table):
        ids = [claim.id for claim in group]
        given = {"tenant": tenant, "ids": ids}
        held = connection.execute(_statement(tables[name]), given).scalars().all()
        if len(held) < len(ids):
            raise _gone(name, set(ids) - set(held))


@cache
def _statement(table: Table) -> sa.Select[Any]:
    """PostgreSQL locks rows as they leave the sort."""
    return (
        sa.select(table.c.id)
        .where(
            table.c.tenant_id == bindparam("tenant"),
            table.c.id.in_(bindparam("ids", expanding=True)),
        )
        .order_by(table.c.id)
        .with_for_update()
    )


def _gone(table: str, ids: Iterable[object]) -> Conflict:
    listed = ", ".join(sorted(str(id) for id in ids))
    message = f"Someone else removed {listed} from {table} meanwhile. To go on, try again."
    return Conflict(message, retryable=True)
