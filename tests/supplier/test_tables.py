import sqlalchemy as sa

from orderloom.store.migrate import ModuleMigrations, downgrade, migrate
from orderloom_supplier.tables import metadata

MODULE = ModuleMigrations("supplier", "orderloom_supplier.migrations")


def test_the_migration_makes_the_tables_the_code_declares(engine):
    for name, table in metadata.tables.items():
        inspector = sa.inspect(engine)
        made = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        keys = inspector.get_pk_constraint(name)["constrained_columns"]
        indexed = {tuple(index["column_names"]) for index in inspector.get_indexes(name)}

        assert made == {column.name: column.nullable for column in table.columns}
        assert keys == [column.name for column in table.primary_key]
        assert indexed == {tuple(index.columns.keys()) for index in table.indexes}


def test_every_key_and_index_begins_with_the_tenant():
    for table in metadata.tables.values():
        parts = [table.primary_key, *table.indexes, *table.foreign_key_constraints]
        assert {next(iter(part.columns)).name for part in parts} == {"tenant_id"}


def test_the_tables_can_be_taken_away_and_made_again(sqlite_engine):
    downgrade(sqlite_engine, MODULE)
    without = set(sa.inspect(sqlite_engine).get_table_names())
    migrate(sqlite_engine, [MODULE])

    assert without.isdisjoint(metadata.tables)
    assert set(metadata.tables) <= set(sa.inspect(sqlite_engine).get_table_names())
