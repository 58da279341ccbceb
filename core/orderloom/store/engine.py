"""Engines and transactions: opened by us, or joined when they are a host's."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from orderloom.errors import Problem, Refused
from orderloom.store.entering import enter, enter_and_look, restore, schema_of
from orderloom.store.faults import translated
from orderloom.store.prepared import failure

#: How long a writer waits for another one's row, in milliseconds.
LOCK_TIMEOUT_MS: Final = 10_000

# SQLite lets one writer in at a time, so that a queue of them may form.
_BUSY_TIMEOUT_MS: Final = 30_000

_AUTOCOMMIT: Final = "AUTOCOMMIT"
_READ: Final = "orderloom_read"
_WAITS: Final = "orderloom_waits"  # the connections of this engine have our lock timeout already
_SCHEMA: Final = "orderloom_schema"
_to_be_read: ContextVar[bool] = ContextVar("orderloom_to_be_read", default=False)


def open_engine(url_or_engine: str | sa.URL | Engine, schema: str = "") -> Engine:
    """An engine of our own for a URL; a host's engine as it is.

    Args:
        url_or_engine: "sqlite:///orders.db", "postgresql://user@host/database", or an Engine, on
            which nothing is installed.
        schema: the PostgreSQL schema our tables are in; where the server finds them if "". The
            answer to an Engine is then an option of it that shares its connections.

    Raises:
        Refused: [store.bad_url], [store.other_engine], [store.no_driver],
            [store.sqlite_unprepared] the engine is a host's for SQLite and was never given to
            `orderloom.sqlite.prepare`, [store.autocommit] it was made with AUTOCOMMIT;
            [store.bad_schema], [store.no_schemas] SQLite has none.
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
    return _within(engine, schema) if schema else engine


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
def writing(engine: Engine, tenant: str = "", *, look: bool = False) -> Iterator[Connection]:
    """One transaction on a tenant's rows: commits on leaving, rolls back on any error.

    Args:
        engine: as `open_engine` answered it.
        tenant: key; if "", PostgreSQL shows no tenant's rows.
        look: the tenant's row is asked for next (`tenants.load`), so it is read in passing.

    Raises:
        Refused: [store.autocommit] the host's pool hands out connections in AUTOCOMMIT mode,
            [store.not_migrated].
    """
    with translated(), engine.connect() as connection:
        _check_transactional(connection)
        _let_server_decide(connection)
        with connection.begin():
            if look and _waits(engine) and _looks(connection, tenant, engine):
                enter_and_look(connection, tenant)
            else:
                timeout = "" if _waits(engine) else str(LOCK_TIMEOUT_MS)
                enter(connection, tenant, schema=schema_in(engine), lock_timeout=timeout)
            yield connection


@contextmanager
def reading(engine: Engine, tenant: str = "") -> Iterator[Connection]:
    """One snapshot of the database that cannot be written to: all reads in it agree.

    PostgreSQL: REPEATABLE READ, READ ONLY (the mode travels with BEGIN, at no extra round trip).
    SQLite: a deferred transaction with `query_only`; it neither waits for writers nor stops them.

    Args:
        engine: as `open_engine` answered it.
        tenant: key; if "", PostgreSQL shows no tenant's rows.

    Raises:
        Refused: [store.not_migrated].
    """
    with translated(), _to_read(engine) as connection:
        if connection.dialect.name == "postgresql":
            yield _snapshot(connection, tenant, schema_in(engine))
            if connection.in_transaction() and not connection.invalidated:
                connection.commit()  # at ROLLBACK psycopg forgets the statements it has prepared
            return
        connection.execution_options(**{_READ: True})
        _only_reads(connection.connection, True)
        try:
            yield connection
        finally:
            if not (connection.invalidated or isinstance(engine.pool, sa.QueuePool)):
                _only_reads(connection.connection, False)  # somebody may be using it as well


