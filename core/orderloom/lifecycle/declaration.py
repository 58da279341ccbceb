"""Lifecycles as values: statuses, actions, timers and facets, all frozen.

A lifecycle is never changed: a module or a tenant extends it by making a new one with the
`with_…` builders. What is declared here is checked word by word at construction; whether the
whole graph holds together is `proof.prove`'s question, since several modules may complete it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import attrs

from orderloom.errors import NotFound, Problem
from orderloom.lifecycle import stored
from orderloom.lifecycle.action import Action, CodeNames, Route
from orderloom.lifecycle.checks import did_you_mean, name_problems, refuse_if_any
from orderloom.lifecycle.facet import Facet
from orderloom.lifecycle.status import EVERYONE, STAGES, START, Status
from orderloom.lifecycle.timer import Timer

__all__ = [
    "EVERYONE",
    "STAGES",
    "START",
    "Action",
    "CodeNames",
    "Facet",
    "Lifecycle",
    "Route",
    "Status",
    "Timer",
]

_Named = TypeVar("_Named", Status, Action, Facet)


def _statuses(statuses: Iterable[Status]) -> tuple[Status, ...]:
    return tuple(statuses)


def _actions(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(actions)


def _timers(timers: Iterable[Timer]) -> tuple[Timer, ...]:
    return tuple(timers)


def _facets(facets: Iterable[Facet]) -> tuple[Facet, ...]:
    return tuple(facets)


def _sorted_pairs(
    value: Mapping[str, str] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((old, new) for old, new in pairs))


@attrs.frozen
class Lifecycle:
    """Declared statuses and actions; extended by producing a new one.

    Attributes:
        name: of the subjects it governs ("supplier.order"); the part before the first dot names
            the module that owns it.
        statuses: in the order screens show them.
        actions: in the order screens show them.
        timers: actions that happen by themselves.
        facets: further small lifecycles on the same subject.
        renamed: former status name -> present one, for subjects stored under the former.

    Raises:
        Refused: [lifecycle.name, lifecycle.facet].
    """

    name: str
    statuses: tuple[Status, ...] = attrs.field(converter=_statuses)
    actions: tuple[Action, ...] = attrs.field(converter=_actions)
    timers: tuple[Timer, ...] = attrs.field(default=(), converter=_timers)
    facets: tuple[Facet, ...] = attrs.field(default=(), converter=_facets)
    renamed: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_sorted_pairs)

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("lifecycle", self.name, dotted=True)
        for action in self.actions:
            if action.facet:
                yield Problem(
                    "lifecycle.facet",
                    "Action {action} moves facet {facet} but is not among its actions. To declare "
                    "it, put it there, or use with_action.",
                    "actions",
                    params={"action": action.name, "facet": action.facet},
                )

    def with_status(self, status: Status, *, facet: str = "") -> Lifecycle:
        """The lifecycle and one more status."""
        return self._with_part(facet, statuses=(*self._part(facet).statuses, status))

    def with_action(self, action: Action) -> Lifecycle:
        """The lifecycle and one more action, in the facet the action names."""
        part = self._part(action.facet)
        return self._with_part(action.facet, actions=(*part.actions, action))

    def also_from(self, action: str, source: str) -> Lifecycle:
        """The lifecycle with `action` possible from one more source.

        Raises:
            NotFound: there is no such action; says which is the nearest.
        """
        extended = self.action(action)
        extended = attrs.evolve(extended, source=(*extended.sources, source))
        actions = self._part(extended.facet).actions
        return self._with_part(
            extended.facet,
            actions=tuple(extended if known.name == action else known for known in actions),
        )

    def waiting_in(self, action: str, status: str, *, refused_to: str = "") -> Lifecycle:
        """The lifecycle in which `action` waits in a status while limits ask for approvals of it.

        Args:
            action: that does not wait anywhere yet.
            status: of the stage waiting, with an action that leads from it.
            refused_to: where a refusal leads; back to where the action started if not given.

        Raises:
            NotFound: there is no such action; says which is the nearest.
        """
        held = attrs.evolve(self.action(action), waits_in=status, refused_to=refused_to)
        actions = tuple(held if known.name == action else known for known in self.actions)
        return attrs.evolve(self, actions=actions)

    def with_timer(self, timer: Timer) -> Lifecycle:
        """The lifecycle and one more timer."""
        return attrs.evolve(self, timers=(*self.timers, timer))

    def with_facet(self, facet: Facet) -> Lifecycle:
        """The lifecycle and one more facet."""
        return attrs.evolve(self, facets=(*self.facets, facet))

    def with_renamed(self, old: str, new: str) -> Lifecycle:
        """The lifecycle that reads subjects stored in status `old` as being in `new`."""
        return attrs.evolve(self, renamed=(*self.renamed, (old, new)))

    def relabelled(self, status: str, title: str) -> Lifecycle:
        """The lifecycle with another title for one status.

        Raises:
            NotFound: there is no such status.
        """
        changed = attrs.evolve(self.status(status), title=title)
        return attrs.evolve(
            self,
            statuses=tuple(changed if known.name == status else known for known in self.statuses),
        )

    def status(self, name: str, *, facet: str = "") -> Status:
        """The status of this name.

        Raises:
            NotFound: there is none; says which is the nearest.
        """
        self._part(facet)
        return _named(self._statuses_by_name[facet], name, "status")

    def action(self, name: str) -> Action:
        """The action of this name, facets included.

        Raises:
            NotFound: there is none; says which is the nearest.
        """
        return _named(self._actions_by_name, name, "action")

    def declared(self, name: str) -> Action | None:
        """The action of this name, facets included; None if there is none."""
        return self._actions_by_name.get(name)

    def facet(self, name: str) -> Facet:
        """The facet of this name.

        Raises:
            NotFound: there is none; says which is the nearest.
        """
        return _named({facet.name: facet for facet in self.facets}, name, "facet")

    def actions_from(self, status: str, *, facet: str = "") -> tuple[Action, ...]:
        """The actions declared from a status (or from `START`), in declared order."""
        return tuple(action for action in self._part(facet).actions if status in action.sources)

    @cached_property
    def waiting(self) -> frozenset[str]:
        """The statuses in which a subject waits for approvals."""
        return frozenset(action.waits_in for action in self.actions if action.waits_in)

    def shows_once_numbered(self, side: str) -> bool:
        """Whether a subject shows to a side only once it has its number.

        So it is where creating one may wait for approval unseen by that side: whatever becomes of
        what never took effect, that side never hears of it.
        """
        return any(
            action.waits_in and action.series and not self.status(action.waits_in).shows_to((side,))
            for action in self.starts
        )

    @property
    def starts(self) -> tuple[Action, ...]:
        """The actions that create a subject."""
        return self.actions_from(START)

    @property
    def all_actions(self) -> tuple[Action, ...]:
        """The actions of the lifecycle, then those of its facets."""
        return (*self.actions, *(action for facet in self.facets for action in facet.actions))

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the declaration; the same in every process that declares the same."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The declaration as plain JSON values; code is kept by name only."""
        return stored.plain_fields(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lifecycle:
        """A declaration kept by `to_dict`, for reading labels, stages and edges.

        Needs none of the code it was declared with; its actions cannot be performed.
        """
        return cls(
            data["name"],
            statuses=[Status(**status) for status in data["statuses"]],
            actions=[stored.read_action(action) for action in data["actions"]],
            timers=[stored.read_timer(timer) for timer in data["timers"]],
            facets=[stored.read_facet(facet) for facet in data["facets"]],
            renamed=data["renamed"],
        )

    @cached_property
    def _statuses_by_name(self) -> dict[str, dict[str, Status]]:
        parts = (("", self.statuses), *((facet.name, facet.statuses) for facet in self.facets))
        return {facet: {known.name: known for known in statuses} for facet, statuses in parts}

    @cached_property
    def _actions_by_name(self) -> dict[str, Action]:
        return {action.name: action for action in self.all_actions}

    def _part(self, facet: str) -> Lifecycle | Facet:
        return self.facet(facet) if facet else self

    def _with_part(self, facet: str, **changes: Any) -> Lifecycle:
        if not facet:
            return attrs.evolve(self, **changes)
        changed = attrs.evolve(self.facet(facet), **changes)
        return attrs.evolve(
            self, facets=tuple(changed if known.name == facet else known for known in self.facets)
        )


def _named(known: Mapping[str, _Named], name: str, kind: str) -> _Named:
    if name not in known:
        raise NotFound(kind, name, did_you_mean(name, known))
    return known[name]
