"""What one tenant's modules contribute, compiled once and shared by all that have the same."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from orderloom.errors import ModuleFault
from orderloom.lifecycle import Engine, Merged
from orderloom.modules.contributions import (
    CommandGroup,
    Demo,
    DocumentType,
    Field,
    Guarded,
    Importer,
    Limit,
    Notification,
    OrderType,
    Permission,
    Role,
    SubjectType,
)
from orderloom.modules.dispatch import Dispatcher

ON = "on"
CLOSING = "closing"
FAULTED = "faulted"
OFF = "off"

ADMIN = Role(key="admin", title="Admin", permissions={"*"})
"""The core's own role: everything, wherever it is granted."""


@attrs.frozen
class ModuleState:
    """How a module stands in one tenant.

    Attributes:
        state: ON; CLOSING: no new orders of its types, everything else runs; FAULTED: commands on
            its types are refused; OFF.
        reason: why it is faulted, or why it could not be switched on.
        version: of the distribution it came from.
    """

    state: str
    reason: str = ""
    version: str = ""


@attrs.frozen(kw_only=True, eq=False)
class Assembly:
    """What one set of enabled modules adds up to; immutable, safe to share between threads.

    Attributes:
        order_types, subject_types: by key.
        lifecycles: merged, by type.
        engines: by type; a type whose lifecycle a tenant's overlay breaks has none and is blocked.
        documents, notifications, permissions, commands, demos, importers: by key (commands by
            name), in module order.
        fields, limits: by type, in module order.
        departments: type -> the field that says which department a subject belongs to.
        roles: of the manifests, and the core's own `admin`.
        dispatcher: runs the hooks of these modules and of no other.
        order: the keys of the modules that run, in module order.
        locales: module -> import name of its folder of translations, "" for none.
        owners: type -> module that registered it.
        types: module -> types it owns or touches; what is stored when a module is switched on.
        states: module -> how it stands, for every module of the catalogue or of the tenant.
        faults: of the faulted modules, and of overlays under the name "tenant".
        blocks: type -> the fault that stops commands on it.
        guards: type -> what only some may see of its orders; of types that guard something.
    """

    order_types: Mapping[str, OrderType]
    subject_types: Mapping[str, SubjectType]
    lifecycles: Mapping[str, Merged]
    engines: Mapping[str, Engine]
    documents: Mapping[str, DocumentType]
    notifications: Mapping[str, Notification]
    fields: Mapping[str, tuple[Field, ...]]
    limits: Mapping[str, tuple[Limit, ...]]
    departments: Mapping[str, Field]
    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]
    commands: Mapping[str, CommandGroup]
    demos: Mapping[str, Demo]
    importers: Mapping[str, Importer]
    dispatcher: Dispatcher
    order: tuple[str, ...]
    locales: Mapping[str, str]
    owners: Mapping[str, str]
    types: Mapping[str, frozenset[str]]
    states: Mapping[str, ModuleState]
    faults: tuple[ModuleFault, ...]
    blocks: Mapping[str, ModuleFault]
    guards: Mapping[str, tuple[Guarded, ...]] = attrs.field(init=False)

    @guards.default
    def _guards_of_types(self) -> dict[str, tuple[Guarded, ...]]:
        return {key: type.guards for key, type in self.order_types.items() if type.guards}

    def of_kind(self, kind: str) -> Mapping[str, OrderType | SubjectType]:
        """The types of one kind: "order" for those of orders, or as `OrderType.kind` says."""
        found: dict[str, OrderType | SubjectType] = {
            key: type for key, type in self.order_types.items() if type.kind == kind
        }
        if kind in self.subject_types:
            found[kind] = self.subject_types[kind]
        return found

    def blocked(self, type: str) -> ModuleFault | None:
        """Why no command on subjects of this type may run; None if it may.

        A module that cannot take part in deciding might have refused: so the answer is no (fail
        closed). Reading goes on.
        """
        return self.blocks.get(type)

    def closing(self, type: str) -> bool:
        """Whether the module that owns this type takes no new subjects."""
        owner = self.owners.get(type)
        return owner is not None and self.states[owner].state == CLOSING
