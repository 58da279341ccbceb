"""Tenants as of their newest revision, compiled once per process and revision."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakSet

import attrs
from sqlalchemy.engine import Connection, Transaction

from orderloom.approvals.policies import in_force
from orderloom.desk.context import TenantState
from orderloom.documents import Layout, layout_of
from orderloom.errors import Conflict, NotFound, Problem, Refused
from orderloom.modules import Assemblies, Catalogue
from orderloom.modules.contributions import Tenant
from orderloom.notify.templates import load_templates
from orderloom.notify.webhooks.rows import listening
from orderloom.orders import codec
from orderloom.store import lifecycles, versions
from orderloom.store.migrate import ModuleMigrations
from orderloom.tenants import (
    CORE,
    CoreSettings,
    Sources,
    hold,
    keys,
    layered,
    layers_of,
    load,
    overlays,
    states,
    stored_settings,
)
from orderloom.values import nearest


class StateCache:
    """Hands out tenant states; safe to share between threads."""

    def __init__(self, assemblies: Assemblies, sources: Sources) -> None:
        self._assemblies, self._sources = assemblies, sources
        self._known: dict[str, TenantState] = {}
        self._distrusted: WeakSet[Transaction] = WeakSet()
        self._kept: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def open(self, connection: Connection, key: str) -> TenantState:
        """The tenant as it is now; its revision is read by the first statement of every desk.

        Raises:
            NotFound: there is no such tenant.
            Refused: [store.newer_database] newer code wrote it.
        """
        tenant = load(connection, key)
        if tenant is None:
            known = keys(connection)
            near = nearest(key, known, otherwise=", ".join(known[:5]))
            raise NotFound("tenant", key, f"To go on, name one there is: {near}." if near else "")
        with self._lock:
            state = self._known.get(key)
        if state is not None and state.tenant == tenant:
            return state
        state = self._compiled(connection, tenant)
        with self._lock:
            if connection.get_transaction() not in self._distrusted:
                self._known[key] = state
        return state

    def distrust(self, connection: Connection, key: str) -> None:
        """Keep nothing this transaction sees: it changed the tenant, and its host may roll back.

        Any other transaction that sees the same revision shows that it was committed.
        """
        transaction = connection.get_transaction()
        with self._lock:
            self._known.pop(key, None)
            if transaction is not None:
                self._distrusted.add(transaction)

    def check_current(
        self, connection: Connection, state: TenantState, revision: int, held: int | None = None
    ) -> None:
        """Make sure that a desk commits under the modules and overlays it was opened under.

        Settings may have moved: what it did might as well have been done just before. But who
        switches a module has counted the open subjects, and may not be given more of them.

        Args:
            connection: of the desk, which has nothing left to do but to commit.
            state: what the desk ran on.
            revision: of the tenant as the desk knows it, its own changes included.
            held: its revision when the desk began to hold it, None if it does not yet.

        Raises:
            Conflict: they are others now, or are being changed at this moment; retryable.
        """
        if held == state.tenant.revision:
            return  # it was current then, and nobody could switch a module since
        key = state.tenant.key
        if hold(connection, key) in (None, revision):
            return
        if self.open(connection, key).assembly is not state.assembly:
            text = "Modules were switched at this moment; nothing was written. To go on, try again."
            raise Conflict(text, retryable=True)

    def keep_declarations(
        self, connection: Connection, state: TenantState, *, hosted: bool = False
    ) -> None:
        """Store the lifecycles commands will run on by their digest, for later reading.

        Args:
            connection: of the command.
            state: what the command runs on.
            hosted: in a host's transaction, where what is seen may still be rolled back.
        """
        for merged in state.assembly.lifecycles.values():
            mark = (state.tenant.key, merged.lifecycle.digest)
            if mark in self._kept:
                continue
            text = codec.dumps(merged.lifecycle.to_dict())
            known = lifecycles.read(connection, state.tenant.key, merged.lifecycle.digest)
            if known is None:
                name = merged.lifecycle.name
                lifecycles.keep(connection, state.tenant.key, mark[1], name, text)
            elif not hosted:  # by a later transaction, so the one that wrote it has committed
                self._kept.add(mark)

    def _compiled(self, connection: Connection, tenant: Tenant) -> TenantState:
        versions.check_not_newer(connection)
        stored = states(connection, tenant.key)
        assembly = self._assemblies.of(
            {module: one.state for module, one in stored.items()},
            {module: one.types for module, one in stored.items()},
            overlays(connection, tenant.key),
            newer_modules(connection, self._assemblies.catalogue),
        )
        settings = _SettingsOf(
            tenant=tenant.key,
            modules=self._assemblies,
            sources=self._sources,
            stored=stored_settings(connection, tenant.key),
        )
        return TenantState(
            tenant=tenant,
            assembly=assembly,
            settings=settings.cached,
            policy=in_force(connection, tenant.key),
            layout=lambda: layout_for(settings.cached(CoreSettings), tenant),
            webhooks=listening(connection, tenant.key),
            templates=load_templates(connection, tenant.key),
        )


def newer_modules(connection: Connection, catalogue: Catalogue) -> Mapping[str, str]:
    """The modules whose tables a newer version of them wrote, with the revision."""
    packages = {key: loaded.manifest.migrations for key, loaded in catalogue.loaded.items()}
    found = {
        key: versions.unknown_revision(connection, ModuleMigrations(key, package))
        for key, package in packages.items()
        if package
    }
    return {key: revision for key, revision in found.items() if revision}


@attrs.frozen(kw_only=True)
class _SettingsOf:
    """The settings of one tenant at one revision."""

    tenant: str
    modules: Assemblies
    sources: Sources
    stored: dict[str, dict[str, Any]]

    _known: dict[type[Any], Any] = attrs.field(factory=dict, init=False)

    def cached(self, cls: type[Any]) -> Any:
        """The settings record of a class, read once."""
        if cls not in self._known:
            self._known[cls] = self.of(cls)
        return self._known[cls]

    def of(self, cls: type[Any]) -> Any:
        """The settings record of a class, all layers applied."""
        module = self._module(cls)
        layers = layers_of(module, self.tenant, self.sources, self.stored.get(module, {}))
        return layered(cls, module, layers).value

    def _module(self, cls: type[Any]) -> str:
        if cls is CoreSettings:
            return CORE
        for key, loaded in self.modules.catalogue.loaded.items():
            if loaded.manifest.settings is cls:
                return key
        raise TypeError(f"{cls.__name__} is not the settings class of a module")


def layout_for(settings: CoreSettings, tenant: Tenant) -> Layout:
    """How the tenant's documents look.

    Raises:
        Refused: what is wrong, each problem at the setting it comes from.
    """
    raw: dict[str, Any] = {
        "paper": settings.document_paper,
        "footer": settings.document_footer,
        "terms": settings.document_terms,
        "accent": settings.document_accent,
        "sender": settings.document_sender or (tenant.title,),
    }
    if settings.document_fonts:
        raw["fonts"] = settings.document_fonts
    if settings.document_logo:
        raw["logo"] = _logo(settings.document_logo)
    try:
        return layout_of(raw)
    except Refused as refusal:
        raise Refused(
            attrs.evolve(problem, field=f"{CORE}.document_{problem.field}")
            for problem in refusal.problems
        ) from None


def _logo(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        text = "The logo {path} cannot be read ({reason}). To use it, name a readable file."
        params = {"path": path, "reason": error.strerror or "error"}
        raise Refused(
            [Problem("settings.logo", text, "core.document_logo", params=params)]
        ) from None
