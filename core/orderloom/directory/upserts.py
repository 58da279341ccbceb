"""Insert-or-update, in the words of each engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write a whole row; one of the same primary key is replaced.

    Transaction: the caller's; two writers of one row wait for each other, the later one stays.
    """
    connection.execute(_statement(table, connection.dialect.name), row)


def insert_new(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Write a whole row unless there is one of the same primary key; answers whether it did.

    Transaction: the caller's; of two writers of one row the later one waits, and writes nothing.
    """
    insert = _insert(table, connection.dialect.name)
    keys = [*table.primary_key]
    statement = insert.on_conflict_do_nothing(index_elements=keys).returning(*keys)
    return connection.execute(statement, row).first() is not None


def _insert(table: sa.Table, dialect: str) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _statement(table: sa.Table, dialect: str) -> Any:
    insert = _insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    rest = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    if not rest:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)
