"""The edges of a lifecycle, or of one of its facets, as one plain graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from orderloom.lifecycle.declaration import START, Action, Lifecycle, Status, Timer
from orderloom.lifecycle.fault import graph_name


@attrs.frozen
class Graph:
    """One graph of a lifecycle.

    Attributes:
        name: in messages ("supplier.order", "supplier.order/payment").
        facet: its facet, "" for the subject's own status.
        start: where every path begins: `START`, or the status a facet starts in.
        statuses: by name, in declared order.
        actions: in declared order.
        timers: those that fire one of its actions.
    """

    name: str
    facet: str
    start: str
    statuses: Mapping[str, Status]
    actions: tuple[Action, ...]
    timers: tuple[Timer, ...]

    @property
    def origins(self) -> set[str]:
        """What an action may start from."""
        return set(self.statuses) if self.facet else {START, *self.statuses}

    @property
    def entered(self) -> bool:
        """Whether anything leads into it at all."""
        if self.facet:
            return self.start in self.statuses
        return any(START in action.sources for action in self.actions)

    def forwards(self) -> dict[str, set[str]]:
        """Status -> the statuses one action, approval or refusal away."""
        ways: dict[str, set[str]] = {origin: set() for origin in self.origins}
        for action in self.actions:
            for source in action.sources:
                ways.setdefault(source, set()).update(action.targets_from(source))
                if action.waits_in:
                    ways[source].add(action.waits_in)
                    settled = ways.setdefault(action.waits_in, set())
                    settled.update(action.targets)
                    settled.add(action.refused_to or source)
        return ways

    def reachable(self) -> set[str]:
        """What can be reached from the start, the start included."""
        return _closure((self.start,), self.forwards())

    def leading_to(self, ends: Iterable[str]) -> set[str]:
        """The statuses from which one of the ends can be reached, the ends included."""
        backwards: dict[str, set[str]] = {}
        for source, targets in self.forwards().items():
            for target in targets:
                backwards.setdefault(target, set()).add(source)
        return _closure(ends, backwards)


def graphs(lifecycle: Lifecycle) -> tuple[Graph, ...]:
    """The lifecycle's own graph, then those of its facets."""
    own = ("", START, lifecycle.statuses, lifecycle.actions)
    facets = (
        (facet.name, facet.start, facet.statuses, facet.actions) for facet in lifecycle.facets
    )
    return tuple(
        Graph(
            name=graph_name(lifecycle.name, facet),
            facet=facet,
            start=start,
            statuses={status.name: status for status in statuses},
            actions=actions,
            timers=_firing(lifecycle.timers, actions),
        )
        for facet, start, statuses, actions in (own, *facets)
    )


def _firing(timers: Iterable[Timer], actions: Iterable[Action]) -> tuple[Timer, ...]:
    names = {action.name for action in actions}
    return tuple(timer for timer in timers if timer.action in names)


def _closure(seeds: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(seeds)
    while waiting:
        if (status := waiting.pop()) not in found:
            found.add(status)
            waiting.extend(ways.get(status, ()))
    return found
