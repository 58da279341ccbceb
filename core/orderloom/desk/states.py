"""Tenants as of their newest revision, compiled once per process and revision."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy.engine import Connection

from orderloom.desk.context import TenantState
from orderloom.documents import Layout, layout_of
from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules import Assemblies
from orderloom.modules.contributions import Tenant
from orderloom.orders import codec
from orderloom.store import lifecycles, versions
from orderloom.store.migrate import ModuleMigrations
from orderloom.tenants import (
    CORE,
    CoreSettings,
    Sources,
    layered,
    layers_of,
    list_all,
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
        self._distrusted: set[tuple[str, int]] = set()
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
            known = [one.key for one in list_all(connection)]
            near = nearest(key, known, otherwise=", ".join(known[:5]))
            raise NotFound("tenant", key, f"To go on, name one there is: {near}." if near else "")
        with self._lock:
            state = self._known.get(key)
        if state is not None and state.tenant == tenant:
            return state
        state = self._compiled(connection, tenant)
        with self._lock:
            if (key, tenant.revision) not in self._distrusted:
                self._known[key] = state
        return state

    def distrust(self, connection: Connection, key: str) -> None:
        """Never keep the present revision: a host's transaction made it and may roll it back."""
        tenant = load(connection, key)
        with self._lock:
            self._distrusted.add((key, tenant.revision if tenant else 0))

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
        self._assemblies.newer = self._newer(connection)
        stored = states(connection, tenant.key)
        assembly = self._assemblies.of(
            {module: one.state for module, one in stored.items()},
            {module: one.types for module, one in stored.items()},
            overlays(connection, tenant.key),
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
            layout=lambda: _layout(settings.cached(CoreSettings), tenant),
        )

    def _newer(self, connection: Connection) -> dict[str, str]:
        """The modules whose tables a newer version of them wrote, with the revision."""
        packages = {
            key: loaded.manifest.migrations
            for key, loaded in self._assemblies.catalogue.loaded.items()
        }
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


def _layout(settings: CoreSettings, tenant: Tenant) -> Layout:
    """How the tenant's documents look."""
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
    return layout_of(raw)


def _logo(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        text = "The logo {path} cannot be read ({reason}). To use it, name a readable file."
        params = {"path": path, "reason": error.strerror or "error"}
        raise Refused(
            [Problem("settings.logo", text, "core.document_logo", params=params)]
        ) from None
