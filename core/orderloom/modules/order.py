"""The order in which modules' hooks run.

A module runs after those it requires and where `before` and `after` put it; where that leaves a
choice, by its depth in `requires`, then by its name. Never by the order of installation.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules.manifest import Module


@attrs.frozen
class Relation:
    """What one module asks of another."""

    asker: str
    verb: str
    other: str

    def __str__(self) -> str:
        return f"{self.asker} {self.verb} {self.other}"


Relations = dict[str, dict[str, Relation]]
"""module -> the modules that run before it, each with why."""

_REQUIRES = "requires"


@attrs.frozen
class Circle:
    """Modules that would each have to run before the other.

    Attributes:
        modules: in running order, the first one not repeated at the end.
        relations: what makes the circle.
    """

    modules: tuple[str, ...]
    relations: tuple[Relation, ...]

    @property
    def reason(self) -> str:
        """Who asks for what, and what to do."""
        asked = ", ".join(map(str, self.relations))
        return f"{asked}. To run them together, drop one of these relations."

    @property
    def guilty(self) -> str:
        """The module that asks for most of it, beyond what it requires; of several the last."""
        asks = Counter(each.asker for each in self.relations if each.verb != _REQUIRES)
        return max(asks or self.modules, key=lambda module: (asks[module], module))


@attrs.frozen(kw_only=True)
class Standing:
    """Where a module runs among others, and why there.

    Attributes:
        depth: 0, or one more than the deepest of the modules it requires.
        relations: what put it behind other modules.
        before: the module right before it, if only its depth or name decided between the two.
        by: "depth" or "name", whichever that was.
    """

    module: str
    depth: int
    relations: tuple[Relation, ...] = ()
    before: str = ""
    by: str = ""

    @property
    def reason(self) -> str:
        """Why it stands there: who asked for it, else its depth in `requires`, else its name."""
        asked = [str(relation) for relation in self.relations]
        chosen = [f"after {self.before} by {self.by}"] if self.before else []
        return "; ".join(asked + chosen) or "first"


def module_order(manifests: Iterable[Module]) -> tuple[str, ...]:
    """The keys of these modules in running order; relations to other modules are ignored.

    Raises:
        Refused: [module.circle] they contradict each other; names the modules.
    """
    return tuple(standing.module for standing in standings(manifests))


def standings(manifests: Iterable[Module]) -> tuple[Standing, ...]:
    """These modules in running order, each with why it stands there.

    Raises:
        Refused: [module.circle] as `module_order`.
    """
    modules = {manifest.key: manifest for manifest in manifests}
    if circle := find_circle(modules.values()):
        raise Refused([Problem("module.circle", "{reason}", params={"reason": circle.reason})])
    relations, depths = _relations(modules), _depths(modules)
    sorter = TopologicalSorter(relations)
    sorter.prepare()
    waiting: list[tuple[int, str]] = []
    ordered: list[str] = []
    while sorter.is_active():
        for key in sorter.get_ready():
            heapq.heappush(waiting, (depths[key], key))
        _, key = heapq.heappop(waiting)
        sorter.done(key)
        ordered.append(key)
    return tuple(
        _standing(key, earlier, relations[key], depths)
        for earlier, key in zip(["", *ordered], ordered, strict=False)
    )


def _standing(
    key: str, earlier: str, relations: Mapping[str, Relation], depths: Mapping[str, int]
) -> Standing:
    # Had the one right before it not been asked for, both were ready: then depth or name decided.
    chosen = bool(earlier) and earlier not in relations
    by = "" if not chosen else "name" if depths[earlier] == depths[key] else "depth"
    return Standing(
        module=key,
        depth=depths[key],
        relations=tuple(relations.values()),
        before=earlier if chosen else "",
        by=by,
    )


def find_circle(manifests: Iterable[Module], *, requires_only: bool = False) -> Circle | None:
    """Modules whose relations contradict each other; None if there are none.

    Args:
        manifests: the modules among which relations count.
        requires_only: leave `before` and `after` out, which matter only where both are on.
    """
    relations = _relations({manifest.key: manifest for manifest in manifests}, requires_only)
    try:
        TopologicalSorter(relations).prepare()
    except CycleError as error:
        found: list[str] = error.args[1][:-1]
        at = found.index(min(found))
        found = found[at:] + found[:at]
        pairs = zip(found, [*found[1:], found[0]], strict=True)
        return Circle(tuple(found), tuple(relations[later][first] for first, later in pairs))
    return None


def _relations(modules: Mapping[str, Module], requires_only: bool = False) -> Relations:
    relations: Relations = {key: {} for key in sorted(modules)}
    for key, manifest in sorted(modules.items()):
        for other in sorted(manifest.requires & modules.keys()):
            relations[key].setdefault(other, Relation(key, _REQUIRES, other))
        if requires_only:
            continue
        for other in sorted(manifest.after & modules.keys()):
            relations[key].setdefault(other, Relation(key, "asks to run after", other))
        for other in sorted(manifest.before & modules.keys()):
            relations[other].setdefault(key, Relation(key, "asks to run before", other))
    return relations


def _depths(modules: Mapping[str, Module]) -> dict[str, int]:
    requires = _relations(modules, requires_only=True)
    depths: dict[str, int] = {}
    for key in TopologicalSorter(requires).static_order():
        depths[key] = max((depths[other] + 1 for other in requires[key]), default=0)
    return depths
