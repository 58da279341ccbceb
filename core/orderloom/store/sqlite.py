"""SQLite: what its connections are set up with, how transactions begin, how a host's is joined."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from orderloom.errors import Problem, Refused
from orderloom.store.faults import AUTOCOMMIT, autocommit
from orderloom.store.prepared import failure

# SQLite lets one writer in at a time, so that a queue of them may form.
_BUSY_TIMEOUT_MS: Final = 30_000

_READ: Final = "orderloom_read"
_to_be_read: ContextVar[bool] = ContextVar("orderloom_to_be_read", default=False)


def set_up(engine: Engine) -> None:
    """Have every connection of an engine prepared, and its transactions begun honestly."""
    if not is_set_up(engine):
        sa.event.listen(engine, "checkout", _set_up)
        sa.event.listen(engine, "begin", _begin)


def is_set_up(engine: Engine) -> bool:
    """Whether `set_up` was called for an engine."""
    return sa.event.contains(engine, "begin", _begin)


@contextmanager
def to_read(engine: Engine) -> Iterator[Connection]:
    """A connection that was perhaps left so that it refuses to write; of any database."""
    token = _to_be_read.set(True)
    try:
        connection = engine.connect()
    finally:
        _to_be_read.reset(token)
    with connection:
        yield connection


def start_reading(connection: Connection) -> None:
    """Have a connection refuse to write, and not wait for writers."""
    connection.execution_options(**{_READ: True})
    _only_reads(connection.connection, True)


def stop_reading(connection: Connection) -> None:
    """Let it write again, if somebody else may be using it as well."""
    if not (connection.invalidated or isinstance(connection.engine.pool, sa.QueuePool)):
        _only_reads(connection.connection, False)


def join(connection: Connection) -> None:
    """Have a transaction open on a host's connection, so that a SAVEPOINT is inside one.

    Raises:
        Refused: [store.autocommit], [store.foreign_keys_off].
    """
    # The first statement also lets SQLAlchemy begin, if the host did nothing yet.
    enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    driver: Any = connection.connection.driver_connection  # aiosqlite's own, too
    if not driver.in_transaction:
        if driver.isolation_level is None:  # nobody began, and the driver never would
            raise autocommit()
        # This driver begins at the first INSERT, UPDATE or DELETE, not at SAVEPOINT; without a
        # transaction around it, releasing the savepoint would commit.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if not enforced:
        text = (
            "SQLite does not enforce foreign keys on this connection. To join it, prepare the "
            "engine once, before its first use: orderloom.sqlite.prepare(engine)."
        )
        raise Refused([Problem("store.foreign_keys_off", text)])


def _set_up(driver: Any, record: Any, _proxy: Any) -> None:
    """Prepare a connection when it is first checked out, be it older than `set_up` or not."""
    if record.info.get("orderloom"):
        _only_reads(record, _to_be_read.get())
        return
    driver.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}").close()
    _write_ahead(driver)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        driver.execute(f"PRAGMA {pragma}").close()
    record.info["orderloom"] = True


def _only_reads(connection: Any, reads: bool) -> None:
    """Have a connection of a pool refuse to write, or not.

    It stays so in the pool, until somebody else takes it: with each change SQLite forgets the
    statements it has compiled, which would make every reader several times as slow.
    """
    if connection.info.get(_READ, False) is not reads:
        value = "ON" if reads else "OFF"
        connection.dbapi_connection.execute(f"PRAGMA query_only = {value}").close()
        connection.info[_READ] = reads


def _write_ahead(driver: Any) -> None:
    """Switch the file to WAL, once for good.

    SQLite does not wait by itself while somebody else is switching the same new file.
    """
    until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    its_own: Any = connection.connection.driver_connection  # another one below aiosqlite's
    if connection.get_execution_options().get("isolation_level") == AUTOCOMMIT:
        return
    if its_own.in_transaction:  # by the listener of the engine that this one is an option of
        return
    reads = connection.get_execution_options().get(_READ)
    sql = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        driver.execute(sql)
    except sqlite3.Error as error:
        raise failure(connection, sql, error) from error
