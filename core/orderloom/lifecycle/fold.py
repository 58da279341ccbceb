"""One step of a merge: what an extension may add, and the faults of whatever else it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import attrs

from orderloom.errors import NotFound, Refused
from orderloom.lifecycle.declaration import START, Action, Facet, Lifecycle, Status, Timer
from orderloom.lifecycle.fault import (
    Fault,
    action_text,
    edge_text,
    graph_name,
    renaming_text,
    timer_text,
)

_REMEDIES = {
    "twice": "Module {module} adds the {kind} {name}, which {owner} has already. To keep both, "
    "give one of them another name; to keep one, leave the other out.",
    "redefined": "Module {module} changes the {kind} {name} of {owner}. To go on, leave it as it "
    "is and add one under another name.",
    "removed": "Module {module} takes away the {kind} {name} of {owner}. To go on, return the "
    "lifecycle it is given with additions only.",
}

Extension = Callable[[Lifecycle], Lifecycle | None]
"""What a module's `extend_lifecycle` does: answers a new lifecycle, or None to change nothing."""

_Part = TypeVar("_Part")


@attrs.frozen
class _Kind(Generic[_Part]):
    """One kind of part of a lifecycle: where to find them, what they are called.

    Attributes:
        word: in codes, messages and provenance.
        parts: all of this kind in a lifecycle.
        key: what makes a part the same one.
        text: the part in messages, after the lifecycle's name.
    """

    word: str
    parts: Callable[[Lifecycle], Iterable[_Part]]
    key: Callable[[_Part], tuple[str, ...]]
    text: Callable[[str, _Part], str]


def _all_statuses(lifecycle: Lifecycle) -> Iterator[tuple[str, Status]]:
    yield from (("", status) for status in lifecycle.statuses)
    for facet in lifecycle.facets:
        yield from ((facet.name, status) for status in facet.statuses)


_FACETS = _Kind[Facet](
    "facet",
    lambda lifecycle: lifecycle.facets,
    lambda facet: (facet.name,),
    lambda graph, facet: edge_text(
        graph_name(graph, facet.name), (START,), "start", (facet.start,)
    ),
)
_STATUSES = _Kind[tuple[str, Status]](
    "status",
    _all_statuses,
    lambda placed: (placed[0], placed[1].name),
    lambda graph, placed: f"{graph_name(graph, placed[0])}: {placed[1].name}",
)
_ACTIONS = _Kind[Action](
    "action", lambda lifecycle: lifecycle.all_actions, lambda action: (action.name,), action_text
)
_TIMERS = _Kind[Timer](
    "timer", lambda lifecycle: lifecycle.timers, lambda timer: (timer.name,), timer_text
)
_RENAMED = _Kind[tuple[str, str]](
    "renaming",
    lambda lifecycle: lifecycle.renamed,
    lambda pair: (pair[0],),
    lambda graph, pair: renaming_text(graph, *pair),
)


def _unchanged(known: _Part | None, found: _Part) -> _Part | None:
    return found if known is None or known == found else None


def _same_start(known: Facet | None, found: Facet) -> Facet | None:
    return found if known is None or known.start == found.start else None


def _at_most_relabelled(
    known: tuple[str, Status] | None, found: tuple[str, Status]
) -> tuple[str, Status] | None:
    if known is None or attrs.evolve(found[1], title=known[1].title) == known[1]:
        return found
    return None


def _without_additions(found: Action, known: Action) -> Action:
    """An action as it was before it got further sources, or was let wait."""
    if known.waits_in:
        return attrs.evolve(found, source=known.sources)
    return attrs.evolve(found, source=known.sources, waits_in="", refused_to="")


