"""Engines and transactions: opened by us, or joined when they are a host's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from orderloom.errors import Conflict, Problem, Refused
from orderloom.store import sqlite
from orderloom.store.entering import enter, enter_and_look, restore, schema_of
from orderloom.store.faults import AUTOCOMMIT, asynchronous, autocommit, translate, translated

#: How long a writer waits for another one's row, in milliseconds.
LOCK_TIMEOUT_MS: Final = 10_000

_WAITS: Final = "orderloom_waits"  # the connections of this engine have our lock timeout already
_OURS: Final = "orderloom_ours"  # this engine was made here; no host uses it
_SCHEMA: Final = "orderloom_schema"


def open_engine(url_or_engine: str | sa.URL | Engine, schema: str = "") -> Engine:
    """An engine of our own for a URL; a host's engine as it is.

    Args:
        url_or_engine: "sqlite:///orders.db", "postgresql://user@host/database", or an Engine, on
            which nothing is installed.
        schema: the PostgreSQL schema our tables are in; where the server finds them if "". The
            answer to an Engine is then an option of it that shares its connections.

    Raises:
        Refused: [store.bad_url], [store.other_engine], [store.no_driver], [store.async_engine],
            [store.sqlite_unprepared] the engine is a host's for SQLite and was never given to
            `orderloom.sqlite.prepare`, [store.autocommit] it was made with AUTOCOMMIT;
            [store.bad_schema], [store.no_schemas] SQLite has none.
    """
    if hasattr(url_or_engine, "sync_engine"):
        raise asynchronous()
    if isinstance(url_or_engine, Engine):
        engine = url_or_engine
        if _level(engine) == AUTOCOMMIT:
            raise autocommit()
        if engine.dialect.name == "sqlite" and not sqlite.is_set_up(engine):
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

    Args:
        engine: a host's; of an asynchronous one its `sync_engine`.

    Raises:
        Refused: [store.not_an_engine], [store.other_engine] it is not for SQLite.
    """
    if not isinstance(engine, Engine):
        text = (
            "A {given} cannot be prepared. To go on, pass what sqlalchemy.create_engine answers, "
            "and of an asynchronous engine its sync_engine."
        )
        params = {"given": type(engine).__name__}
        raise Refused([Problem("store.not_an_engine", text, "engine", params=params)])
    if engine.dialect.name != "sqlite":
        raise _other_engine(engine.dialect.name)
    sqlite.set_up(engine)
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
        Conflict: retryable; on SQLite perhaps with a transaction of the very host.
    """
    with translated(), engine.connect() as connection:
        _check_transactional(connection)
        _let_server_decide(connection)
        with _begun(connection):
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
    with translated(), sqlite.to_read(engine) as connection:
        if connection.dialect.name == "postgresql":
            yield _snapshot(connection, tenant, schema_in(engine))
            if connection.in_transaction() and not connection.invalidated:
                connection.commit()  # at ROLLBACK psycopg forgets the statements it has prepared
            return
        sqlite.start_reading(connection)
        try:
            yield connection
        finally:
            sqlite.stop_reading(connection)


def _begun(connection: Connection) -> sa.RootTransaction:
    """A transaction; a host that waits for its own one in vain is told the way to join it."""
    try:
        return connection.begin()
    except DBAPIError as error:
        busy = translate(error)
        if not isinstance(busy, Conflict) or connection.get_execution_options().get(_OURS):
            raise
        hint = "If it is a transaction of your own program, join it: Orderloom.join."
        raise Conflict(f"{busy} {hint}", retryable=True) from error


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
            [store.not_migrated], [store.host_ended] the host committed or rolled back inside.
        Conflict: retryable; the host has to retry its whole transaction.
    """
    with translated():
        connection = _connection_of(host)
        _check_transactional(connection)
        if connection.dialect.name == "sqlite":
            sqlite.join(connection)
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
        return prepare(sa.create_engine(url, execution_options={_OURS: True}))
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
    given = _level(connection) == AUTOCOMMIT
    if connection.dialect.name == "postgresql":
        given = bool(getattr(connection.connection.dbapi_connection, "autocommit", given))
    if given:
        raise autocommit()


def _let_server_decide(connection: Connection) -> None:
    """After a reader SQLAlchemy asks for READ WRITE outright, even where the server forbids it."""
    driver: Any = connection.connection.dbapi_connection
    if getattr(driver, "read_only", None) is False:
        driver.read_only = None


def _waits(engine: Engine) -> bool:
    return bool(engine.get_execution_options().get(_WAITS))


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
            with _left_open(savepoint):
                yield
            done = True
    except BaseException:
        if done:
            _undo(connection, savepoint)
        raise


@contextmanager
def _left_open(savepoint: sa.NestedTransaction) -> Iterator[None]:
    """Tell a host that ended its transaction inside: SQLAlchemy says so to PostgreSQL alone."""
    try:
        yield
    except InvalidRequestError as error:
        if savepoint.is_active:
            raise
        raise _host_ended() from error
    if not savepoint.is_active:
        raise _host_ended()


def _host_ended() -> Refused:
    text = (
        "The host's transaction was committed or rolled back inside the block of a joined desk, "
        "and so was part of what the desk did. To keep it whole, do that after the block."
    )
    return Refused([Problem("store.host_ended", text)])


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


def _unprepared() -> Refused:
    text = (
        "This SQLite engine neither enforces foreign keys nor begins transactions reliably. To "
        "use it, prepare it once: orderloom.sqlite.prepare(engine)."
    )
    return Refused([Problem("store.sqlite_unprepared", text)])


def _other_engine(name: str) -> Refused:
    text = "Orders cannot be kept in {given}. To go on, use SQLite or PostgreSQL."
    return Refused([Problem("store.other_engine", text, params={"given": name})])