def _looks(connection: Connection, tenant: str, engine: Engine) -> bool:
    """Whether a tenant can be entered and its row be read at once.

    Where the tables are has to be said before they are named.
    """
    return connection.dialect.name == "postgresql" and tenant != "" and not schema_in(engine)


def _snapshot(connection: Connection, tenant: str, schema: str) -> Connection:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if schema or not tenant:  # where the tables are has to be said before they are named
        enter(connection, tenant, schema=schema)
        return connection
    enter_and_look(connection, tenant)
    return connection


@contextmanager
def joined(host: Any, tenant: str = "", *, schema: str = "") -> Iterator[Connection]:
    """A host's transaction, inside a SAVEPOINT; the host alone commits or rolls back.

    What it was told of tenants and schemas is as the host left it once this is left: given back
    in success, by ROLLBACK TO in failure.

    Args:
        host: a SQLAlchemy Session (flushed first) or Connection.
        tenant: key; as the host has it if "".
        schema: where our tables are; where they are found anyway if "".

    Raises:
        Refused: [store.async_host], [store.not_a_host], [store.autocommit] its connection is in
            AUTOCOMMIT mode, [store.foreign_keys_off] SQLite does not enforce foreign keys,
            [store.not_migrated].
        Conflict: retryable; the host has to retry its whole transaction.
    """
    with translated():
        connection = _connection_of(host)
        _check_transactional(connection)
        if connection.dialect.name == "sqlite":
            _join_sqlite(connection)
        with _savepoint(connection):
            found = enter(connection, tenant, schema=schema)
            yield connection
            restore(connection, found)


def schema_in(engine: Engine) -> str:
    """The schema an engine was opened with."""
    schema: str = engine.get_execution_options().get(_SCHEMA, "")
    return schema


def on_its_own_path(engine: Engine) -> Engine:
    """The engine without the schema it was opened with, which may not be there yet."""
    return engine.execution_options(**{_SCHEMA: ""}) if schema_in(engine) else engine


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


def _within(engine: Engine, schema: str) -> Engine:
    if engine.dialect.name != "postgresql":
        text = (
            "SQLite has no schemas. To keep these tables apart, keep them in a file of their own."
        )
        raise Refused([Problem("store.no_schemas", text, "schema")])
    return engine.execution_options(**{_SCHEMA: schema_of(schema)})


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
        _only_reads(record, _to_be_read.get())
        return
    driver.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}").close()
    _write_ahead(driver)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        driver.execute(f"PRAGMA {pragma}").close()
    record.info["orderloom"] = True


@contextmanager
def _to_read(engine: Engine) -> Iterator[Connection]:
    token = _to_be_read.set(True)
    try:
        connection = engine.connect()
    finally:
        _to_be_read.reset(token)
    with connection:
        yield connection


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
    if connection.get_execution_options().get("isolation_level") == _AUTOCOMMIT:
        return
    if its_own.in_transaction:  # by the listener of the engine that this one is an option of
        return
    reads = connection.get_execution_options().get(_READ)
    sql = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        driver.execute(sql)
    except sqlite3.Error as error:
        raise failure(connection, sql, error) from error


def _join_sqlite(connection: Connection) -> None:
    # The first statement also lets SQLAlchemy begin, if the host did nothing yet.
    enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    driver: Any = connection.connection.driver_connection  # aiosqlite's own, too
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


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """A SAVEPOINT that is undone as well when it is its own RELEASE that fails."""
    savepoint = connection.begin_nested()
    done = False
    try:
        with savepoint:
            yield
            done = True
    except BaseException:
        if done:
            _undo(connection, savepoint)
        raise


def _undo(connection: Connection, savepoint: sa.NestedTransaction) -> None:
    """Roll back to a savepoint that SQLAlchemy, having failed to release it, leaves alone.

    If it is gone, it was released after all. The host, which sees an error, must not commit what
    it takes for undone: then it can only roll back.
    """
    name: str = savepoint._savepoint  # told by nothing public
    try:
        connection.dialect.do_rollback_to_savepoint(connection, name)
    except DBAPIError as error:
        connection.invalidate(error)


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
