"""A database is brought up to the code, once, whole or not at all."""

import sys
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from orderloom.errors import Refused
from orderloom.store import migrate as migrating
from orderloom.store import schema
from orderloom.store.engine import open_engine, reading, writing
from orderloom.store.migrate import (
    CORE,
    Applied,
    MigrationState,
    ModuleMigrations,
    downgrade,
    migrate,
    status,
)

STEPS = [Applied("core", f"core_{n:04}") for n in range(1, 7)]

REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = {revision!r}, {before!r}


def upgrade():
    op.create_table({table!r}, sa.Column("tenant_id", sa.String(63)))
    {then}


def downgrade():
    op.drop_table({table!r})
"""


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """An empty database."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    url = sa.make_url(request.getfixturevalue("postgres_url"))
    name = f"empty_{abs(hash(tmp_path))}"
    server = open_engine(url)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = open_engine(url.set(database=name))
    yield engine
    engine.dispose()
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """A module `sample` of two revisions; call it to write them to its package."""
    package = tmp_path / f"sample_{abs(hash(tmp_path))}"
    versions = package / "migrations" / "versions"
    versions.mkdir(parents=True)
    for folder in (package, package / "migrations"):
        (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(then="pass", revisions=2):
        for number in range(1, revisions + 1):
            text = REVISION.format(
                revision=f"sample_000{number}",
                before=f"sample_000{number - 1}" if number > 1 else None,
                table=f"ol_sample_{number}",
                then=then if number == revisions else "pass",
            )
            (versions / f"000{number}.py").write_text(text)
        return ModuleMigrations("sample", f"{package.name}.migrations")

    yield write
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def test_the_migrations_build_what_the_schema_says(empty):
    migrate(empty)

    with empty.connect() as connection:
        options = {
            "compare_type": True,
            # Alembic takes every '' for changed on SQLite.
            "compare_server_default": empty.dialect.name != "sqlite",
            "include_name": _is_ours,
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, schema.metadata)
    assert differences == []


def test_the_search_index_is_there(empty):
    migrate(empty)

    names = {index["name"] for index in sa.inspect(empty).get_indexes("ol_subject")}
    assert "ix_ol_subject_search" in names


def test_migrating_twice_does_it_once(empty):
    seen = []

    first = migrate(empty, progress=seen.append)
    second = migrate(empty)

    assert (first, seen, second) == (STEPS, STEPS, [])


def test_the_core_comes_first_and_modules_in_order(empty, sample):
    applied = migrate(empty, [sample()])

    assert [str(step) for step in applied] == [
        *map(str, STEPS), "sample sample_0001", "sample sample_0002"
    ]  # fmt: skip


def test_each_module_has_a_version_table_of_its_own(empty, sample):
    migrate(empty, [sample()])

    names = sa.inspect(empty).get_table_names()
    assert {"ol_version_core", "ol_version_sample"} <= set(names)


def test_a_module_that_is_gone_blocks_nobody(empty, sample):
    migrate(empty, [sample()])

    assert migrate(empty) == []


def test_status_tells_what_is_pending(empty, sample):
    module = sample(revisions=1)
    migrate(empty, [module])
    sample(revisions=2)

    with reading(empty) as connection:
        core, ours = status(connection, [module])

    newest = STEPS[-1].revision
    assert core == MigrationState(module="core", current=newest, pending=(), newer=False)
    assert ours == MigrationState(
        module="sample", current="sample_0001", pending=("sample_0002",), newer=False
    )


def test_a_failure_in_the_middle_leaves_nothing_half_made(empty, sample):
    module = sample(then="raise ZeroDivisionError")

    with pytest.raises(ZeroDivisionError):
        migrate(empty, [module])

    assert sa.inspect(empty).get_table_names() == []


def test_amounts_of_users_outlast_the_migration_that_brings_those_of_roles(empty, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "_run", _up_to("core_0005"))
        assert migrate(empty) == STEPS[:5]
    at = datetime(2026, 7, 1, tzinfo=UTC)
    amount = ("acme", "sample.limit", "ann", "party", "o1", "week", Decimal("12.34"), "EUR")
    with writing(empty, "acme") as connection:
        connection.execute(schema.tenants.insert(), {"tenant_id": "acme", "created_at": at})
        connection.execute(schema.allowances.insert().values(amount))

    assert migrate(empty) == STEPS[5:]

    with reading(empty, "acme") as connection:
        assert connection.execute(sa.select(schema.allowances)).all() == [amount]
        assert connection.execute(sa.select(schema.role_allowances)).all() == []


def _up_to(target):
    run = migrating._run
    return lambda connection, module, command, _, note: run(
        connection, module, command, target, note
    )


def test_a_newer_database_is_refused_before_anything_is_written(empty, sample):
    migrate(empty)
    with writing(empty) as connection:
        connection.exec_driver_sql("UPDATE ol_version_core SET version_num = 'core_9999'")

    with pytest.raises(Refused, match=r"core_9999.*install that version") as raised:
        migrate(empty, [sample()])

    assert raised.value.codes == ("store.newer_database",)
    assert "ol_sample_1" not in sa.inspect(empty).get_table_names()


def test_two_processes_starting_at_once_migrate_once(empty):
    applied, failures = [], []

    def work():
        try:
            applied.extend(migrate(empty))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)  # without the lock they wait for each other for good

    assert (applied, failures) == (STEPS, [])


def test_a_modules_tables_can_be_taken_away_again(empty, sample):
    module = sample()
    migrate(empty, [module])

    downgrade(empty, module)

    names = sa.inspect(empty).get_table_names()
    assert "ol_subject" in names
    assert not [name for name in names if name.startswith("ol_sample")]


def test_the_core_can_be_taken_away_again(empty):
    migrate(empty)

    downgrade(empty, CORE)

    assert sa.inspect(empty).get_table_names() == ["ol_version_core"]
    assert sa.inspect(empty).get_view_names() == []


def _is_ours(name, type_, parents):
    """The full text table, its parts and the search index are made by the migration alone."""
    if type_ == "table":
        return not name.startswith(("ol_search", "ol_version"))
    return name != "ix_ol_subject_search"
