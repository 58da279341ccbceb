"""The rows a command writes to several tables, written at once.

On PostgreSQL they are one statement, and so one round trip: the rows of each table travel as one
JSON text, which is also the quickest way for Python to hand over many columns. On SQLite, where a
statement costs next to nothing, they are one statement for each table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.orders import codec
from orderloom.store.prepared import Prepared
from orderloom.values import to_scaled

Row = Mapping[str, Any]
Rows = Mapping[sa.Table, Sequence[Row]]

_KEY: Final = "key_"  # what a guard's parameters begin with


@attrs.define
class Held:
    """A tenant that what is written keeps from being closed until the transaction ends.

    On PostgreSQL its row is locked by the same statement, which saves a round trip (ADR 0015); on
    SQLite whoever writes is alone.

    Attributes:
        tenant: key.
        revision: of the tenant when it was last held, None as long as it is not.
    """

    tenant: str
    revision: int | None = None

    def let_go(self) -> None:
        """Forget it: what was written and locked is being taken back."""
        self.revision = None


@attrs.frozen
class Along:
    """What is written along with a subject.

    Attributes:
        rows: of other tables.
        held: the tenant to hold with it.
    """

    rows: Rows = attrs.field(factory=dict)
    held: Held | None = None


_Shape = tuple[sa.Table, tuple[str, ...], tuple[str, ...]]


@attrs.frozen
class Change:
    """What becomes of one row.

    Attributes:
        table: it is in.
        values: what to set.
        guard: what the row has to hold, its key included.
    """

    table: sa.Table
    values: Row
    guard: Row

    @property
    def shape(self) -> _Shape:
        """What makes two changes the same statement with other parameters."""
        return self.table, tuple(self.values), tuple(self.guard)


def insert(connection: Connection, rows: Rows, held: Held | None = None) -> None:
    """Insert rows.

    Args:
        connection: in a transaction.
        rows: by table, each after those it refers to; with a value for every column.
        held: the tenant to hold with it, waiting for whoever is closing it as the rows would.
    """
    if connection.dialect.name == "postgresql":
        given = {table: part for table, part in rows.items() if part}
        if given:
            statement = _inserting(tuple(given), holding=held is not None)
            _hold(held, statement.first(connection, {**_texts(given), **_holding(held)}))
        return
    for table, part in rows.items():
        _into(table).execute_many(connection, part)


def move(connection: Connection, change: Change, rows: Rows, held: Held | None = None) -> bool:
    """Update one row and, if it was there, insert others.

    Args:
        connection: in a transaction.
        change: of the row.
        rows: to be inserted, by table.
        held: the tenant to hold with it; who is closing it is not waited for.

    Returns:
        Whether the row was there; if not, nothing was written.
    """
    marked = {f"{_KEY}{name}": value for name, value in change.guard.items()}
    if connection.dialect.name == "postgresql":
        given = {one: part for one, part in rows.items() if part}
        statement = _moving(change.shape, tuple(given), holding=held is not None)
        texts = {"moved": _text([change.values]), **_texts(given), **_holding(held)}
        row = statement.first(connection, texts | marked)
        _hold(held, row)
        return bool(row.moved)
    if not _update(change.shape).execute(connection, {**change.values, **marked}):
        return False
    insert(connection, rows)
    return True


# ── SQLite ─────────────────────────────────────────────────────────────────────────────────


@cache
def _into(table: sa.Table) -> Prepared:
    return Prepared(table.insert().inline(), columns=table.c.keys())


@cache
def _update(shape: _Shape) -> Prepared:
    table, names, guard = shape
    where = [table.c[name] == sa.bindparam(f"{_KEY}{name}") for name in guard]
    return Prepared(table.update().where(*where), columns=names)


# ── PostgreSQL ─────────────────────────────────────────────────────────────────────────────


# Last, as the rows it refers to: a foreign key is looked at when the statement is through.
_HELD: Final = "held AS (SELECT revision FROM ol_tenant WHERE tenant_id = :holding FOR KEY SHARE{})"
_REVISION: Final = "(SELECT revision FROM held) AS revision"
_NONE: Final = "NULL AS revision"


@cache
def _inserting(tables: tuple[sa.Table, ...], *, holding: bool) -> Prepared:
    parts = [f"{table.name}_rows AS ({_insertion(table, '')})" for table in tables]
    if holding:
        parts.append(_HELD.format(""))
    text = f"WITH {', '.join(parts)} SELECT {_REVISION if holding else _NONE}"
    return Prepared(sa.text(text).columns(revision=sa.Integer))


@cache
def _moving(shape: _Shape, tables: tuple[sa.Table, ...], *, holding: bool) -> Prepared:
    table, names, guard = shape
    update = (
        f"UPDATE {table.name} SET {', '.join(f'{name} = given.{name}' for name in names)} "
        f"FROM {_given(table, 'moved')} WHERE "
        f"{' AND '.join(f'{table.name}.{name} = :{_KEY}{name}' for name in guard)} RETURNING 1"
    )
    where = " WHERE EXISTS (SELECT FROM moved)"
    parts = [
        f"moved AS ({update})",
        *(f"{one.name}_rows AS ({_insertion(one, where)})" for one in tables),
    ]
    if holding:
        parts.append(_HELD.format(" NOWAIT"))
    text = (
        f"WITH {', '.join(parts)} SELECT (SELECT count(*) FROM moved) AS moved, "
        f"{_REVISION if holding else _NONE}"
    )
    return Prepared(sa.text(text).columns(moved=sa.Integer, revision=sa.Integer))


def _holding(held: Held | None) -> Row:
    return {} if held is None else {"holding": held.tenant}


def _hold(held: Held | None, row: Any) -> None:
    if held is not None:
        held.revision = row.revision


def _insertion(table: sa.Table, where: str) -> str:
    names = ", ".join(table.c.keys())
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {_given(table, table.name)}{where}"
    )


def _given(table: sa.Table, parameter: str) -> str:
    return (
        f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:{parameter} AS json)) AS given"
    )


def _texts(rows: Rows) -> dict[str, str]:
    return {table.name: _text(part) for table, part in rows.items()}


def _plain(value: object) -> str | int:
    """A value of a column as PostgreSQL reads it from JSON."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Decimal):
        return to_scaled(value)
    if isinstance(value, dt.date):  # instants too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a column")


def _text(rows: Sequence[Row]) -> str:
    return codec.dumps_rows(rows, _plain)
