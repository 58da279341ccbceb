"""Compile an assembly: contributions, merged and proved lifecycles, and who is at fault.

A fault takes out the guilty module and nothing else: the rest is compiled again without it, and
the types it owned or touched are blocked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from orderloom.errors import ModuleFault
from orderloom.lifecycle import Overlay
from orderloom.modules.assembly import CLOSING, FAULTED, OFF, ON, Assembly, ModuleState
from orderloom.modules.catalogue import Catalogue
from orderloom.modules.compiling import compile_set
from orderloom.modules.loading import Broken, Loaded
from orderloom.modules.order import find_circle


def assemble(
    catalogue: Catalogue,
    enabled: Mapping[str, str],
    stored_types: Mapping[str, Iterable[str]],
    overlays: Mapping[str, Overlay],
    newer: Mapping[str, str] | None = None,
) -> Assembly:
    """What a tenant's enabled modules add up to; never fails because of a module.

    Args:
        catalogue: the modules there are.
        enabled: module -> ON or CLOSING; modules in another state count as off.
        stored_types: module -> types it owned or touched when it was switched on; they are what
            is blocked when it cannot even be imported.
        overlays: the tenant's own additions, by type.
        newer: module -> revision of its tables, if only a newer version of it knows that.
    """
    wanted = {key: state for key, state in enabled.items() if state in (ON, CLOSING)}
    revisions = newer or {}
    unusable = {key: _unusable(catalogue, key, revisions.get(key)) for key in sorted(wanted)}
    faults = {key: fault for key, fault in unusable.items() if fault}
    seen = {key: set(stored_types.get(key, ())) for key in wanted}
    while True:
        modules = {key: catalogue.loaded[key] for key in wanted if key not in faults}
        types = {key: set(loaded.manifest.touches) for key, loaded in modules.items()}
        try:
            _check_relations(modules, faults)
            assembly = compile_set(catalogue.managers, modules, types, overlays)
        except ModuleFault as fault:
            if fault.module not in modules:
                raise  # nothing to take out: trying again would never end
            faults[fault.module] = fault
            for key, known in types.items():
                seen[key] |= known
            continue
        blocks = {type: fault for key, fault in faults.items() for type in sorted(seen[key])}
        return attrs.evolve(
            assembly,
            states=_states(catalogue, wanted, faults),
            faults=(*faults.values(), *assembly.faults),
            blocks={**assembly.blocks, **blocks},
        )


def _unusable(catalogue: Catalogue, key: str, newer: str | None) -> ModuleFault | None:
    """Why a module cannot even be tried; None if it can."""
    if key in catalogue.loaded and newer:
        version = catalogue.loaded[key].version
        reason = (
            f"Its tables were written by a newer version of it (revision {newer}). To use it, "
            "install that version or a later one."
        )
        return ModuleFault(key, "migrate", version, reason)
    if key in catalogue.loaded:
        return None
    if key in catalogue.broken:
        return catalogue.broken[key].fault
    reason = "It is not installed. To work with its types, install what provides it."
    return ModuleFault(key, "import", "", reason)


def _check_relations(modules: Mapping[str, Loaded], faults: Mapping[str, ModuleFault]) -> None:
    for key, loaded in sorted(modules.items()):
        if missing := sorted(loaded.manifest.requires - modules.keys()):
            stand = [
                f"{other}, which is {FAULTED if other in faults else OFF}" for other in missing
            ]
            reason = (
                f"It requires {', and '.join(stand)}. To use it, switch {' and '.join(missing)} "
                "on, or mend it."
            )
            raise ModuleFault(key, "requires", loaded.version, reason)
    if circle := find_circle(loaded.manifest for loaded in modules.values()):
        guilty = modules[circle.guilty]
        raise ModuleFault(guilty.key, "order", guilty.version, circle.reason)


def _states(
    catalogue: Catalogue, wanted: Mapping[str, str], faults: Mapping[str, ModuleFault]
) -> dict[str, ModuleState]:
    known: dict[str, Loaded | Broken] = {**catalogue.loaded, **catalogue.broken}
    states: dict[str, ModuleState] = {}
    for key in sorted(known.keys() | wanted.keys()):
        state = FAULTED if key in faults else wanted.get(key, OFF)
        broken = catalogue.broken.get(key)
        reason = faults[key].reason if key in faults else broken.reason if broken else ""
        states[key] = ModuleState(state, reason, known[key].version if key in known else "")
    return states
