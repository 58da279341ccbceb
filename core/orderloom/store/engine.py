"""Engines and transactions: opened by us, or joined when they are a host's."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from orderloom.errors import Problem, Refused
from orderloom.store.faults import translated

#: How long a writer waits for another one's row, in milliseconds.
LOCK_TIMEOUT_MS: Final = 10_000

# SQLite lets one writer in at a time, so that a queue of them may form.
_BUSY_TIMEOUT_MS: Final = 30_000

_AUTOCOMMIT: Final = "AUTOCOMMIT"
_READ: Final = "orderloom_read"
_WAITS: Final = "orderloom_waits"  # the connections of this engine have our lock timeout already


def open_engine(url_or_engine: str | sa.URL | Engine) -> Engine:
    """An engine of our own for a URL; a host's engine as it is.

    Args:
        url_or_engine: "sqlite:///orders.db", "postgresql://user@host/database", or an Engine, on
            which nothing is installed.

    Raises:
        Refused: [store.bad_url], [store.other_engine], [store.no_driver],
            [store.sqlite_unprepared] the engine is a host's for SQLite and was never given to
            `orderloom.sqlite.prepare`, [store.autocommit] it was made with AUTOCOMMIT.
    """
    if isinstance(url_or_engine, Engine):
        engine = url_or_engine
        if _level(engine) == _AUTOCOMMIT:
            raise _autocommit()
        if engine.dialect.name == "sqlite" and not _is_prepared(engine):
            raise _unprepared()
    else:
        engine = _created(_url(url_or_engine))
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise _other_engine(engine.dialect.name)
    return engine


def prepare(engine: Engine) -> Engine:
    """Make a SQLite engine fit for orders: WAL, foreign keys, full durability, honest BEGIN.

    Writers begin with BEGIN IMMEDIATE, so that they queue instead of failing half-way. Connections
    the pool holds already are prepared when they are next used. Doing it twice changes nothing.

    Raises:
        Refused: [store.other_engine] it is not for SQLite.
    """
    if engine.dialect.name != "sqlite":
        raise _other_engine(engine.dialect.name)
    if not _is_prepared(engine):
        sa.event.listen(engine, "checkout", _set_up)
        sa.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: commits on leaving, rolls back on any error.

    Raises:
        Refused: [store.autocommit] the host's pool hands out connections in AUTOCOMMIT mode.
    """
    with translated(), engine.connect() as connection:
        _check_transactional(connection)
        _let_server_decide(connection)
        with connection.begin():
            if connection.dialect.name == "postgresql" and not _waits(engine):
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot of the database that cannot be written to: all reads in it agree.

    PostgreSQL: REPEATABLE READ, READ ONLY (the mode travels with BEGIN, at no extra round trip).
    SQLite: a deferred transaction with `query_only`; it neither waits for writers nor stops them.
    """
    with translated(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            return
        connection = connection.execution_options(**{_READ: True})
        connection.exec_driver_sql("PRAGMA query_only = ON")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("PRAGMA query_only = OFF")


@contextmanager
def joined(host: Any) -> Iterator[Connection]:
    """A host's transaction, inside a SAVEPOINT; the host alone commits or rolls back.

    Args:
        host: a SQLAlchemy Session (flushed first) or Connection.

    Raises:
        Refused: [store.async_host], [store.not_a_host], [store.autocommit] its connection is in
            AUTOCOMMIT mode, [store.foreign_keys_off] SQLite does not enforce foreign keys.
        Conflict: retryable; the host has to retry its whole transaction.
    """
    with translated():
        connection = _connection_of(host)
        _check_transactional(connection)
        if connection.dialect.name == "sqlite":
            _join_sqlite(connection)
        with connection.begin_nested():
            yield connection


# ── engines of our own ─────────────────────────────────────────────────────────────────────


def _url(raw: str | sa.URL) -> sa.URL:
    try:
        url = sa.make_url(raw)
    except (sa.exc.ArgumentError, ValueError) as error:  # ValueError: of the port
        text = (
            "This is not the URL of a database. To open one, give its URL, such as "
            "sqlite:///orders.db or postgresql://user@host/database."
        )
        raise Refused([Problem("store.bad_url", text, "url")]) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise _other_engine(url.get_backend_name())
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _created(url: sa.URL) -> Engine:
    try:
        return _engine_of(url)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        text = (
            "Its driver {given} is not installed. To open the database, leave the driver out of "
            "its URL, and for PostgreSQL install orderloom[postgres]."
        )
        params = {"given": url.get_driver_name()}
        raise Refused([Problem("store.no_driver", text, "url", params=params)]) from error


def _engine_of(url: sa.URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return prepare(sa.create_engine(url))
    # At connection time rather than by SET LOCAL: it saves every command one round trip.
    options = f"-c lock_timeout={LOCK_TIMEOUT_MS} {url.query.get('options', '')}".strip()
    return sa.create_engine(
        url.difference_update_query(["options"]),
        pool_size=10,
        max_overflow=20,
        connect_args={"options": options},
        execution_options={_WAITS: True},
    )


def _level(source: Engine | Connection) -> str | None:
    """The isolation level it was given, by its options or when its engine was made."""
    # SQLAlchemy tells the latter by nothing public; on SQLite the driver cannot tell either.
    made_with: str | None = getattr(source.dialect, "_on_connect_isolation_level", None)
    level: str | None = source.get_execution_options().get("isolation_level", made_with)
    return level


def _check_transactional(connection: Connection) -> None:
    # The driver's word counts where it has one: a pool's listener may have set the mode.
    given = _level(connection) == _AUTOCOMMIT
    if connection.dialect.name == "postgresql":
        given = bool(getattr(connection.connection.dbapi_connection, "autocommit", given))
    if given:
        raise _autocommit()


def _let_server_decide(connection: Connection) -> None:
    """After a reader SQLAlchemy asks for READ WRITE outright, even where the server forbids it."""
    driver: Any = connection.connection.dbapi_connection
    if getattr(driver, "read_only", None) is False:
        driver.read_only = None


def _waits(engine: Engine) -> bool:
    return bool(engine.get_execution_options().get(_WAITS))


# ── SQLite ─────────────────────────────────────────────────────────────────────────────────


def _is_prepared(engine: Engine) -> bool:
    return sa.event.contains(engine, "begin", _begin)


def _set_up(driver: Any, record: Any, _proxy: Any) -> None:
    """Prepare a connection when it is first checked out, be it older than `prepare` or not."""
    if record.info.get("orderloom"):
        return
    driver.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}").close()
    _write_ahead(driver)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        driver.execute(f"PRAGMA {pragma}").close()
    record.info["orderloom"] = True


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
    if connection.get_execution_options().get("isolation_level") == _AUTOCOMMIT:
        return
    if driver.in_transaction:  # by the listener of the engine that this one is an option of
        return
    reads = connection.get_execution_options().get(_READ)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _join_sqlite(connection: Connection) -> None:
    # The first statement also lets SQLAlchemy begin, if the host did nothing yet.
    enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    driver: Any = connection.connection.dbapi_connection
    if not driver.in_transaction:
        if driver.isolation_level is None:  # nobody began, and the driver never would
            raise _autocommit()
        # This driver begins at the first INSERT, UPDATE or DELETE, not at SAVEPOINT; without a
        # transaction around it, releasing the savepoint would commit.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if not enforced:
        text = (
            "SQLite does not enforce foreign keys on this connection. To join it, prepare the "
            "engine once, before its first use: orderloom.sqlite.prepare(engine)."
        )
        raise Refused([Problem("store.foreign_keys_off", text)])


# ── hosts ──────────────────────────────────────────────────────────────────────────────────


def _connection_of(host: Any) -> Connection:
    if hasattr(host, "sync_session") or hasattr(host, "sync_connection"):
        text = (
            "This session is asynchronous. To join it, run the work in its own greenlet: "
            "await session.run_sync(lambda session: ...)."
        )
        raise Refused([Problem("store.async_host", text)])
    if isinstance(host, Connection):
        return host
    if not (hasattr(host, "flush") and hasattr(host, "connection")):
        text = "A {given} cannot be joined. To join, pass a SQLAlchemy Session or Connection."
        raise Refused([Problem("store.not_a_host", text, params={"given": type(host).__name__})])
    host.flush()
    connection: Connection = host.connection()
    return connection


def _autocommit() -> Refused:
    text = (
        "The database is used in AUTOCOMMIT mode, where nothing could be rolled back. To go on, "
        "use an engine or connection with transactions: leave out isolation_level='AUTOCOMMIT'."
    )
    return Refused([Problem("store.autocommit", text)])


def _unprepared() -> Refused:
    text = (
        "This SQLite engine neither enforces foreign keys nor begins transactions reliably. To "
        "use it, prepare it once: orderloom.sqlite.prepare(engine)."
    )
    return Refused([Problem("store.sqlite_unprepared", text)])


def _other_engine(name: str) -> Refused:
    text = "Orders cannot be kept in {given}. To go on, use SQLite or PostgreSQL."
    return Refused([Problem("store.other_engine", text, params={"given": name})])
