"""Switching a module for a tenant: what it would strand, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import attrs

from orderloom.errors import ModuleFault, Problem
from orderloom.lifecycle import Lifecycle
from orderloom.modules import CLOSING, OFF, ON, Assembly
from orderloom.tenants.parking import Counts, Held
from orderloom.values import nearest

FINISH: Final = "finish"
MAP: Final = "map"
PARK: Final = "park"


@attrs.frozen(kw_only=True)
class Group:
    """Open subjects in a status that would be gone.

    Attributes:
        type, status: where they are.
        title: of the status, as people know it; its name if no lifecycle has it.
        count: how many.
        remedies: of FINISH (set the module to closing and let them run out), MAP (to one of
            `targets`) and PARK (freeze them, readable, until the module is on again).
        targets: statuses of the same type that stay, those of the same stage first.
    """

    type: str
    status: str
    title: str
    count: int
    remedies: tuple[str, ...]
    targets: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Remedy:
    """What is to be done with one group.

    Attributes:
        kind: FINISH, MAP or PARK.
        target: the status to map to; only with MAP.
    """

    type: str
    status: str
    kind: str
    target: str = ""


@attrs.frozen(kw_only=True)
class SwitchPlan:
    """What switching one module would mean for one tenant; a value, nothing is done yet.

    Attributes:
        module: key of the module.
        from_state, to_state: ON, CLOSING, OFF (or faulted, from).
        groups: open subjects that would be stranded; each needs a remedy before OFF.
        returning: (type, status) -> how many parked subjects come back.
        dependants: modules that run and require this one.
        missing: modules this one requires that do not run.
        faults: what would be faulted after it and is not now; the module itself in any case.
        documents: keys of document types nobody could issue any more; issued ones stay.
        fields: keys of fields that leave lists and filters; their data stays.
    """

    module: str
    from_state: str
    to_state: str
    groups: tuple[Group, ...] = ()
    returning: tuple[tuple[Held, int], ...] = ()
    dependants: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    faults: tuple[ModuleFault, ...] = ()
    documents: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def problems(self, remedies: Collection[Remedy] = ()) -> tuple[Problem, ...]:
        """Why the switch cannot be made with these remedies; none means it can."""
        return (*self._relations(), *self._faults(), *self._remedies(remedies))

    def _relations(self) -> Iterator[Problem]:
        if self.dependants:
            yield _problem(
                "switch.required",
                "Module {module} is required by {others}. To switch it off, switch off {others} "
                "first.",
                module=self.module, others=", ".join(self.dependants),
            )  # fmt: skip
        if self.missing:
            yield _problem(
                "switch.requires",
                "Module {module} requires {others}. To switch it on, switch on {others} with it.",
                module=self.module, others=", ".join(self.missing),
            )  # fmt: skip

    def _faults(self) -> Iterator[Problem]:
        for fault in self.faults:
            yield _problem(
                "switch.fault",
                "With this switch module {guilty} would fail in {hook}: {reason} To go on, mend "
                "it first.",
                guilty=fault.module, hook=fault.hook, reason=fault.reason,
            )  # fmt: skip

    def _remedies(self, remedies: Collection[Remedy]) -> Iterator[Problem]:
        chosen = {(remedy.type, remedy.status): remedy for remedy in remedies}
        known = {(group.type, group.status): group for group in self.groups}
        for held in chosen.keys() - known.keys():
            yield _problem(
                "switch.no_such_group",
                "No open {type} in {status} needs a remedy. To go on, leave this one out.",
                type=held[0], status=held[1],
            )  # fmt: skip
        for held, group in known.items():
            yield from _group_problems(group, chosen.get(held))


def plan_switch(
    module: str,
    to_state: str,
    *,
    before: Assembly,
    after: Assembly,
    counts: Counts,
    requires: Mapping[str, Collection[str]],
) -> SwitchPlan:
    """Compare what a tenant has with what it would have.

    Args:
        module: key of the module to be switched.
        to_state: ON, CLOSING or OFF.
        before: what runs now.
        after: what would run; the same as `before` for CLOSING, which strands nothing.
        counts: from `count_subjects`.
        requires: module -> modules it requires, for every module known.
    """
    running = {key for key, state in before.states.items() if state.state != OFF}
    dependants = [key for key in running if module in requires.get(key, ())]
    missing = set(requires.get(module, ())) - running
    return SwitchPlan(
        module=module,
        from_state=before.states[module].state if module in before.states else OFF,
        to_state=to_state,
        groups=tuple(_groups(module, before, after, counts)) if to_state == OFF else (),
        returning=tuple(_returning(before, after, counts)),
        dependants=tuple(sorted(dependants)) if to_state == OFF else (),
        missing=tuple(sorted(missing)) if to_state == ON else (),
        faults=tuple(_faults(before, after, module if to_state == ON else "")),
        documents=tuple(sorted(before.documents.keys() - after.documents.keys())),
        fields=tuple(sorted(_field_keys(before) - _field_keys(after))),
    )


def _groups(module: str, before: Assembly, after: Assembly, counts: Counts) -> Iterator[Group]:
    """Subjects the module alone makes sense of; a faulted one is known by what it blocks."""
    blocked = {type for type, fault in before.blocks.items() if fault.module == module}
    for (type, status), count in sorted(counts.open.items()):
        if _knows(after, type, status):
            continue
        if _knows(before, type, status) or type in blocked:
            yield _group(type, status, count, before, after)


def _group(type: str, status: str, count: int, before: Assembly, after: Assembly) -> Group:
    had, has = _lifecycle(before, type), _lifecycle(after, type)
    old = next((known for known in had.statuses if known.name == status), None) if had else None
    stays = has.statuses if has else ()
    stage = old.stage if old else ""
    targets = [known.name for known in sorted(stays, key=lambda known: known.stage != stage)]
    return Group(
        type=type,
        status=status,
        title=old.title if old else status,
        count=count,
        remedies=(FINISH, MAP, PARK) if targets else (FINISH, PARK),
        targets=tuple(targets),
    )


def _group_problems(group: Group, remedy: Remedy | None) -> Iterator[Problem]:
    about = {"count": group.count, "type": group.type, "status": group.title}
    if remedy is None or remedy.kind == FINISH:
        yield _problem(
            "switch.open_subjects",
            "{count} {type} in “{status}” would be stranded. To switch the module off, {ways}.",
            **about, ways=_ways(group),
        )  # fmt: skip
    elif remedy.kind not in group.remedies:
        yield _problem(
            "switch.no_such_remedy",
            "{count} {type} in “{status}” cannot be treated by “{given}”. To go on, {ways}.",
            **about, given=remedy.kind, ways=_ways(group),
        )  # fmt: skip
    elif remedy.kind == MAP and remedy.target not in group.targets:
        yield _problem(
            "switch.no_such_target",
            "There is no status “{given}” for {type}. To map {count} of them, name: {nearest}.",
            **about, given=remedy.target,
            nearest=nearest(remedy.target, group.targets, otherwise=", ".join(group.targets)),
        )  # fmt: skip


def _ways(group: Group) -> str:
    ways = {
        FINISH: f"set it to {CLOSING} and finish them",
        MAP: f"map them to another status ({', '.join(group.targets[:5])})",
        PARK: "park them until it is on again",
    }
    return ", or ".join(ways[remedy] for remedy in group.remedies)


def _returning(before: Assembly, after: Assembly, counts: Counts) -> Iterator[tuple[Held, int]]:
    for held, count in sorted(counts.parked.items()):
        if _knows(after, *held) and not _knows(before, *held):
            yield held, count


def _faults(before: Assembly, after: Assembly, module: str) -> Iterator[ModuleFault]:
    """New faults, and those of the module that is to be switched on."""
    old = {(fault.module, fault.hook, fault.reason) for fault in before.faults}
    for fault in after.faults:
        if fault.module == module or (fault.module, fault.hook, fault.reason) not in old:
            yield fault


def _knows(assembly: Assembly, type: str, status: str) -> bool:
    lifecycle = _lifecycle(assembly, type)
    if lifecycle is None:
        return False
    return status in {known.name for known in lifecycle.statuses} or status in dict(
        lifecycle.renamed
    )


def _lifecycle(assembly: Assembly, type: str) -> Lifecycle | None:
    merged = assembly.lifecycles.get(type)
    return None if merged is None else merged.lifecycle


def _field_keys(assembly: Assembly) -> set[str]:
    return {field.key for fields in assembly.fields.values() for field in fields}


def _problem(code: str, template: str, **params: object) -> Problem:
    return Problem(code, template, params=params)
