"""Facets: second small lifecycles on the same subject."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from orderloom.lifecycle.action import Action
from orderloom.lifecycle.checks import name_problems, refuse_if_any
from orderloom.lifecycle.status import Status


def _statuses(statuses: Iterable[Status]) -> tuple[Status, ...]:
    return tuple(statuses)


def _actions(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(actions)


@attrs.frozen
class Facet:
    """A second small lifecycle on the same subject: payment, shipping, export.

    Attributes:
        name: unique in the lifecycle.
        statuses: its own; their names need not differ from the lifecycle's.
        start: the status every new subject has.
        actions: its own; each is given this facet's name.

    Raises:
        Refused: [lifecycle.name].
    """

    name: str
    statuses: tuple[Status, ...] = attrs.field(converter=_statuses)
    start: str
    actions: tuple[Action, ...] = attrs.field(converter=_actions)

    def __attrs_post_init__(self) -> None:
        own = tuple(attrs.evolve(action, facet=self.name) for action in self.actions)
        object.__setattr__(self, "actions", own)
        refuse_if_any(
            (
                *name_problems("facet", self.name),
                *name_problems("status", self.start, field="start"),
            )
        )
