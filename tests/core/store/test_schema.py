"""What must hold of every table, so that tenants stay apart and tables can be distributed."""

import pytest
import sqlalchemy as sa

import orderloom.alembic
from orderloom.store import NAMING, schema, tenant_table, to_subject, to_tenant
from orderloom.store.columns import key

TABLES = schema.metadata.sorted_tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_tenant_comes_first_everywhere(table):
    keys = [
        constraint.columns
        for constraint in table.constraints
        if not isinstance(constraint, sa.CheckConstraint)
    ] + [index.columns for index in table.indexes]

    assert {columns.keys()[0] for columns in keys} == {"tenant_id"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_fit_postgresql_and_begin_with_ours(table):
    names = [table.name, *(constraint.name for constraint in table.constraints)]
    names += [index.name for index in table.indexes]

    assert table.name.startswith("ol_")
    assert max(len(name) for name in names) <= 63


def test_a_module_refers_to_subjects_from_metadata_of_its_own(owner_engine):
    metadata = sa.MetaData(naming_convention=NAMING)
    tenant_table(
        "ol_sample_need",
        sa.Column("kind", key(), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        to_subject(),
        to_tenant(),
        primary=("kind", "subject_id"),
        metadata=metadata,
    )

    with owner_engine.connect() as connection:
        metadata.create_all(connection)

        found = sa.inspect(connection).get_foreign_keys("ol_sample_need")
        connection.rollback()
    assert {key["referred_table"] for key in found} == {"ol_subject", "ol_tenant"}


@pytest.mark.parametrize(
    ("given", "looked_at"),
    [
        (("ol_subject", "table", {}), False),
        (("ol_version_core", "table", {}), False),
        (("ix_anything", "index", {"table_name": "ol_line"}), False),
        (("invoice", "table", {}), True),
        (("ol_number", "column", {"table_name": "invoice"}), True),
        ((None, "schema", {}), True),
    ],
)
def test_a_hosts_autogenerate_looks_past_our_tables(given, looked_at):
    assert orderloom.alembic.include_name(*given) == looked_at
