"""Tables and the revisions that make them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from orderloom.modules import Broken
from orderloom.store.migrate import ModuleMigrations, downgrade, migrate
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import ANYTHING, LOADED, Finding, check
from orderloom.testing.contract.wording import from_text, told
from orderloom.testing.databases import fast_engine, migrated

Schema = dict[str, dict[str, Any]]

_TENANT = "tenant_id"
_AGREE = "To bring them together, mend the revision, or add one."


@check(LOADED)
def tables_belong_to_tenants(case: Case) -> Iterator[Finding]:
    """Every key and index of its tables begins with the tenant, so that they can be distributed."""
    tables = case.loaded.manifest.tables
    for table in () if tables is None else tables.tables.values():
        for what, columns in _keys(table):
            if columns[:1] != [_TENANT]:
                yield Finding(
                    f"{what} of table {table.name} does not begin with {_TENANT}, but is "
                    f"({', '.join(columns)}).",
                    "To confine it to a tenant, make the table with tenant_table, and put "
                    f"{_TENANT} first.",
                )


def _keys(table: sa.Table) -> Iterator[tuple[str, list[str]]]:
    yield "The primary key", [column.name for column in table.primary_key]
    for constraint in table.constraints:
        names = [column.name for column in getattr(constraint, "columns", ())]
        if isinstance(constraint, sa.UniqueConstraint):
            yield "A unique key", names
        if isinstance(constraint, sa.ForeignKeyConstraint):
            yield "A foreign key", names
    for index in table.indexes:
        yield "An index", [str(getattr(one, "name", one)) for one in index.expressions]


@check(ANYTHING)
def migrations_make_the_tables(case: Case) -> Iterator[Finding]:
    """Its revisions make exactly the tables it declares, touch no others, and can be taken back."""
    if isinstance(case.found, Broken):
        if case.found.hook == "migrations":
            yield from_text(case.found.reason)
        return
    if not case.found.manifest.migrations:
        return
    with TemporaryDirectory(prefix="orderloom-migrations-") as folder:
        path = Path(folder) / "orders.db"
        engine = fast_engine(path)
        try:
            yield from _migrated(case, engine, path)
        except Exception as error:  # of whatever its revisions do
            yield Finding(
                f"Its revisions fail: {told(error)}", "To have its tables made, mend them."
            )
        finally:
            engine.dispose()


def _migrated(case: Case, engine: Engine, path: Path) -> Iterator[Finding]:
    own = ModuleMigrations(case.key, case.loaded.manifest.migrations)
    before_it = [one for one in case.migrations if one != own]
    others = [one.manifest.tables for key, one in case.needed.items() if key != case.key]
    migrated(path, before_it, others)
    foreign = _schema(engine)
    migrate(engine, [*before_it, own])
    now = _schema(engine)
    made = {name: one for name, one in now.items() if name not in foreign}
    yield from _disagreements(made, _declared(case))
    for name, table in foreign.items():
        if now.get(name) != table:
            yield Finding(
                f"Its revisions change table {name}, which is not its own.",
                "To keep something beside it, make a table of its own.",
            )
    if migrate(engine, [*before_it, own]):
        yield Finding("Its revisions run twice.", "To have each run once, give each a revision.")
    downgrade(engine, own)
    left = sorted(_schema(engine).keys() - foreign.keys() - {own.version_table})
    if left:
        yield Finding(
            f"Taken back, its revisions leave {', '.join(left)}.",
            "To let a purge take everything, drop it in downgrade().",
        )
    else:
        migrate(engine, [*before_it, own])


def _declared(case: Case) -> Schema:
    """The tables of its metadata, as SQLite would have them."""
    tables = case.loaded.manifest.tables
    if tables is None:
        return {}
    with TemporaryDirectory(prefix="orderloom-tables-") as folder:
        engine = fast_engine(Path(folder) / "orders.db")
        try:
            with engine.begin() as connection:
                # What foreign keys point at is not there, and need not be: only shapes count.
                tables.create_all(connection, checkfirst=False)
            return _schema(engine)
        finally:
            engine.dispose()


def _disagreements(made: Schema, declared: Schema) -> Iterator[Finding]:
    made = {name: one for name, one in made.items() if not name.startswith("ol_version_")}
    for name in sorted(declared.keys() - made.keys()):
        yield Finding(f"Table {name} is declared, but no revision makes it.", _AGREE)
    for name in sorted(made.keys() - declared.keys()):
        yield Finding(
            f"Its revisions make table {name}, which its manifest does not declare.", _AGREE
        )
    for name in sorted(made.keys() & declared.keys()):
        for part, value in declared[name].items():
            if made[name][part] != value:
                yield Finding(
                    f"The {part} of table {name} are not those its revisions make: declared "
                    f"{value}, made {made[name][part]}.",
                    _AGREE,
                )


def _schema(engine: Engine) -> Schema:
    """The shape of every table of ours."""
    inspector = sa.inspect(engine)
    return {
        name: _shape(inspector, name)
        for name in inspector.get_table_names()
        if name.startswith("ol_")
    }


def _shape(inspector: Any, table: str) -> dict[str, Any]:
    columns = inspector.get_columns(table)
    indexes = inspector.get_indexes(table)
    unique = inspector.get_unique_constraints(table)
    foreign = inspector.get_foreign_keys(table)
    return {
        "columns": sorted((one["name"], str(one["type"]), one["nullable"]) for one in columns),
        "primary keys": inspector.get_pk_constraint(table)["constrained_columns"],
        "indexes": sorted((one["column_names"], one["unique"]) for one in indexes),
        "unique keys": sorted(one["column_names"] for one in unique),
        "foreign keys": sorted(
            (one["constrained_columns"], one["referred_table"], one["referred_columns"])
            for one in foreign
        ),
    }
