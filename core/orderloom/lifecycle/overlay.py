"""A tenant's own statuses, labels and next-statuses, laid over what the modules declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle import stored
from orderloom.lifecycle.checks import name_problems, refuse_if_any, title_problems
from orderloom.lifecycle.declaration import START, Action, Lifecycle, Status
from orderloom.lifecycle.gate import FLAG, LIST, TEXT, TEXTS, Shape, read_list

_FLAGS = ("final", "commits", "deletable", "exportable", "archivable", "confirmable")
_STATUS = Shape(
    {
        **dict.fromkeys(("name", "title", "stage", "tone"), TEXT),
        **dict.fromkeys(_FLAGS, FLAG),
        **dict.fromkeys(("visible_to", "editable_by"), TEXTS),
    },
    required=("name", "title", "stage"),
)
_LABEL = Shape(dict.fromkeys(("status", "title"), TEXT), required=("status", "title"))
_MOVE = Shape(
    dict.fromkeys(("action", "source", "target", "title", "side", "permission"), TEXT),
    required=("action", "source", "target"),
)
_OVERLAY = Shape(dict.fromkeys(("statuses", "labels", "moves"), LIST))


@attrs.frozen
class Move:
    """A next-status of a tenant: one more way from a status to another.

    Attributes:
        action: an action there is, which becomes possible from `source` too if it leads to
            `target`; or a new name, which becomes an action of the tenant's own.
        source: a status, or `START`.
        target: a status.
        title: of an action of the tenant's own; from the name if not given.
        side: who may do an action of the tenant's own, "" for any side.
        permission: the right an action of the tenant's own needs.

    Raises:
        Refused: [lifecycle.name, lifecycle.title].
    """

    action: str
    source: str
    target: str
    title: str = attrs.field(default="", kw_only=True)
    side: str = attrs.field(default="", kw_only=True)
    permission: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("action", self.action, field="action")
        if self.source != START:
            yield from name_problems("status", self.source, field="source")
        yield from name_problems("status", self.target, field="target")
        if self.title:
            yield from title_problems("action", self.title)

    def extend(self, lifecycle: Lifecycle) -> Lifecycle:
        """The lifecycle and this move."""
        if any(self._extends(action) for action in lifecycle.all_actions):
            return lifecycle.also_from(self.action, self.source)
        action = Action(
            self.action,
            source=self.source,
            target=self.target,
            side=self.side,
            permission=self.permission,
        )
        return lifecycle.with_action(
            attrs.evolve(action, title=self.title) if self.title else action
        )

    def _extends(self, action: Action) -> bool:
        asked = (self.title, self.side, self.permission)
        there = (action.title, action.side, action.permission)
        leads = action.targets_from(self.source)
        return (action.name, leads) == (self.action, (self.target,)) and all(
            word in ("", known) for word, known in zip(asked, there, strict=True)
        )


def _statuses(statuses: Iterable[Status]) -> tuple[Status, ...]:
    return tuple(statuses)


def _label(status: str, title: str) -> tuple[str, str]:
    problems = (*name_problems("status", status, field="status"), *title_problems("status", title))
    refuse_if_any(problems)
    return status, title


def _labels(labels: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(_label(status, title) for status, title in labels)


def _moves(moves: Iterable[Move | tuple[str, str, str]]) -> tuple[Move, ...]:
    return tuple(move if isinstance(move, Move) else Move(*move) for move in moves)


@attrs.frozen
class Overlay:
    """What one tenant changes in one lifecycle; merged after all modules.

    Attributes:
        statuses: the tenant's own.
        labels: (status, title) for statuses there are.
        moves: next-statuses; a plain (action, source, target) will do.

    Raises:
        Refused: [lifecycle.name, lifecycle.title].
    """

    statuses: tuple[Status, ...] = attrs.field(default=(), converter=_statuses)
    labels: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_labels)
    moves: tuple[Move, ...] = attrs.field(default=(), converter=_moves)

    def extensions(self) -> tuple[Callable[[Lifecycle], Lifecycle], ...]:
        """Its parts, each a step on the lifecycle, so that each fails for itself."""
        return (
            *(partial(Lifecycle.with_status, status=status) for status in self.statuses),
            *(
                partial(Lifecycle.relabelled, status=status, title=title)
                for status, title in self.labels
            ),
            *(move.extend for move in self.moves),
        )

    def to_dict(self) -> dict[str, Any]:
        """The overlay as plain JSON values."""
        return {
            "statuses": [stored.plain_fields(status) for status in self.statuses],
            "labels": [{"status": status, "title": title} for status, title in self.labels],
            "moves": [stored.plain_fields(move) for move in self.moves],
        }

    @classmethod
    def from_dict(cls, data: object) -> Overlay:
        """An overlay as an admin or a file sends it, checked word by word.

        Raises:
            Refused: [lifecycle.overlay, lifecycle.name, lifecycle.title, lifecycle.stage], all
                at once; their fields are paths ("moves[1].source").
        """
        refuse_if_any(_OVERLAY.problems(data, ""))
        parts: Mapping[str, Any] = data  # type: ignore[assignment]  # a mapping: refused above if not
        statuses, bad_statuses = read_list(parts.get("statuses", ()), "statuses", _STATUS, Status)
        labels, bad_labels = read_list(parts.get("labels", ()), "labels", _LABEL, _label)
        moves, bad_moves = read_list(parts.get("moves", ()), "moves", _MOVE, Move)
        refuse_if_any((*bad_statuses, *bad_labels, *bad_moves))
        return cls(statuses, labels, moves)