class Fold:
    """The lifecycle so far, who added its parts, and what went wrong."""

    def __init__(self, name: str) -> None:
        self.lifecycle = Lifecycle(name, statuses=(), actions=())
        self.owners: dict[tuple[str, ...], str] = {}
        self.faults: list[Fault] = []
        self._module = ""

    def extend(self, module: str, extension: Extension) -> None:
        """Add what one extension makes of the lifecycle so far."""
        self._module = module
        try:
            extended: object = extension(self.lifecycle)
        except NotFound as error:
            template = "{reason} To extend what is there, use its exact name."
            self._fault(
                "lifecycle.not_there", self.lifecycle.name, template, {"reason": str(error)}
            )
        except Refused as error:
            for problem in error.problems:
                params = dict(problem.params)
                edge = ": ".join(filter(None, (self.lifecycle.name, params.get("name"))))
                self._fault(problem.code, edge, problem.template, params)
        else:
            if isinstance(extended, Lifecycle) and extended.name == self.lifecycle.name:
                self.add(module, extended)
            elif extended is not None:
                self._fault(
                    "lifecycle.not_extended",
                    self.lifecycle.name,
                    "Module {module} answers {answer} instead of this lifecycle. To extend it, "
                    "return what its with_… methods return, or nothing.",
                    {"answer": getattr(extended, "name", type(extended).__name__)},
                )

    def add(self, module: str, extended: Lifecycle) -> None:
        """Take over what `extended` has beyond the lifecycle so far."""
        self._module = module
        facets = self._take_over(_FACETS, extended, _same_start)
        first: dict[str, Facet] = {}
        for facet in extended.facets:
            first.setdefault(facet.name, facet)
        extended = attrs.evolve(extended, facets=first.values())
        statuses = self._take_over(_STATUSES, extended, _at_most_relabelled)
        actions = self._take_over(_ACTIONS, extended, self._at_most_also_from)
        self.lifecycle = Lifecycle(
            self.lifecycle.name,
            statuses=[status for where, status in statuses if not where],
            actions=[action for action in actions if not action.facet],
            timers=self._take_over(_TIMERS, extended, _unchanged),
            facets=[
                Facet(
                    facet.name,
                    statuses=[status for where, status in statuses if where == facet.name],
                    start=facet.start,
                    actions=[action for action in actions if action.facet == facet.name],
                )
                for facet in facets
            ],
            renamed=self._take_over(_RENAMED, extended, _unchanged),
        )

    def _take_over(
        self,
        kind: _Kind[_Part],
        extended: Lifecycle,
        take: Callable[[_Part | None, _Part], _Part | None],
    ) -> list[_Part]:
        before = {kind.key(part): part for part in kind.parts(self.lifecycle)}
        after = dict(before)
        times = Counter(kind.key(part) for part in kind.parts(extended))
        done: set[tuple[str, ...]] = set()
        for part in kind.parts(extended):
            key = kind.key(part)
            taken = None if key in done else take(before.get(key), part)
            if taken is None:
                self._not_an_addition(kind, part, "twice" if times[key] > 1 else "redefined")
                continue
            done.add(key)
            after[key] = taken
            self.owners.setdefault((kind.word, *key), self._module)
        for key, part in before.items():
            if key not in times:
                self._not_an_addition(kind, part, "removed")
        return list(after.values())

    def _at_most_also_from(self, known: Action | None, found: Action) -> Action | None:
        before = known.sources if known else ()
        if known is not None and _without_additions(found, known) != known:
            return None
        if found.waits_in:
            self.owners.setdefault(("waiting", found.name), self._module)
        sources = list(before)
        for source, times in Counter(found.sources).items():
            if source not in before:
                sources.append(source)
                self.owners["edge", found.name, source] = self._module
            if times > 1:
                self._edge_fault("twice", found, source)
        for source in before:
            if source not in found.sources:
                self._edge_fault("removed", found, source)
        return attrs.evolve(found, source=sources)

    def _not_an_addition(self, kind: _Kind[_Part], part: _Part, what: str) -> None:
        key = kind.key(part)
        self._fault(
            f"lifecycle.{kind.word}_{what}",
            kind.text(self.lifecycle.name, part),
            _REMEDIES[what],
            {"kind": kind.word, "name": key[-1], "owner": self.owners[(kind.word, *key)]},
        )

    def _edge_fault(self, what: str, action: Action, source: str) -> None:
        self._fault(
            f"lifecycle.edge_{what}",
            action_text(self.lifecycle.name, attrs.evolve(action, source=source)),
            _REMEDIES[what],
            {
                "kind": "edge",
                "name": f"{action.name} from {source}",
                "owner": self.owners["edge", action.name, source],
            },
        )

    def _fault(self, code: str, edge: str, template: str, params: dict[str, str]) -> None:
        named = {"module": self._module, **params}
        self.faults.append(Fault(code, self._module, edge, template, named.items()))
