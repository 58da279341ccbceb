"""The composition root: an `Orderloom` puts database, modules, directory and clock together."""

from __future__ import annotations

import os
import random
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from orderloom.attachments import FileStore, file_store
from orderloom.desk import Desk, Execution, Reader
from orderloom.desk.closing import shutting
from orderloom.desk.states import StateCache
from orderloom.directory import Directory, StandaloneDirectory, TenantDirectory
from orderloom.errors import Conflict, NotFound, Problem, Refused
from orderloom.modules import ON, Assemblies, Catalogue
from orderloom.modules.contributions import Tenant
from orderloom.orders import codec
from orderloom.orders.events import PLACED, Event
from orderloom.store import events, subjects
from orderloom.store.engine import joined, open_engine, reading, writing
from orderloom.store.entering import enter
from orderloom.store.migrate import Applied, ModuleMigrations, Progress, migrate
from orderloom.store.schema import metadata
from orderloom.store.subjects import NewRow
from orderloom.tenants import Sources, file_problems, rows, tenant_subject
from orderloom.tenants.subject import created_body
from orderloom.values import Actor, Grant, nearest, shown, uuid7

T = TypeVar("T")

SETUP = Actor("system:setup", (Grant("admin"),))
"""Who creates tenants: whoever holds the `Orderloom` itself."""

MOST_ATTEMPTS = 8
"""How often `run` tries; its pauses add up to 2.5 seconds."""

LONGEST_TRYING = 20.0
"""After how many seconds `run` gives up: each attempt may have waited long for a lock already."""


