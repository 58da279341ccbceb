"""Every table can be distributed by tenant, as declared and as PostgreSQL has it."""

import pytest
import sqlalchemy as sa

from orderloom import Orderloom
from orderloom.store import schema
from orderloom.store.engine import open_engine
from orderloom.store.migrate import ModuleMigrations, migrate

LOADED = Orderloom("sqlite://").catalogue.loaded
DECLARED = [
    *schema.metadata.sorted_tables,
    *(table for one in LOADED.values() if one.manifest.tables is not None
      for table in one.manifest.tables.sorted_tables),
]  # fmt: skip
# Its words begin with the tenant; an index of words cannot begin with a column.
OF_WORDS = "ix_ol_subject_search"


@pytest.fixture(scope="module")
def migrated(postgres_url):
    """What PostgreSQL says of a database with every installed module."""
    server = open_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE distributable")
    server.dispose()
    engine = open_engine(sa.make_url(postgres_url).set(database="distributable"))
    packages = {key: one.manifest.migrations for key, one in LOADED.items()}
    migrate(engine, [ModuleMigrations(key, name) for key, name in packages.items() if name])
    yield sa.inspect(engine)
    engine.dispose()


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_everything_declared_begins_with_the_tenant(table):
    parts = [
        *(part for part in table.constraints if not isinstance(part, sa.CheckConstraint)),
        *table.indexes,
    ]
    referred = [next(iter(part.elements)).column.name for part in table.foreign_key_constraints]

    assert {next(iter(part.columns)).name for part in parts} == {"tenant_id"}
    assert set(referred) <= {"tenant_id"}


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_everything_in_postgresql_begins_with_the_tenant(migrated, table):
    name = table.name
    indexes = [one for one in migrated.get_indexes(name) if one["name"] != OF_WORDS]
    keys = [
        migrated.get_pk_constraint(name)["constrained_columns"],
        *(one["column_names"] for one in migrated.get_unique_constraints(name)),
        *(one["column_names"] for one in indexes),
    ]
    for one in migrated.get_foreign_keys(name):
        keys += [one["constrained_columns"], one["referred_columns"]]

    assert {columns[0] for columns in keys} == {"tenant_id"}


def test_no_table_is_there_that_is_not_declared(migrated):
    found = {name for name in migrated.get_table_names() if not name.startswith("ol_version_")}

    assert found == {table.name for table in DECLARED}
