"""Which rows a command wrote: read from the database before and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import sqlalchemy as sa

from harness.ground import SQLITE, Raw
from orderloom.store.schema import metadata

Row = dict[str, Any]
Content = dict[str, dict[tuple[Any, ...], Row]]
SEARCH: Final = "ol_search"


@attrs.frozen
class Changed:
    """One row that was there: its key, and the columns that differ, before and after."""

    key: Row
    before: Row
    after: Row


@attrs.frozen
class Written:
    """What a command wrote, by table; tables come in an order their foreign keys allow."""

    inserted: Mapping[str, list[Row]]
    updated: Mapping[str, list[Changed]]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Rows inserted and rows updated, by table."""
        return {
            name: (len(self.inserted.get(name, ())), len(self.updated.get(name, ())))
            for name in sorted({*self.inserted, *self.updated})
        }


def written(raw: Raw, tenant: str, work: Callable[[], object]) -> Written:
    """What `work` wrote for a tenant.

    Raises:
        AssertionError: it deleted rows, which no job here does.
    """
    before = _content(raw, tenant)
    work()
    after = _content(raw, tenant)
    inserted: dict[str, list[Row]] = {}
    updated: dict[str, list[Changed]] = {}
    for name, rows in after.items():
        was = before[name]
        assert was.keys() <= rows.keys(), f"rows of {name} were deleted"
        if added := [row for key, row in rows.items() if key not in was]:
            inserted[name] = added
        if changed := [_changed(name, was[key], rows[key]) for key in was if was[key] != rows[key]]:
            updated[name] = changed
    return Written(inserted, updated)


def key_of(table: str) -> list[str]:
    """The columns of a table's primary key."""
    if table == SEARCH:
        return ["rowid"]
    return [column.name for column in metadata.tables[table].primary_key]


def ids_of(table: str) -> set[str]:
    """The columns of a table that hold ids."""
    if table == SEARCH:
        return set()
    return {column.name for column in metadata.tables[table].c if isinstance(column.type, sa.Uuid)}


def _changed(table: str, was: Row, now: Row) -> Changed:
    differing = [name for name in now if was[name] != now[name]]
    return Changed(
        key={name: now[name] for name in key_of(table)},
        before={name: was[name] for name in differing},
        after={name: now[name] for name in differing},
    )


def _content(raw: Raw, tenant: str) -> Content:
    found: Content = {}
    if raw.dialect == SQLITE:
        rows = raw.rows(f"SELECT rowid, words FROM {SEARCH}")
        found[SEARCH] = {(row["rowid"],): row for row in rows}
    for table in metadata.sorted_tables:
        rows = raw.rows(f"SELECT * FROM {table.name} WHERE tenant_id = {raw.mark}", [tenant])
        key = key_of(table.name)
        found[table.name] = {tuple(row[name] for name in key): row for row in rows}
    return found
