"""A bench to try modules on: a database, a tenant, somebody in charge, and fakes for the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from orderloom.desk import ActionView, Desk, Reader
from orderloom.directory import Directory, StandaloneDirectory, User
from orderloom.loom import Orderloom
from orderloom.modules import Catalogue
from orderloom.orders.attachments import Upload
from orderloom.orders.commands import Edit, NewOrder, NewSubject
from orderloom.orders.events import Event
from orderloom.testing import builders
from orderloom.testing.clock import FakeClock
from orderloom.testing.databases import TEMPLATES, fast_engine, migrated
from orderloom.testing.mailbox import Mailbox
from orderloom.testing.webhooks import WebhookSink
from orderloom.values import Actor, Grant
from orderloom.worker import Done, Worker

TENANT = "acme"


@attrs.define(slots=False, eq=False, kw_only=True)
class Bench:
    """A loom over a SQLite database of its own, and a tenant with every module switched on.

    Its directory knows the parties `vendor` and `buyer`, the project `summer`, the product `chair`
    and the user `ann`, who may do everything.

    Attributes:
        loom: the order system.
        folder: where its database and its mails are.
        clock: stands still until it is moved.
        tenant: key of the tenant commands run in.
        actor: who gives them unless somebody else is named.
    """

    loom: Orderloom
    folder: Path
    clock: FakeClock
    tenant: str = TENANT
    actor: Actor = attrs.field(factory=builders.an_actor)

    @property
    def mail(self) -> Mailbox:
        """What `work` has mailed."""
        return Mailbox(self.folder / "mail")

    @cached_property
    def webhooks(self) -> WebhookSink:
        """An HTTP server for hooks that talk to one; it listens from its first use on."""
        return WebhookSink().start()

    # ── doors ──────────────────────────────────────────────────────────────────────────────

    def desk(self, actor: Actor | None = None) -> AbstractContextManager[Desk]:
        """A desk of one transaction."""
        return self.loom.desk(self.tenant, actor or self.actor)

    def reader(self, actor: Actor | None = None) -> AbstractContextManager[Reader]:
        """A reader of one transaction."""
        return self.loom.reader(self.tenant, actor or self.actor)

    def place(self, new: NewOrder | NewSubject | str, *, by: Actor | None = None) -> Any:
        """Place an order or subject; the key of an order type stands for `an_order` of it."""
        with self.desk(by) as desk:
            return desk.place(builders.an_order(new) if isinstance(new, str) else new)

    def edit(self, subject: Any, *edits: Edit, by: Actor | None = None) -> Any:
        """Edit a subject, whatever its version is now."""
        with self.desk(by) as desk:
            return desk.edit(subject.ref, edits)

    def perform(
        self,
        subject: Any,
        action: str,
        options: object = None,
        *,
        files: Iterable[Upload] = (),
        by: Actor | None = None,
    ) -> Any:
        """Perform an action on a subject, whatever its version is now."""
        with self.desk(by) as desk:
            return desk.perform(subject.ref, action, options, files=files)

    def get(self, subject: Any) -> Any:
        """A subject as it is now."""
        with self.reader() as reader:
            return reader.get(subject.ref)

    def explain(self, subject: Any, *, by: Actor | None = None) -> dict[str, ActionView]:
        """What may be done with a subject now, and why not, by name of the action."""
        with self.reader(by) as reader:
            return {view.action.name: view for view in reader.explain(subject.ref)}

    def history(self, subject: Any) -> tuple[Event, ...]:
        """The events of a subject, oldest first."""
        with self.reader() as reader:
            return reader.history(subject.ref)

    def set(self, module: str, **settings: Any) -> None:
        """Set settings of a module for the tenant."""
        with self.desk() as desk:
            desk.admin.set(module, settings)

    def work(self) -> list[Done]:
        """Let a worker do all that is due by the clock: mails, hooks, timers."""
        return Worker(self.loom, name="bench").once()

    # ── further tenants ────────────────────────────────────────────────────────────────────

    def add_tenant(
        self, key: str, *, modules: Iterable[str] | None = None, name: str = "Sample"
    ) -> Bench:
        """Another tenant in the same database, as a bench of its own.

        Args:
            key: of the tenant.
            modules: to switch on; all there are if not given.
            name: first word of the names of its parties, project and product.
        """
        on = self.loom.catalogue.loaded if modules is None else modules
        self.loom.create_tenant(key, title=f"{name} Tenant", modules=on)
        made = attrs.evolve(self, tenant=key)
        with made.desk() as desk:
            if isinstance(self.loom.directory, StandaloneDirectory):
                _fill(desk, name)
        return made


@contextmanager
def open_bench(
    modules: Iterable[object] | None = None,
    *,
    tenants: Sequence[str] = (TENANT,),
    directory: Directory | None = None,
) -> Iterator[Bench]:
    """Set up a bench, gone when the `with` statement ends.

    Args:
        modules: what it knows, all of it switched on; the installed modules if not given.
        tenants: keys of its tenants; commands run in the first one.
        directory: a host's own; the stand-alone tables, filled, if not given.
    """
    plugins = tuple(_installed() if modules is None else modules)

    def build(path: Path) -> None:
        with _bench(path, plugins, tenants[0], directory) as bench:
            known = bench.loom.catalogue.loaded.values()
            tables = [one.manifest.tables for one in known]
            migrated(path, bench.loom.migrations(), tables)
            for tenant in tenants:
                bench.add_tenant(tenant)

    with TemporaryDirectory(prefix="orderloom-bench-") as folder:
        path = Path(folder) / "orders.db"
        key = (*map(id, (*plugins, directory)), *tenants)
        TEMPLATES.copy(key, build, path, held=(plugins, directory))
        with _bench(path, plugins, tenants[0], directory) as bench:
            yield bench


def _installed() -> Iterator[object]:
    return (loaded.plugin for loaded in Catalogue.discover().loaded.values())


@contextmanager
def _bench(
    path: Path, plugins: Sequence[object], tenant: str, directory: Directory | None
) -> Iterator[Bench]:
    """A bench over the database at a path."""
    engine, clock = fast_engine(path), FakeClock()
    file = path.with_suffix(".toml")
    file.write_text(f"[settings.core]\nmail_folder = '{path.parent / 'mail'}'\n", "utf-8")
    loom = Orderloom(engine, modules=plugins, directory=directory, clock=clock, settings_file=file)
    bench = Bench(loom=loom, folder=path.parent, clock=clock, tenant=tenant)
    try:
        yield bench
    finally:
        if "webhooks" in bench.__dict__:
            bench.webhooks.stop()
        engine.dispose()


def _fill(desk: Desk, name: str) -> None:
    directory = desk.directory
    for party in (builders.VENDOR, builders.BUYER):
        directory.save_party(builders.a_party(party, name=f"{name} {party.title()}"))
    directory.save_project(builders.a_project(title=f"{name} {builders.PROJECT}"))
    directory.save_product(builders.a_product(name=f"{name} {builders.PRODUCT}"))
    user = User(id="ann", name="Ann", email="ann@house.example", grants=[Grant("admin")])
    directory.save_user(user)
