"""The tenant's own affairs: modules, settings, overlays; each change is an event of the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import attrs

from orderloom.decide import right_problems
from orderloom.desk import mapping
from orderloom.desk.execution import Execution
from orderloom.errors import Forbidden, NotFound, Problem, Refused
from orderloom.lifecycle import Overlay
from orderloom.modules import CLOSING, OFF, ON, Assemblies, Assembly
from orderloom.modules.contributions import Tenant
from orderloom.notify import Resting, resend
from orderloom.orders.events import CHANGED, Event
from orderloom.store.seals import seal
from orderloom.tenants import (
    CORE,
    MAP,
    PARK,
    CoreSettings,
    Remedy,
    Settings,
    Sources,
    StoredState,
    SwitchPlan,
    clear_settings,
    count_subjects,
    layered,
    layers_of,
    overlays,
    park,
    plan_switch,
    save_overlay,
    save_settings,
    set_state,
    states,
    stored_settings,
    tenant_ref,
    unpark,
    update,
)
from orderloom.tenants.subject import changed_body, module_body, overlay_body, settings_body
from orderloom.values import nearest

MANAGE = "tenant.manage"
AUDIT = "tenant.audit"
_CHANGEABLE = ("title", "timezone", "currency", "language")


class Administration:
    """What an admin changes about a tenant, in the desk's transaction.

    A change takes effect with the next desk: each reads the tenant's revision first.
    """

    def __init__(self, do: Execution, assemblies: Assemblies, sources: Sources) -> None:
        self._do, self._assemblies, self._sources = do, assemblies, sources
        self.used = False

    # ── the tenant itself ──────────────────────────────────────────────────────────────────

    def update(self, **fields: Any) -> Tenant:
        """Change title, timezone, currency or language.

        Raises:
            Refused: every field that is wrong.
            Forbidden: the actor may not manage the tenant.
        """
        self._allowed()
        before = self._do.tenant
        unknown = [name for name in fields if name not in _CHANGEABLE]
        if unknown:
            text = (
                "{names} of a tenant cannot be set. To change it, give: title, timezone, "
                "currency, language."
            )
            params = {"names": ", ".join(unknown)}
            raise Refused([Problem("tenant.field", text, unknown[0], params=params)])
        after = update(self._do.connection, attrs.evolve(before, **fields))
        self._tell(changed_body(before, after))
        return after

    # ── settings ───────────────────────────────────────────────────────────────────────────

    def settings(self, module: str) -> Settings[Any]:
        """The settings of a module (or of the core) with the layer each value comes from."""
        cls = self._settings_class(module)
        stored = stored_settings(self._do.connection, self._do.tenant.key)
        layers = layers_of(module, self._do.tenant.key, self._sources, stored.get(module, {}))
        return layered(cls, module, layers)

    def set(self, module: str, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Set settings of a module; answers what changed.

        Raises:
            Refused: every value that is wrong; nothing is written.
        """
        self._allowed()
        changes = save_settings(
            self._do.connection,
            self._do.tenant.key,
            module,
            self._settings_class(module),
            values,
        )
        if changes:
            self._tell(settings_body(module, changes))
        return changes

    def clear(self, module: str, *names: str) -> dict[str, list[Any]]:
        """Give settings back to the layers below; answers what changed."""
        self._allowed()
        self._settings_class(module)
        changes = clear_settings(self._do.connection, self._do.tenant.key, module, *names)
        if changes:
            self._tell(settings_body(module, changes))
        return changes

    def _settings_class(self, module: str) -> type[Any]:
        if module == CORE:
            return CoreSettings
        loaded = self._assemblies.catalogue.loaded
        if module not in loaded:
            near = nearest(module, [CORE, *loaded])
            raise NotFound("module", module, f"Did you mean {near}?" if near else "")
        cls = loaded[module].manifest.settings
        if cls is None:
            text = "Module {module} has no settings. To set something, name another module."
            raise Refused([Problem("settings.none", text, params={"module": module})])
        return cls

    # ── modules ────────────────────────────────────────────────────────────────────────────

    def plan(self, module: str, state: str) -> SwitchPlan:
        """What switching a module would mean: open subjects, dependants, documents, remedies.

        Args:
            module: its key.
            state: "on", "closing" or "off".

        Raises:
            NotFound: there is no such module.
            Refused: [module.bad_state].
        """
        return self._planned(module, state)[0]

    def switch(self, module: str, state: str, remedies: Iterable[Remedy] = ()) -> SwitchPlan:
        """Switch a module as planned; the next desk finds it so.

        Args:
            module: its key.
            state: "on", "closing" or "off".
            remedies: for each group of the plan: map it to another status, or park it (frozen
                and readable until the module is on again).

        Raises:
            Refused: [switch.required], [switch.requires], [switch.open_subjects],
                [switch.fault] the modules would not work together; names the guilty one.
        """
        self._allowed()
        plan, after = self._planned(module, state)
        chosen = tuple(remedies)
        if problems := plan.problems(chosen):
            raise Refused(problems)
        for remedy in chosen:
            if remedy.kind == MAP:
                self.map_status(remedy.type, remedy.status, remedy.target)
            elif remedy.kind == PARK:
                park(self._do.connection, self._key, remedy.type, [remedy.status])
        for (type, status), _ in plan.returning:
            unpark(self._do.connection, self._key, type, [status])
        row = StoredState(
            state,
            after.types.get(module, frozenset()),
            self._tables_of(module),
        )
        set_state(self._do.connection, self._key, module, row)
        self._tell(module_body(module, plan.from_state, state))
        return plan

    def _planned(self, module: str, state: str) -> tuple[SwitchPlan, Assembly]:
        if state not in (ON, CLOSING, OFF):
            text = "{state} is no state of a module. To switch it, use: on, closing, off."
            raise Refused([Problem("module.bad_state", text, "state", params={"state": state})])
        now = states(self._do.connection, self._key)
        if state != OFF or module not in now:
            self._assemblies.catalogue.find(module)
        own = overlays(self._do.connection, self._key)
        before = self._compiled({key: one.state for key, one in now.items()}, own)
        enabled = {key: one.state for key, one in now.items() if key != module}
        if state != OFF:
            enabled[module] = state
        after = self._compiled(enabled, own)
        requires = {
            key: one.manifest.requires for key, one in self._assemblies.catalogue.loaded.items()
        }
        plan = plan_switch(
            module,
            state,
            before=before,
            after=after,
            counts=count_subjects(self._do.connection, self._key),
            requires=requires,
        )
        return plan, after

    def _compiled(self, enabled: Mapping[str, str], own: Mapping[str, Overlay]) -> Assembly:
        types = {key: one.types for key, one in states(self._do.connection, self._key).items()}
        return self._assemblies.of(enabled, types, own)

    def _tables_of(self, module: str) -> tuple[str, ...]:
        loaded = self._assemblies.catalogue.loaded.get(module)
        tables = loaded.manifest.tables if loaded else None
        return () if tables is None else tuple(tables.tables)

    def map_status(self, type: str, old: str, new: str) -> int:
        """Move every subject of a type that is in status `old` to `new`; answers how many.

        For subjects whose status the lifecycle no longer has; each gets an event that says so.

        Raises:
            NotFound: there is no such type, or it has no status `new`.
        """
        self._allowed()
        merged = self._do.assembly.lifecycles.get(type)
        if merged is None:
            near = nearest(type, self._do.assembly.lifecycles)
            raise NotFound("type", type, f"Did you mean {near}?" if near else "")
        target = merged.lifecycle.status(new)
        return mapping.map_status(self._do, type, old, target, merged.lifecycle.digest)

    # ── overlays ───────────────────────────────────────────────────────────────────────────

    def overlay(self, lifecycle: str, overlay: Overlay) -> None:
        """Set the tenant's own statuses, labels and next-statuses of one lifecycle.

        Raises:
            Refused: the lifecycle would not hold together; names the edge.
        """
        self._allowed()
        if lifecycle not in self._do.assembly.lifecycles:
            near = nearest(lifecycle, self._do.assembly.lifecycles)
            raise NotFound("lifecycle", lifecycle, f"Did you mean {near}?" if near else "")
        key = self._do.tenant.key
        now = states(self._do.connection, key)
        own = overlays(self._do.connection, key)
        enabled = {module: one.state for module, one in now.items()}
        after = self._compiled(enabled, {**own, lifecycle: overlay})
        faults = [fault for fault in after.faults if fault.module == "tenant"]
        if faults:
            text = "{fault} To set it, mend the overlay."
            raise Refused(
                Problem("overlay.unsound", text, params={"fault": fault.reason}) for fault in faults
            )
        save_overlay(self._do.connection, key, lifecycle, overlay)
        self._tell(overlay_body(lifecycle, own.get(lifecycle), overlay))

    # ── deliveries and seals ───────────────────────────────────────────────────────────────

    def resend(self, which: Iterable[UUID] | Resting) -> int:
        """Owe deliveries again that are dead or done; answers how many.

        Args:
            which: ids, or all that fit a description.
        """
        self._allowed()
        count = resend(self._do.connection, self._key, which, self._do.now)
        if count:
            self._tell({"what": "deliveries", "changed": {"owed_again": [0, count]}})
        return count

    def seal(self) -> int:
        """Seal the events that are not sealed yet; answers how many. Workers do so too."""
        self._allowed()
        return seal(self._do.connection, self._key, self._do.now)

    # ── common ─────────────────────────────────────────────────────────────────────────────

    @property
    def _key(self) -> str:
        return self._do.tenant.key

    def changed(self, what: str, body: dict[str, Any]) -> None:
        """A change of the directory, as an event of the tenant."""
        self._allowed()
        self._tell({"what": what, **body})

    def _tell(self, body: dict[str, Any]) -> Event:
        self.used = True
        return self._do.append(tenant_ref(self._key), CHANGED, body)

    def _allowed(self) -> None:
        if problems := tuple(right_problems(MANAGE, None, self._do.assembly, self._do)):
            raise Forbidden(problems)