class Orderloom:
    """One order system: everything hangs on the instance, nothing is global.

    Threads may share it; desks and readers belong to one thread each. `close` it, or use it in a
    `with` statement, to let go of the database.

    Args:
        database: URL, or a host's Engine (SQLite engines are prepared once by
            `orderloom.sqlite.prepare`).
        directory: parties, products, units, projects and users; the stand-alone tables if none.
        modules: the modules there are; those of installed distributions if none.
        clock: aware UTC now; gives each command its one instant.
        settings_file: a TOML file, the layer of settings between defaults and environment.
        schema: the PostgreSQL schema our tables are in; where the server finds them if "".
        files: where attachments lie: a `FileStore`, a folder, or a URL that fsspec knows; next to
            a SQLite database if None. Each database needs a place of its own.

    Raises:
        Refused: [store.*] the database cannot be used like this, [settings.*] the file is wrong,
            [files.*] nor can the place for files.
    """

    def __init__(  # noqa: PLR0913 - one for each thing a host may own
        self,
        database: str | sa.URL | Engine,
        *,
        directory: Directory | None = None,
        modules: Iterable[object] | None = None,
        clock: Callable[[], datetime] | None = None,
        settings_file: str | Path | None = None,
        schema: str = "",
        files: FileStore | Path | str | None = None,
    ) -> None:
        self.engine = open_engine(database, schema)
        self.schema = schema
        self.files = file_store(files, self.engine.url)
        self._owned = not isinstance(database, Engine)
        self.catalogue = Catalogue.discover() if modules is None else Catalogue.of(modules)
        self.directory: Directory = StandaloneDirectory() if directory is None else directory
        self.clock = clock or (lambda: datetime.now(UTC))
        known = (*self.catalogue.loaded, *self.catalogue.broken)
        self.sources = _read_sources(settings_file, known)
        self._assemblies = Assemblies(self.catalogue)
        self._tables = {
            **metadata.tables,
            **{
                name: table
                for loaded in self.catalogue.loaded.values()
                if loaded.manifest.tables is not None
                for name, table in loaded.manifest.tables.tables.items()
            },
        }
        self._states = StateCache(self._assemblies, self.sources)

    def close(self) -> None:
        """Close the connections to the database; an Engine that was handed in stays the host's."""
        if self._owned:
            self.engine.dispose()

    def __enter__(self) -> Orderloom:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # ── set-up ─────────────────────────────────────────────────────────────────────────────

    def migrate(
        self,
        connection: Connection | None = None,
        progress: Progress | None = None,
        *,
        grant: str = "",
    ) -> list[Applied]:
        """Bring the database up to the code: the core's tables, then each module's.

        On PostgreSQL the owner of the tables does so, and lets in the role that runs orderloom:
        row-level security then shows it one tenant at a time, and later migrations need not name
        it again.

        Args:
            connection: a host's, to migrate inside its transaction.
            progress: called after each revision.
            grant: a role of PostgreSQL to let in.

        Raises:
            Refused: [store.newer_database], [store.old_server], [store.not_allowed],
                [store.unknown_role], [store.role_passes], [store.no_roles].
        """
        where = self.engine if connection is None else connection
        return migrate(where, self.migrations(), progress, schema=self.schema, grant=grant)

    def migrations(self) -> tuple[ModuleMigrations, ...]:
        """Where the modules' revisions are, in dependency order."""
        packages = {key: one.manifest.migrations for key, one in self.catalogue.loaded.items()}
        return tuple(
            ModuleMigrations(key, packages[key])
            for key in self._with_required(sorted(packages))
            if packages.get(key)
        )

    def create_tenant(
        self,
        key: str,
        *,
        modules: Iterable[str] = (),
        **fields: Any,
    ) -> Tenant:
        """Add a tenant and switch modules on for it, in one transaction.

        Args:
            key: lower case, unique.
            modules: keys, those they require included by themselves.
            fields: title (the key if not given), timezone ("UTC"), currency ("EUR"),
                language ("en").

        Raises:
            Refused: [tenant.exists] and everything wrong with the fields, all at once;
                [switch.fault] a module cannot be switched on.
            NotFound: there is no such module.
        """
        # Its own cache: should this fail, nobody else ever saw the revisions made here.
        states = StateCache(self._assemblies, self.sources)
        wanted = rows.tenant_of(attrs.evolve(Tenant(key=key, title=key), **fields))
        with writing(self.engine, wanted.key) as connection:
            tenant = rows.create(connection, wanted, self.clock())
            self._write_subject(connection, tenant)
            for module in self._with_required(modules):
                execution = self._execution(connection, key, SETUP, states)
                Desk(execution, self._assemblies, self.sources).admin.switch(module, ON)
            return states.open(connection, key).tenant

    def _write_subject(self, connection: Connection, tenant: Tenant) -> None:
        subject = tenant_subject(tenant, self.clock(), SETUP.id)
        event = Event(
            id=uuid7(subject.created_at),
            subject=subject.ref,
            seq=0,
            at=subject.created_at,
            actor=SETUP.id,
            name=PLACED,
            version=1,
            body=created_body(tenant),
            record=codec.to_plain(subject),
        )
        chained = events.chain(events.START, (event,), Execution.salt)
        row = NewRow(subject=subject, events=chained, stage="open")
        subjects.insert(connection, tenant.key, [row])

    def _with_required(self, modules: Iterable[str]) -> tuple[str, ...]:
        """The modules and all they require, each after what it requires."""
        found: list[str] = []

        def add(key: str) -> None:
            loaded = self.catalogue.loaded.get(key)
            for other in sorted(loaded.manifest.requires) if loaded else ():
                add(other)
            if key not in found:
                found.append(key)

        for key in modules:
            add(key)
        return tuple(found)

    def tenants(self) -> tuple[Tenant, ...]:
        """All tenants, by key."""
        with reading(self.engine) as connection:
            keys = rows.keys(connection)
            return tuple(filter(None, (self._entered(connection, key) for key in keys)))

    def _entered(self, connection: Connection, key: str) -> Tenant | None:
        enter(connection, key)
        return rows.load(connection, key)

    def actor(self, tenant: str, user: str) -> Actor:
        """A user of the directory as an actor, with the rights of this moment.

        Raises:
            NotFound: there is no such tenant, or no such user in it.
        """
        with self.reader(tenant, Actor(user)) as reader:
            connection = reader.reading.connection
            directory = TenantDirectory(connection, tenant, self.directory)
            found = directory.user(user)
            if found is None:
                known = [one.id for one in directory.users()]
                near = nearest(user, known, otherwise=", ".join(known[:5]))
                hint = f"To go on, name one there is: {near}." if near else ""
                raise NotFound("user", user, hint)
            return found.actor(reader.tenant.language)

    # ── doors ──────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def desk(self, tenant: str, actor: Actor) -> Iterator[Desk]:
        """Open a desk in a transaction of its own: commits on leaving, rolls back on any error.

        Raises:
            NotFound: there is no such tenant.
            Conflict: someone else holds what is needed; retryable (`run` does so).
        """
        _check_door(tenant, actor)
        with writing(self.engine, tenant, look=True) as connection:
            desk = self._desk(connection, tenant, actor)
            with shutting(desk):
                yield desk
                self._finish(desk)

    @contextmanager
    def join(self, host: Any, *, tenant: str, actor: Actor) -> Iterator[Desk]:
        """Open a desk inside a host's transaction, which the host alone commits or rolls back.

        Everything runs inside one SAVEPOINT: an error leaves the host's own rows as they were.
        Numbers and claimed rows are held until the host ends its transaction, so do the action
        that draws a number last. A `Conflict(retryable=True)` asks the host to retry its whole
        transaction.

        Args:
            host: a SQLAlchemy Session (flushed first) or Connection.

        Raises:
            Refused: [store.autocommit], [store.foreign_keys_off], [store.async_host].
        """
        _check_door(tenant, actor)
        with joined(host, tenant, schema=self.schema) as connection:
            desk = self._desk(connection, tenant, actor, hosted=True)
            with shutting(desk):
                yield desk
                self._finish(desk)
            if desk.tenant_changed:
                self._states.distrust(connection, tenant)

    @contextmanager
    def reader(self, tenant: str, actor: Actor) -> Iterator[Reader]:
        """Open a reader: one consistent view of the database; it cannot write.

        Raises:
            NotFound: there is no such tenant.
        """
        _check_door(tenant, actor)
        with reading(self.engine, tenant) as connection:
            reader = Reader(self._execution(connection, tenant, actor, self._states))
            with shutting(reader):
                yield reader

    def run(self, tenant: str, actor: Actor, work: Callable[[Desk], T]) -> T:
        """Call `work(desk)` in a transaction of its own, again if someone else was in the way.

        Args:
            tenant: key.
            actor: who.
            work: may be called several times; effects outside the database belong after `run`.

        Raises:
            Conflict: still in the way after the last attempt, or not worth retrying.
        """
        give_up = time.monotonic() + LONGEST_TRYING
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                with self.desk(tenant, actor) as desk:
                    return work(desk)
            except Conflict as conflict:
                last = attempt == MOST_ATTEMPTS or time.monotonic() > give_up
                if last or not conflict.retryable:
                    raise
                time.sleep(0.01 * 2**attempt * random.uniform(0.5, 1.5))  # not all at once again
        raise AssertionError("unreachable")

    def _desk(
        self, connection: Connection, tenant: str, actor: Actor, *, hosted: bool = False
    ) -> Desk:
        execution = self._execution(connection, tenant, actor, self._states)
        self._states.keep_declarations(connection, execution.state, hosted=hosted)
        return Desk(execution, self._assemblies, self.sources)

    def _finish(self, desk: Desk) -> None:
        """What has to hold before a desk's work may be committed."""
        desk.check_whole()
        do = desk.reading
        self._states.check_current(do.connection, do.state, desk.revision, do.held.revision)

    def _execution(
        self, connection: Connection, tenant: str, actor: Actor, states: StateCache
    ) -> Execution:
        return Execution(
            connection=connection,
            state=states.open(connection, tenant),
            actor=actor,
            now=self.clock(),
            directory=self.directory,
            tables=self._tables,
            clock=self.clock,
            files=self.files,
        )


