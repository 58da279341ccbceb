"""Compile one set of modules that are taken to be sound; the first fault ends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from orderloom.errors import ModuleFault
from orderloom.lifecycle import TENANT, Engine, Extension, Fault, Lifecycle, Merged, Overlay, prove
from orderloom.lifecycle import merge as merge_lifecycle
from orderloom.modules.assembly import ADMIN, Assembly
from orderloom.modules.contributions import (
    DocumentType,
    Limit,
    OrderType,
    Role,
    Series,
    SubjectType,
)
from orderloom.modules.dispatch import Dispatcher
from orderloom.modules.loading import Loaded
from orderloom.modules.managers import Managers
from orderloom.modules.order import module_order
from orderloom.modules.registry import Registry, keys_by_type
from orderloom.values import nearest

CORE = "orderloom"


def compile_set(
    managers: Managers,
    modules: Mapping[str, Loaded],
    types: dict[str, set[str]],
    overlays: Mapping[str, Overlay],
) -> Assembly:
    """What these modules add up to; of their states it knows nothing.

    Args:
        managers: of the catalogue.
        modules: what is enabled and may be tried.
        types: module -> types it touches; those it owns are added as they are found, so that the
            caller knows them even if this fails.
        overlays: the tenant's own additions, by type.

    Raises:
        ModuleFault: the first module found guilty of something.
    """
    order = module_order(loaded.manifest for loaded in modules.values())
    ordered = [modules[key] for key in order]
    manager = managers.of(order)
    registry = Registry(Dispatcher(manager, ordered, {}), ordered, types)
    order_types = registry.types_of("register_order_types")
    subject_types = registry.types_of("register_subjects")
    registry.check_kinds(order_types, subject_types)
    registry.check_reach()
    records = {**order_types, **subject_types}
    merged, broken = _lifecycles(registry, records, overlays)
    documents = registry.typed("register_documents")
    for type, each in merged.items():
        _check_names(registry, each, records[type].series, documents)
    frozen = {key: frozenset(known) for key, known in types.items()}
    fields = keys_by_type(registry.typed("register_fields"))
    return Assembly(
        order_types=order_types,
        subject_types=subject_types,
        lifecycles=merged,
        engines=_engines(registry, {key: merged[key] for key in merged if key not in broken}),
        documents=documents,
        notifications=registry.typed("register_notifications"),
        fields=fields,
        limits=_limits(registry, merged),
        departments=registry.departments(records, fields),
        permissions=registry.registered("register_permissions"),
        roles=_roles(registry),
        commands=registry.registered("register_commands"),
        demos=registry.registered("register_demos"),
        importers=registry.registered("register_importers"),
        dispatcher=Dispatcher(manager, ordered, frozen),
        order=order,
        locales={loaded.key: loaded.manifest.locale for loaded in ordered},
        owners=registry.owners,
        types=frozen,
        states={},
        faults=tuple(broken.values()),
        blocks=broken,
    )


def _limits(registry: Registry, merged: Mapping[str, Merged]) -> dict[str, tuple[Limit, ...]]:
    """The limits by type.

    Raises:
        ModuleFault: a limit is about an action its type does not have, so that it never held.
    """
    found: dict[str, Limit] = registry.typed("register_limits")
    for key, limit in found.items():
        if limit.type not in merged:
            continue  # of a module that is off
        known = {action.name for action in merged[limit.type].lifecycle.all_actions}
        if missing := sorted(limit.actions - known):
            module = key.partition(".")[0]
            near = nearest(missing[0], known, otherwise=", ".join(sorted(known)))
            reason = (
                f"{key} looks at the action {missing[0]}, which {limit.type} does not have. To "
                f"let it hold, name one there is: {near}."
            )
            raise registry.fault(module, "register_limits", reason)
    return keys_by_type(found)


def _roles(registry: Registry) -> dict[str, Role]:
    """The core's own role and those of the manifests.

    Raises:
        ModuleFault: a key is taken, or a role manages one there is not, so that nobody could.
    """
    owners = {ADMIN.key: CORE}
    roles = {ADMIN.key: ADMIN}
    for key, loaded in registry.modules.items():
        for role in loaded.manifest.roles:
            registry.claim(role.key, key, "roles", owners)
            roles[role.key] = role
    for role in roles.values():
        for missing in sorted(role.manages - roles.keys()):
            near = nearest(missing, roles, otherwise=", ".join(roles))
            reason = (
                f"{role.key} manages the role {missing}, which there is not. To let it, name one "
                f"there is: {near}."
            )
            raise registry.fault(owners[role.key], "roles", reason)
    return roles


def _engines(registry: Registry, merged: Mapping[str, Merged]) -> dict[str, Engine]:
    engines: dict[str, Engine] = {}
    for key, each in merged.items():
        try:
            engines[key] = Engine(each.lifecycle)
        except Exception as error:
            raise registry.fault(registry.owners[key], "lifecycle", str(error)) from error
    return engines


def _lifecycles(
    registry: Registry, records: Mapping[str, Any], overlays: Mapping[str, Overlay]
) -> tuple[dict[str, Merged], dict[str, ModuleFault]]:
    """The merged lifecycles, and a fault for each that the tenant's overlay breaks.

    Raises:
        ModuleFault: a module breaks one.
    """
    merged: dict[str, Merged] = {}
    broken: dict[str, ModuleFault] = {}
    for key, record in records.items():
        owner = registry.owners[key]
        steps = _extensions(registry, key)
        merged[key] = merge_lifecycle(record.lifecycle, steps, overlays.get(key), owner)
        faults = prove(merged[key]).faults
        for guilty in (fault.module for fault in faults if fault.module != TENANT):
            module = guilty if guilty in registry.modules else owner
            own = module == owner and _declared(record, owner, faults, guilty)
            hook = _declaring(record) if own else "extend_lifecycle"
            raise registry.fault(module, hook, _text(faults, guilty))
        if faults:
            broken[key] = ModuleFault(TENANT, "overlay", "", _text(faults, TENANT))
    return merged, broken


def _declared(record: Any, owner: str, faults: Iterable[Fault], guilty: str) -> bool:
    """Whether what a module is guilty of is wrong already as it declares the lifecycle."""
    alone = prove(merge_lifecycle(record.lifecycle, owner=owner)).faults
    known = {(fault.code, fault.edge) for fault in alone}
    return any((fault.code, fault.edge) in known for fault in faults if fault.module == guilty)


def _declaring(record: OrderType | SubjectType) -> str:
    """The hook that declares the lifecycle of a type."""
    return "register_order_types" if isinstance(record, OrderType) else "register_subjects"


def _check_names(
    registry: Registry,
    merged: Merged,
    series: Series | None,
    documents: Mapping[str, DocumentType],
) -> None:
    """Refuse actions that draw from a series, or issue a document, which their type lacks.

    Raises:
        ModuleFault: of the module that declared the action.
    """
    lifecycle = merged.lifecycle
    for action in lifecycle.all_actions:
        wrong = []
        if action.series and (series is None or series.key != action.series):
            wrong.append(f"It draws from the series {action.series}, which {lifecycle.name} lacks.")
        for key in action.issues:
            if key not in documents or documents[key].type != lifecycle.name:
                wrong.append(f"It issues {key}, which is no document of {lifecycle.name}.")
        if wrong:
            module = merged.provenance.of_edge(action.name, action.sources[0])
            guilty = module if module in registry.modules else registry.owners[lifecycle.name]
            reason = f"Action {action.name}: {' '.join(wrong)} To use it, register it."
            raise registry.fault(guilty, "register_order_types", reason)


def _extensions(registry: Registry, type: str) -> list[tuple[str, Extension]]:
    steps = registry.dispatcher.steps("extend_lifecycle", "lifecycle")
    return [(module, partial(_extended, registry, module, type, step)) for module, step in steps]


def _extended(
    registry: Registry, module: str, type: str, step: Extension, lifecycle: Lifecycle
) -> Lifecycle | None:
    extended = step(lifecycle)
    if extended != lifecycle and type not in registry.types[module]:
        reason = (
            f"It extends {type}, which it does not touch. To extend it, name {type} in touches= "
            "of the manifest."
        )
        raise registry.fault(module, "extend_lifecycle", reason)
    return extended


def _text(faults: Iterable[Fault], module: str) -> str:
    return " ".join(f"{fault.edge}: {fault.message}" for fault in faults if fault.module == module)
