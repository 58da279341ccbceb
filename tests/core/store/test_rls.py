"""Row-level security: with every filter of ours switched off, a tenant's rows are its own."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError

from orderloom import Orderloom
from orderloom.store import schema
from orderloom.store.engine import open_engine, reading, writing
from orderloom.store.entering import TENANT
from orderloom.store.migrate import ModuleMigrations, migrate

MODULES = Orderloom("sqlite://").catalogue.loaded.values()
MIGRATIONS = [
    ModuleMigrations(one.manifest.key, one.manifest.migrations)
    for one in MODULES
    if one.manifest.migrations
]
TABLES = [
    *schema.metadata.sorted_tables,
    *(table for one in MODULES if one.manifest.tables is not None
      for table in one.manifest.tables.sorted_tables),
]  # fmt: skip


@pytest.fixture(scope="module")
def walled(postgres_url):
    """A database of two tenants with a row in every table, for a role that owns nothing."""
    owner = _fresh(postgres_url, "walled")
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE walled_in LOGIN")
    migrate(owner, MIGRATIONS, grant="walled_in")
    for tenant in ("acme", "beta"):
        with writing(owner, tenant) as connection:
            for table in TABLES:
                connection.exec_driver_sql(_insert(table, tenant))
    engine = open_engine(owner.url.set(username="walled_in"))
    yield engine
    engine.dispose()
    owner.dispose()


def _fresh(url, name):
    server = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return open_engine(sa.make_url(url).set(database=name))


def _insert(table, tenant):
    """A row whose columns of one type have one value, so that foreign keys find theirs."""
    values = [f"'{tenant}'", *(_plain(column) for column in [*table.columns][1:])]
    names = ", ".join(f'"{name}"' for name in (one.name for one in table.columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(values)})"


def _plain(column):
    kind = column.type.compile(postgresql.dialect()).split("(")[0].split(" COLLATE")[0]
    return {
        "VARCHAR": "'x'", "TEXT": "'x'", "TSVECTOR": "'x'", "BYTEA": "'x'", "BOOLEAN": "false",
        "INTEGER": "1", "BIGINT": "1", "DATE": "'2026-07-01'",
        "TIMESTAMP WITH TIME ZONE": "'2026-07-01'",
        "UUID": "'00000000-0000-0000-0000-000000000001'",
    }[kind]  # fmt: skip


def _tenants(connection, name):
    """Whose rows a table shows."""
    return set(connection.exec_driver_sql(f"SELECT tenant_id FROM {name}").scalars())


@pytest.fixture
def raw(walled):
    """A connection that was told the tenant, and no filter."""
    with writing(walled, "acme") as connection:
        yield connection


every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@every_table
def test_no_row_of_another_tenant_is_shown(raw, table):
    assert _tenants(raw, table.name) == {"acme"}


@every_table
def test_without_a_tenant_nothing_is_shown(walled, table):
    with walled.connect() as connection:
        assert _tenants(connection, table.name) == set()


@every_table
def test_a_row_of_another_tenant_cannot_be_inserted(raw, table):
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.exec_driver_sql(_insert(table, "gamma"))


@every_table
def test_a_row_cannot_be_given_to_another_tenant(raw, table):
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.exec_driver_sql(f"UPDATE {table.name} SET tenant_id = 'beta'")


@every_table
def test_rows_of_another_tenant_are_neither_changed_nor_deleted(walled, table):
    foreign = f"{table.name} WHERE tenant_id = 'beta'"
    change = f"UPDATE {foreign.replace('WHERE', 'SET tenant_id = tenant_id WHERE')}"

    with writing(walled, "acme") as connection:
        counts = [
            connection.exec_driver_sql(statement).rowcount
            for statement in (change, f"DELETE FROM {foreign}")
        ]

    assert counts == [0, 0]
    with reading(walled, "beta") as connection:
        assert _tenants(connection, table.name) == {"beta"}


def test_the_owner_sees_that_they_are_there(postgres_url, walled):
    owner = open_engine(sa.make_url(postgres_url).set(database="walled"))
    with owner.connect() as connection:
        shown = {table.name: _tenants(connection, table.name) for table in TABLES}
    owner.dispose()

    assert shown == {table.name: {"acme", "beta"} for table in TABLES}


def test_every_table_and_view_there_is_stands_behind_the_wall(walled):
    with writing(walled, "acme") as connection:
        names = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'tenant_id'"
        ).scalars().all()  # fmt: skip
        shown = {name: _tenants(connection, name) for name in names}

    assert {"ol_subject", "ol_procurement_need", "ol_v_order", "ol_subject_search"} <= set(names)
    assert [name for name, tenants in shown.items() if tenants - {"acme"}] == []


def test_without_a_tenant_the_doors_show_keys_only(walled):
    with walled.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM ol_tenant_keys()").all()
        waiting = connection.exec_driver_sql("SELECT * FROM ol_tenants_waiting(now())").all()
        searched = _tenants(connection, "ol_subject_search")

    assert (found, waiting, searched) == ([("acme",), ("beta",)], [("acme",), ("beta",)], set())


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ol_subject DISABLE ROW LEVEL SECURITY",
        "DROP POLICY ol_tenant ON ol_subject",
        "TRUNCATE ol_idempotency",
        "UPDATE ol_version_core SET version_num = 'x'",
        "UPDATE ol_subject_search SET title = ''",
        "CREATE TABLE ol_mine (tenant_id text)",
        "SET ROLE postgres",
    ],
)
def test_the_role_can_do_nothing_else(raw, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        raw.exec_driver_sql(statement)


@pytest.mark.parametrize("door", [reading, writing])
def test_a_pooled_connection_carries_no_tenant_over(walled, door):
    engine = sa.create_engine(walled.url, pool_size=1, max_overflow=0)
    with door(engine, "acme") as connection:
        first = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()

    with engine.connect() as connection:
        again = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        left = connection.execute(sa.func.current_setting(TENANT, True)).scalar()
        shown = _tenants(connection, "ol_tenant")
    engine.dispose()

    assert (again, left, shown) == (first, "", set())


def test_a_tenant_is_entered_in_one_statement(walled):
    said = []
    with walled.connect() as connection:
        sa.event.listen(connection.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    with reading(walled, "acme"):
        pass

    assert len(said) == 1
