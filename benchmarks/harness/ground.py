"""A database for one job: migrated, with a role of few rights on PostgreSQL, and a raw driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa

from harness.postgres import Server
from harness.system import add_tenant, modules
from orderloom import Orderloom

SQLITE, POSTGRES = "sqlite", "postgres"
_ROLE = "bench_app"
_MOST_MODULES = 5


class Raw:
    """The driver itself, with transactions of its own making."""

    def __init__(self, dialect: str, connection: Any) -> None:
        self.dialect, self.connection = dialect, connection
        self.mark = "%s" if dialect == POSTGRES else "?"
        self.begin = "BEGIN" if dialect == POSTGRES else "BEGIN IMMEDIATE"
        self.cursor = connection.cursor()

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        self.cursor.execute(sql, tuple(parameters))
        names = [column[0] for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    def run(self, statements: Iterable[tuple[str, list[tuple[Any, ...]]]]) -> None:
        """One transaction: one row by execute, more by executemany; every row has to be there."""
        cursor = self.cursor
        cursor.execute(self.begin)
        try:
            for sql, rows in statements:
                if len(rows) > 1:
                    cursor.executemany(sql, rows)
                else:
                    cursor.execute(sql, rows[0])
                if sql.startswith("UPDATE") and cursor.rowcount != len(rows):
                    raise LookupError(f"not every row is there: {sql}")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


@attrs.frozen(kw_only=True)
class Ground:
    """Where one job runs.

    Attributes:
        ours: URL of our side; on PostgreSQL as a role held by row-level security.
        owner: URL of who migrates and adds tenants.
        floor: URL of the database the floor writes to; a file of its own on SQLite, where
            connections that take turns would empty each other's caches.
    """

    dialect: str
    ours: sa.URL
    owner: sa.URL
    floor: sa.URL

    def raw(self, url: sa.URL | None = None) -> Raw:
        """A raw connection to the floor's database, or to another one."""
        return Raw(self.dialect, raw_connection(url or self.floor))

    @contextmanager
    def loom(self, noops: int = 3) -> Iterator[Orderloom]:
        """Our side, with so many modules that do nothing installed besides the one of the type."""
        with Orderloom(self.ours, modules=modules(noops)) as loom:
            yield loom

    def settle(self) -> None:
        """Tell PostgreSQL how many rows there are, as its autovacuum would within a minute.

        What it planned while the tables were empty reads them from end to end.
        """
        if self.dialect == POSTGRES:
            with raw_connection(self.owner) as connection:
                connection.execute("ANALYZE")

    def add_tenant(self, key: str, noops: int = 3, *, floor: bool = False) -> None:
        """A tenant with so many modules that do nothing switched on."""
        on = ["bench", *(f"noop{number}" for number in range(noops))]
        url = self.floor if floor else self.owner
        with Orderloom(url, modules=modules(_MOST_MODULES)) as loom:
            add_tenant(loom, key, on)


def raw_connection(url: sa.URL) -> Any:
    """A connection of the driver, in autocommit, as durable as ours."""
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database), isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    import psycopg

    return psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname=url.database, autocommit=True
    )


def sqlite_ground(folder: Path, name: str) -> Ground:
    ours = sa.URL.create("sqlite", database=str(folder / f"{name}.db"))
    floor = sa.URL.create("sqlite", database=str(folder / f"{name}-floor.db"))
    for url in (ours, floor):
        _migrate(url)
    return Ground(dialect=SQLITE, ours=ours, owner=ours, floor=floor)


def postgres_ground(server: Server, name: str) -> Ground:
    database = f"bench_{name}"
    server.create_database(database)
    server.create_role(_ROLE)
    owner = server.url(database)
    _migrate(owner, grant=_ROLE)
    return Ground(dialect=POSTGRES, ours=server.url(database, _ROLE), owner=owner, floor=owner)


def _migrate(url: sa.URL, grant: str = "") -> None:
    with Orderloom(url, modules=modules(0)) as loom:
        loom.migrate(grant=grant)
