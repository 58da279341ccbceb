"""Everything a database holds, to be compared."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from sqlalchemy.engine import Engine

Rows = dict[str, list[tuple[Any, ...]]]

_TABLES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'ol\\_%' ESCAPE '\\'"
)


def dump(engine: Engine, *, tenant: str = "", prefix: str = "ol_") -> Rows:
    """The rows of the tables of a SQLite database, in the order they lie there.

    Args:
        engine: of the database.
        tenant: only its rows; "" for all.
        prefix: of the tables.
    """
    with closing(engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        return {name: _rows(driver, name, tenant) for name in _tables(driver, prefix)}


def texts(rows: Rows) -> str:
    """All that is written in some rows."""
    return "\n".join(str(cell) for table in rows.values() for row in table for cell in row)


def differing(before: Rows, after: Rows) -> str:
    """The tables two dumps differ in, "" if they are alike."""
    names = sorted(before.keys() | after.keys())
    return ", ".join(name for name in names if before.get(name) != after.get(name))


def _tables(driver: Any, prefix: str) -> list[str]:
    """The plain tables; those of the full-text search follow from them."""
    found = driver.execute(_TABLES).fetchall()
    virtual = tuple(name for name, sql in found if sql.upper().startswith("CREATE VIRTUAL"))
    shadows = tuple(f"{name}_" for name in virtual)
    return sorted(
        name
        for name, _ in found
        if name not in virtual
        and name.startswith(prefix)
        and not (shadows and name.startswith(shadows))
    )


def _rows(driver: Any, table: str, tenant: str) -> list[tuple[Any, ...]]:
    where, values = (" WHERE tenant_id = ?", (tenant,)) if tenant else ("", ())
    if tenant and "tenant_id" not in _columns(driver, table):
        return []
    rows: list[tuple[Any, ...]] = driver.execute(f"SELECT * FROM {table}{where}", values).fetchall()
    return rows


def _columns(driver: Any, table: str) -> set[str]:
    return {row[1] for row in driver.execute(f"PRAGMA table_info({table})")}
