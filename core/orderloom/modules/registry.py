"""What modules register, collected and checked: unique keys, known types, hooks that can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.errors import ModuleFault
from orderloom.modules.dispatch import Dispatcher
from orderloom.modules.hooks import HOOKS
from orderloom.modules.loading import Loaded
from orderloom.orders.subject import TENANT
from orderloom.values import nearest


class Registry:
    """The contributions of some modules; each check blames the guilty one by a `ModuleFault`.

    Args:
        dispatcher: runs their `register_*` hooks.
        modules: in module order.
        types: module -> types it owns or touches; `types_of` adds what is registered.
    """

    def __init__(
        self, dispatcher: Dispatcher, modules: Sequence[Loaded], types: dict[str, set[str]]
    ) -> None:
        self.dispatcher = dispatcher
        self.modules = {loaded.key: loaded for loaded in modules}
        self.types = types
        self.owners: dict[str, str] = {}

    def fault(self, module: str, hook: str, reason: str) -> ModuleFault:
        """The fault that blames one of the modules."""
        return ModuleFault(module, hook, self.modules[module].version, reason)

    def registered(self, hook: str, owners: dict[str, str] | None = None) -> dict[str, Any]:
        """The records of a `register_*` hook by key, in module order.

        Args:
            hook: its name.
            owners: key -> module of those registered before; filled.

        Raises:
            ModuleFault: a module failed, or registers a key that is taken.
        """
        owners = {} if owners is None else owners
        found: dict[str, Any] = {}
        for module, record in self.dispatcher.collect(hook):
            key = record.name if hook == "register_commands" else record.key
            self.claim(key, module, hook, owners)
            found[key] = record
        return found

    def claim(self, key: str, module: str, hook: str, owners: dict[str, str]) -> None:
        """Note who owns a key.

        Raises:
            ModuleFault: it is taken; blames `module` and names both.
        """
        if key in owners:
            raise self.fault(
                module,
                hook,
                f"{key} of module {module} is registered by module {owners[key]} already. To use "
                "both, give it another key.",
            )
        owners[key] = module

    def types_of(self, hook: str) -> dict[str, Any]:
        """The order types or subjects the modules own.

        Raises:
            ModuleFault: as `registered`, or a lifecycle is not named like its type.
        """
        found = self.registered(hook, self.owners)
        for key, record in found.items():
            owner = self.owners[key]
            self.types[owner].add(key)
            if record.lifecycle.name != key:
                raise self.fault(
                    owner,
                    hook,
                    f"The lifecycle of {key} is named {record.lifecycle.name}. To register the "
                    "type, name both alike.",
                )
        return found

    def typed(self, hook: str) -> dict[str, Any]:
        """The records of a hook that are each for one type, by key.

        Raises:
            ModuleFault: as `registered`, or a record is for a type that is not the module's.
        """
        owners: dict[str, str] = {}
        found = self.registered(hook, owners)
        for key, record in found.items():
            if record.type not in self.types[owners[key]]:
                raise self.fault(
                    owners[key],
                    hook,
                    f"{key} is for {record.type}, which the module neither owns nor touches. To "
                    f"register it, name {record.type} in touches= of the manifest.",
                )
        return found

    def departments(
        self, types: Mapping[str, Any], fields: Mapping[str, Sequence[Any]]
    ) -> dict[str, Any]:
        """The field that says the department of a subject, by type, where there is one.

        Raises:
            ModuleFault: a type names a field that it does not have or that is not indexed, so
                that lists could not be confined by it.
        """
        found = {}
        for key, type in types.items():
            if not type.department:
                continue
            named = [one for one in fields.get(key, ()) if one.key == type.department]
            if not named or not named[0].indexed:
                raise self.fault(
                    self.owners[key],
                    "register_fields",
                    f"{key} says its department is the field {type.department}, which is no "
                    "indexed field of it. To let grants in departments hold, register it so.",
                )
            found[key] = named[0]
        return found

    def check_kinds(self, order_types: Mapping[str, Any], subject_types: Mapping[str, Any]) -> None:
        """Make sure that a kind is either of subjects with lines and money or of those without.

        Raises:
            ModuleFault: of the module that calls its orders by the name of other subjects.
        """
        for key, type in order_types.items():
            if type.kind == TENANT or type.kind in subject_types:
                reason = (
                    f"The kind of {key} is {type.kind}, which other subjects are called. To "
                    "register it, give it another kind."
                )
                raise self.fault(self.owners[key], "register_order_types", reason)

    def check_reach(self) -> None:
        """Make sure that no hook is silently never called.

        Raises:
            ModuleFault: a module touches a type that its owner does not have, or implements hooks
                about subjects without owning or touching any type.
        """
        for key, loaded in self.modules.items():
            for type in sorted(loaded.manifest.touches - self.owners.keys()):
                self._check_touched(key, type)
            if not self.types[key]:
                self._check_idle(key)

    def _check_touched(self, module: str, type: str) -> None:
        owner = type.partition(".")[0]
        if owner in self.modules:
            near = nearest(type, self.owners, most=1)
            hint = f" Did you mean {near}?" if near else ""
            raise self.fault(
                module,
                "touches",
                f"It touches {type}, which module {owner} does not have.{hint} To take part, name "
                "a type there is.",
            )

    def _check_idle(self, module: str) -> None:
        for name, hook in HOOKS.items():
            if hook.form != "register" and module in self.dispatcher.modules_for(name):
                raise self.fault(
                    module,
                    name,
                    "It would never run: the module owns no type and touches none. To let it run, "
                    "name the types it is about in touches= of the manifest.",
                )


def keys_by_type(records: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Records grouped by their type."""
    grouped: dict[str, tuple[Any, ...]] = {}
    for record in records.values():
        grouped[record.type] = (*grouped.get(record.type, ()), record)
    return grouped