def _check_door(tenant: object, actor: object) -> None:
    problems = []
    if not isinstance(tenant, str):
        text = "“{given}” is no tenant. To open a desk or reader, give the tenant's key, a text."
        problems.append(Problem("desk.tenant", text, "tenant", params={"given": shown(tenant)}))
    if not isinstance(actor, Actor):
        text = "“{given}” is no actor. To open a desk or reader, give an orderloom.Actor."
        problems.append(Problem("desk.actor", text, "actor", params={"given": shown(actor)}))
    if problems:
        raise Refused(problems)


def _read_sources(path: str | Path | None, modules: Iterable[str]) -> Sources:
    """The layers of settings an installation brings.

    Args:
        path: of the file, if there is one.
        modules: keys of all there are, of those too that cannot be loaded.

    Raises:
        Refused: [settings.file] it cannot be read, [settings.unknown_table],
            [settings.unknown_module], [settings.not_a_table].
    """
    if path is None:
        return Sources({}, os.environ)
    try:
        with Path(path).open("rb") as file:
            read = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        text = "The settings file {path} cannot be read: {reason}. To go on, mend or remove it."
        params = {"path": path, "reason": error}
        raise Refused([Problem("settings.file", text, params=params)]) from None
    if problems := file_problems(read, modules):
        raise Refused(problems)
    return Sources(read, os.environ)
