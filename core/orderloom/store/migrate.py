"""Bringing a database up to the code: one version table for the core, one for each module.

A version table per module lets a module come and go without touching the others' history; a
module that is gone is simply not asked. All of it runs in one transaction under one lock: two
workers starting together migrate once, and a kill in the middle leaves nothing half made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from orderloom.errors import Problem, Refused
from orderloom.store import views, walls
from orderloom.store.engine import joined, on_its_own_path, writing
from orderloom.store.entering import LOCK_TIMEOUT, PATH, quoted, settings

if TYPE_CHECKING:
    from alembic.config import Config

# Any constant will do, as long as nobody else on the server takes it: "orderloom" in ASCII, cut.
_ADVISORY_LOCK: Final = int.from_bytes(b"orderloo", "big")


@attrs.frozen
class ModuleMigrations:
    """Where a module's revisions are.

    Attributes:
        key: the module's key; its version table is `ol_version_<key>`.
        package: import name of a package with a folder `versions`.
    """

    key: str
    package: str

    @property
    def version_table(self) -> str:
        """The table that names the revision the database is at."""
        return f"ol_version_{self.key}"


CORE: Final = ModuleMigrations("core", "orderloom.store.migrations")


@attrs.frozen
class Applied:
    """One revision that was applied."""

    module: str
    revision: str

    def __str__(self) -> str:
        return f"{self.module} {self.revision}"


@attrs.frozen(kw_only=True)
class MigrationState:
    """How far a database is with one module.

    Attributes:
        current: the revision the database is at, "" before the first.
        pending: revisions still to be applied, in order.
        newer: the database was migrated by a newer version of the module.
    """

    module: str
    current: str
    pending: tuple[str, ...]
    newer: bool


Progress = Callable[[Applied], None]


def migrate(
    where: Engine | Connection,
    modules: Sequence[ModuleMigrations] = (),
    progress: Progress | None = None,
    *,
    schema: str = "",
    grant: str = "",
) -> list[Applied]:
    """Apply all missing revisions: the core's first, then the modules' in the given order.

    Then the walls between tenants stand around every table (PostgreSQL, see `walls`).

    Args:
        where: an Engine (a transaction of its own), or a host's Connection (its transaction).
        modules: in dependency order.
        progress: called after each revision.
        schema: the PostgreSQL schema to have them in, made if it is not there; the first on the
            search path if "".
        grant: a role to let in, on PostgreSQL; who was let in before gets what is new anyway.

    Returns:
        What was applied; nothing if the database was up to date.

    Raises:
        Refused: before anything is written [store.newer_database], [store.old_server], and as
            `walls.restricted`; [store.not_allowed] the role does not own the tables.
    """
    applied: list[Applied] = []

    def note(step: Applied) -> None:
        applied.append(step)
        if progress is not None:
            progress(step)

    with _locked(where, schema) as connection:
        walls.check_server(connection)
        role = walls.restricted(connection, grant) if grant else ""
        states = status(connection, modules)
        _check_not_newer(states)
        if any(state.pending for state in states):
            rights = views.drop(connection)
            walls.take_down(connection)
            for module in (CORE, *modules):
                _run(connection, module, "upgrade", "head", note)
            views.create(connection, rights)
        walls.build(connection)
        if role:
            walls.grant(connection, role)
    return applied


def downgrade(where: Engine | Connection, module: ModuleMigrations, *, schema: str = "") -> None:
    """Take a module's (or the core's) tables away again, with all they hold."""
    with _locked(where, schema) as connection:
        rights = views.drop(connection)
        walls.take_down(connection)
        _run(connection, module, "downgrade", "base")
        if module != CORE:
            views.create(connection, rights)
            walls.build(connection)


def status(
    connection: Connection, modules: Sequence[ModuleMigrations] = ()
) -> tuple[MigrationState, ...]:
    """How far the database is, for the core and each of the given modules."""
    return tuple(_state(connection, module) for module in (CORE, *modules))


@contextmanager
def _locked(where: Engine | Connection, schema: str) -> Iterator[Connection]:
    opened = writing(on_its_own_path(where)) if isinstance(where, Engine) else joined(where)
    with opened as connection:
        if connection.dialect.name != "postgresql":
            yield connection
            return
        # Whoever comes second waits as long as the first one needs. The path holds our schema
        # alone: tables of the same name further on are another installation's.
        wanted = {LOCK_TIMEOUT: "0"} | ({PATH: quoted(schema)} if schema else {})
        with settings(connection, wanted):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            if schema:
                _make_schema(connection, schema)
            yield connection


def _make_schema(connection: Connection, schema: str) -> None:
    if not sa.inspect(connection).has_schema(schema):  # IF NOT EXISTS asks for the right to, first
        connection.exec_driver_sql(f"CREATE SCHEMA {quoted(schema)}")


def _run(
    connection: Connection,
    module: ModuleMigrations,
    command: str,
    target: str,
    note: Callable[[Applied], None] = lambda step: None,
) -> None:
    from alembic import command as commands

    def applied(*, step: Any, **_: Any) -> None:
        note(Applied(module.key, step.up_revision_id))

    config = _config(module)
    config.attributes.update(
        connection=connection, version_table=module.version_table, applied=applied
    )
    getattr(commands, command)(config, target)


def _config(module: ModuleMigrations) -> Config:
    from alembic.config import Config

    config = Config()
    options = {
        "script_location": str(files(CORE.package)),
        "version_locations": str(files(module.package) / "versions"),
        "path_separator": "newline",
    }
    for name, value in options.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def _state(connection: Connection, module: ModuleMigrations) -> MigrationState:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config(module))
    known = [revision.revision for revision in script.walk_revisions()][::-1]
    options = {"version_table": module.version_table}
    current = MigrationContext.configure(connection, opts=options).get_current_revision() or ""
    newer = bool(current) and current not in known
    done = known.index(current) + 1 if current in known else 0
    pending = () if newer else tuple(known[done:])
    return MigrationState(module=module.key, current=current, pending=pending, newer=newer)


def newer_database(module: str, revision: str) -> Problem:
    """Why a database cannot be worked with: a newer version of a module (or the core) wrote it."""
    text = (
        "The database was written by a newer version of {module} (revision {revision}). To open "
        "it, install that version or a later one."
    )
    params = {"module": module, "revision": revision}
    return Problem("store.newer_database", text, params=params)


def _check_not_newer(states: Sequence[MigrationState]) -> None:
    problems = [newer_database(state.module, state.current) for state in states if state.newer]
    if problems:
        raise Refused(problems)
