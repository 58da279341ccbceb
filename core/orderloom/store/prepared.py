"""Statements that are compiled once and run on the driver's own cursor.

At every execution SQLAlchemy looks up the compiled form, checks the parameters and builds a context
and a result: some 20 µs beside what the driver needs, which was most of what a command took on
SQLite. The few statements that every command runs are spared that. They stay statements of
SQLAlchemy: whoever listens to it hears of them, and drivers not known here run them through it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from orderloom.values.picking import picker

Given = Mapping[str, Any]
Process = Callable[[Any], Any]

_DIRECT: Final = frozenset({"pysqlite", "psycopg"})  # drivers that are used without SQLAlchemy

_CURSOR: Final = "orderloom_cursor"


class Prepared:
    """One statement.

    Args:
        statement: without parameters that are lists; or what makes it, given a dialect's name.
        columns: what an insert or update sets beyond its `values`.
    """

    def __init__(
        self,
        statement: sa.Executable | Callable[[str], sa.Executable],
        *,
        columns: Iterable[str] = (),
    ) -> None:
        self._statement = statement
        self._columns = tuple(columns)
        self._forms: dict[str, _Form] = {}

    def execute(self, connection: Connection, given: Given) -> int:
        """Run it once, with all of its parameters; answers how many rows it changed.

        Raises:
            DBAPIError: as `Connection.execute`; so does everything here.
        """
        form = self._form(connection)
        if (cursor := direct(connection)) is None:
            counted: int = connection.execute(form.counted, given).rowcount
            return counted
        try:
            cursor.execute(form.sql, form.bound(given))
            count: int = cursor.rowcount
        except BaseException as error:
            raise failure(connection, form.sql, error) from error
        return count

    def execute_many(self, connection: Connection, rows: Sequence[Given]) -> None:
        """Run it once for each set of parameters; not at all without any."""
        if not rows:
            return
        form = self._form(connection)
        if (cursor := direct(connection)) is None:
            connection.execute(form.statement, rows if len(rows) > 1 else rows[0])
            return
        try:
            cursor.executemany(form.sql, list(map(form.bound, rows)))
        except BaseException as error:
            raise failure(connection, form.sql, error) from error

    def insert(self, connection: Connection, given: Given) -> int:
        """Insert one row; answers its number (SQLite)."""
        form = self._form(connection)
        if (cursor := direct(connection)) is None:
            number: int = connection.execute(form.statement, given).lastrowid
            return number
        try:
            cursor.execute(form.sql, form.bound(given))
            number = cursor.lastrowid
        except BaseException as error:
            raise failure(connection, form.sql, error) from error
        return number

    def all(self, connection: Connection, given: Given) -> Sequence[Any]:
        """The rows it answers; their columns are attributes."""
        form = self._form(connection)
        if (cursor := direct(connection)) is None:
            return connection.execute(form.statement, given).all()
        try:
            cursor.execute(form.sql, form.bound(given))
            found = cursor.fetchall()
        except BaseException as error:
            raise failure(connection, form.sql, error) from error
        return form.read(found)

    def first(self, connection: Connection, given: Given) -> Any:
        """The first row it answers, None without any."""
        found = self.all(connection, given)
        return found[0] if found else None

    def scalar(self, connection: Connection, given: Given) -> Any:
        """The first column of the first row it answers, None without any."""
        found = self.all(connection, given)
        return found[0][0] if found else None

    def _form(self, connection: Connection) -> _Form:
        dialect = connection.dialect
        form = self._forms.get(dialect.driver)
        if form is None:
            made = self._statement
            statement = made if isinstance(made, sa.Executable) else made(dialect.name)
            form = _Form(statement, dialect, self._columns)
            self._forms[dialect.driver] = form
        return form


class _Form:
    """A statement as one driver takes it."""

    def __init__(
        self, statement: sa.Executable, dialect: Dialect, columns: tuple[str, ...]
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns or None)  # type: ignore[attr-defined]  # every statement compiles
        self.statement: Any = statement
        # SQLAlchemy forgets the row count of an insert unless asked to keep it.
        self.counted: Any = statement.execution_options(preserve_rowcount=True)
        self.sql = str(compiled)
        names = list(compiled.params if not compiled.positional else compiled.positiontup)
        binds = [compiled.binds[name] for name in names]
        self._named = None if compiled.positional else names
        self._fixed = {
            name: bind.value for name, bind in zip(names, binds, strict=True) if not bind.required
        }
        self._pick = picker(names)
        self._binders = [
            (number, process)
            for number, bind in enumerate(binds)
            if (process := binder(bind.type, dialect))
        ]
        answered = getattr(statement, "exported_columns", ())
        self._reads = [
            (number, process)
            for number, column in enumerate(answered)
            if (process := _reader(column.type, dialect))
        ]
        row = namedtuple("Row", [column.name for column in answered])  # type: ignore[misc]  # fields known only now
        self._row: Callable[[Iterable[Any]], Any] = row._make

    def bound(self, given: Given) -> Any:
        """The parameters as the driver takes them."""
        values = list(self._pick({**self._fixed, **given} if self._fixed else given))
        for number, process in self._binders:
            values[number] = process(values[number])
        return values if self._named is None else dict(zip(self._named, values, strict=True))

    def read(self, rows: Iterable[Sequence[Any]]) -> Sequence[Any]:
        """What the driver answers, as rows with attributes."""
        made = self._row
        if not self._reads:
            return list(map(made, rows))
        read = []
        for row in map(list, rows):
            for number, process in self._reads:
                row[number] = process(row[number])
            read.append(made(row))
        return read


def direct(connection: Connection) -> Any:
    """A cursor of the driver, inside a transaction; what it answers is to be fetched at once.

    None if it is to be used through SQLAlchemy: someone listens, the driver is not known here, or
    its transaction cannot go on, which SQLAlchemy can say best.
    """
    if connection.dialect.driver not in _DIRECT or connection.dispatch.before_cursor_execute:
        return None
    transaction = connection.get_nested_transaction() or connection.get_transaction()
    if transaction is None:
        transaction = connection.begin()
    if connection.invalidated or not transaction.is_active:
        return None
    driver = connection.connection
    if connection.dialect.name == "sqlite" or connection.dialect.is_async:
        return driver.cursor()
    cursor = driver.info.get(_CURSOR)
    if cursor is None:  # to make one takes psycopg as long as to use it
        cursor = driver.info[_CURSOR] = driver.cursor()
    return cursor


def failure(connection: Connection, sql: str, error: BaseException) -> BaseException:
    """What SQLAlchemy would raise for what the driver raised."""
    dialect = connection.dialect
    if isinstance(error, Exception) and not isinstance(error, dialect.loaded_dbapi.Error):
        return error  # the drivers encode before they send anything
    driver: Any = connection.connection.dbapi_connection
    # Who is interrupted half-way does not know what the server is about to answer.
    told: Any = error
    lost = not isinstance(error, Exception) or dialect.is_disconnect(told, driver, None)
    if lost:
        connection.invalidate(error)
    if not isinstance(error, Exception):
        return error
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )


def binder(type: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What makes of a value of a column what the driver takes; None if it takes it as it is."""
    return type.dialect_impl(dialect).bind_processor(dialect)


def _reader(type: TypeEngine[Any], dialect: Dialect) -> Process | None:
    if isinstance(type, sa.Uuid) and dialect.name == "sqlite":
        return _uuid
    return type.dialect_impl(dialect).result_processor(dialect, None)


def _uuid(digits: str | None) -> UUID | None:
    """An id as SQLite keeps it; twice as fast as by way of `UUID(hex=…)`."""
    return None if digits is None else UUID(int=int(digits, 16))
