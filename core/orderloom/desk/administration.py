"""The tenant's own affairs: modules, settings, overlays; each change is an event of the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import attrs

from orderloom.decide import right_problems
from orderloom.desk import mapping
from orderloom.desk.execution import Execution
from orderloom.desk.states import layout_for, newer_modules
from orderloom.errors import Conflict, Forbidden, NotFound, Problem, Refused
from orderloom.lifecycle import Overlay
from orderloom.modules import CLOSING, OFF, ON, Assemblies, Assembly
from orderloom.modules.contributions import Tenant
from orderloom.notify import Resting, resend
from orderloom.orders.events import CHANGED, Event
from orderloom.store.seals import seal
from orderloom.tenants import (
    CHANGEABLE,
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
    lock,
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


class Administration:
    """What an admin changes about a tenant, in the desk's transaction.

    A change takes effect with the next desk: each reads the tenant's revision first. Changes of
    one tenant follow each other: what one is decided on, nobody else changes before it is done.

    Attributes:
        used: whether the tenant was, or may have been, changed here.
        revision: of the tenant, as far as this transaction knows.
    """

    def __init__(self, do: Execution, assemblies: Assemblies, sources: Sources) -> None:
        self._do, self._assemblies, self._sources = do, assemblies, sources
        self.used = False
        self.revision = do.tenant.revision

    # ── the tenant itself ──────────────────────────────────────────────────────────────────

    def update(self, **fields: Any) -> Tenant:
        """Change title, timezone, currency or language.

        Raises:
            Refused: every field that is wrong.
            Forbidden: the actor may not manage the tenant.
        """
        self.check_allowed()
        before = self._do.tenant
        unknown = [name for name in fields if name not in CHANGEABLE]
        if unknown:
            text = "{names} of a tenant cannot be set. To change it, give: {known}."
            params = {"names": ", ".join(unknown), "known": ", ".join(CHANGEABLE)}
            raise Refused([Problem("tenant.field", text, unknown[0], params=params)])
        with self.changing():
            after = update(self._do.connection, attrs.evolve(before, **fields))
            self._tell(changed_body(before, after))
        return after

    # ── settings ───────────────────────────────────────────────────────────────────────────

    def settings(self, module: str) -> Settings[Any]:
        """The settings of a module (or of the core) with the layer each value comes from.

        Raises:
            Forbidden: the actor may not manage the tenant.
            Refused: what is wrong in any layer.
        """
        self.check_allowed()
        cls = self._settings_class(module)
        stored = stored_settings(self._do.connection, self._do.tenant.key)
        layers = layers_of(module, self._do.tenant.key, self._sources, stored.get(module, {}))
        return layered(cls, module, layers)

    def set(self, module: str, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Set settings of a module; answers what changed.

        Raises:
            Refused: every value that is wrong; nothing is written.
        """
        with self.changing():
            cls = self._settings_class(module)
            changes = save_settings(self._do.connection, self._key, module, cls, values)
            if module == CORE:
                self._check_layout(changes)
            if changes:
                self._tell(settings_body(module, changes))
        return changes

    def _check_layout(self, names: Iterable[str]) -> None:
        """Refuse settings, among those just set, that no document could be made with."""
        set_now = {f"{CORE}.{name}" for name in names if name.startswith("document_")}
        try:
            if set_now:
                layout_for(self.settings(CORE).value, self._do.tenant)
        except Refused as refusal:
            guilty = [one for one in refusal.problems if one.field.partition("[")[0] in set_now]
            if guilty:
                raise Refused(guilty) from None

    def clear(self, module: str, *names: str) -> dict[str, list[Any]]:
        """Give settings back to the layers below; answers what changed."""
        with self.changing():
            self._settings_class(module)
            changes = clear_settings(self._do.connection, self._key, module, *names)
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
            Forbidden: the actor may not manage the tenant.
            NotFound: there is no such module.
            Refused: [module.bad_state].
        """
        self.check_allowed()
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
        with self.changing(close=True):
            plan, after = self._planned(module, state)
            chosen = tuple(remedies)
            if problems := plan.problems(chosen):
                raise Refused(problems)
            self._remedy(plan, chosen)
            types = after.types.get(module, frozenset())
            row = StoredState(state, types, self._tables_of(module))
            set_state(self._do.connection, self._key, module, row)
            self._tell(module_body(module, plan.from_state, state))
        return plan

    def _remedy(self, plan: SwitchPlan, chosen: Iterable[Remedy]) -> None:
        """Do with the groups of a plan what was chosen, and let return what can."""
        for remedy in chosen:
            if remedy.kind == MAP:
                self._map(remedy.type, remedy.status, remedy.target)
            elif remedy.kind == PARK:
                park(self._do.connection, self._key, remedy.type, [remedy.status])
        for (type, status), _ in plan.returning:
            unpark(self._do.connection, self._key, type, [status])

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
        newer = newer_modules(self._do.connection, self._assemblies.catalogue)
        return self._assemblies.of(enabled, types, own, newer)

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
        with self.changing(close=True):
            return self._map(type, old, new)

    def _map(self, type: str, old: str, new: str) -> int:
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
        with self.changing(close=True):
            if lifecycle not in self._do.assembly.lifecycles:
                near = nearest(lifecycle, self._do.assembly.lifecycles)
                raise NotFound("lifecycle", lifecycle, f"Did you mean {near}?" if near else "")
            own = overlays(self._do.connection, self._key)
            self._prove({**own, lifecycle: overlay})
            save_overlay(self._do.connection, self._key, lifecycle, overlay)
            self._tell(overlay_body(lifecycle, own.get(lifecycle), overlay))

    def _prove(self, own: Mapping[str, Overlay]) -> None:
        now = states(self._do.connection, self._key)
        after = self._compiled({module: one.state for module, one in now.items()}, own)
        faults = [fault for fault in after.faults if fault.module == "tenant"]
        if faults:
            text = "{fault} To set it, mend the overlay."
            raise Refused(
                Problem("overlay.unsound", text, params={"fault": fault.reason}) for fault in faults
            )

    # ── deliveries and seals ───────────────────────────────────────────────────────────────

    def resend(self, which: Iterable[UUID | str] | UUID | str | Resting) -> int:
        """Owe deliveries again that are dead or done; answers how many.

        Args:
            which: ids, one id, or all that fit a description.

        Raises:
            Refused: [input.unfit], [id.malformed] it is none of these.
            Forbidden: the actor may not manage the tenant.
        """
        self.check_allowed()
        count = resend(self._do.connection, self._key, which, self._do.now)
        if count:
            self._tell({"what": "deliveries", "changed": {"owed_again": [0, count]}})
        return count

    def seal(self) -> int:
        """Seal the events that are not sealed yet; answers how many. Workers do so too."""
        self.check_allowed()
        return seal(self._do.connection, self._key, self._do.now)

    # ── common ─────────────────────────────────────────────────────────────────────────────

    @property
    def _key(self) -> str:
        return self._do.tenant.key

    def changed(self, what: str, body: dict[str, Any]) -> None:
        """A change of the directory, as an event of the tenant.

        Of users the directory said itself whether the actor may: one need not manage the tenant.
        """
        if what != "user":
            self.check_allowed()
        self._tell({"what": what, **body})

    @contextmanager
    def changing(self, *, close: bool = False) -> Iterator[None]:
        """Only who may, and one after the other: inside, nobody else changes the tenant.

        Args:
            close: nobody commits work on its subjects either: the change is decided on them.

        Raises:
            Conflict: somebody changed it since this desk was opened; retryable.
        """
        self.check_allowed()
        if lock(self._do.connection, self._key, close=close) != self.revision:
            text = "Someone else changed the tenant at this moment. To go on, try again."
            raise Conflict(text, retryable=True)
        self.used = True
        yield
        self.revision = lock(self._do.connection, self._key)

    def _tell(self, body: dict[str, Any]) -> Event:
        return self._do.append(tenant_ref(self._key), CHANGED, body)

    def check_allowed(self) -> None:
        """Make sure that the actor may manage the tenant.

        Raises:
            Forbidden: he may not.
        """
        if problems := tuple(right_problems(MANAGE, None, self._do.assembly, self._do)):
            raise Forbidden(problems)
