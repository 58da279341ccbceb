"""Statuses: where a subject can be, and what that means to the generic rules and screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.checks import (
    BUYER,
    SELLER,
    name_problems,
    refuse_if_any,
    set_of_names,
    side_problems,
    title_problems,
)

START = "(start)"
"""Where a subject is before it exists: an action from `START` creates it."""

EVERYONE = "*"
"""Stands for every side, and for actors without one: `editable_by={EVERYONE}`."""

STAGES = ("draft", "waiting", "open", "done", "dropped")
"""What a status means to someone who does not know the module; each is a default tab."""


@attrs.frozen
class Status:
    """One status and its traits; generic rules and screens read the traits, never the name.

    Attributes:
        name: what is stored.
        title: what is shown, in the catalogue's source language.
        stage: one of `STAGES`.
        final: a legitimate resting place; it may still have actions.
        tone: a hint for its badge ("red", "green" …), "" for the stage's own.
        visible_to: sides ("buyer", "seller") that may see a subject in it; empty means everyone.
        editable_by: sides that may edit its lines; empty means nobody, `{EVERYONE}` everyone.
        commits: its quantities and amounts count; by default in every stage but dropped.
        deletable: a subject in it may be deleted (a tombstone).
        exportable: integrations may pick it up.
        archivable: it may leave the active screens.
        confirmable: it may be confirmed.

    Raises:
        Refused: [lifecycle.name, lifecycle.title, lifecycle.stage, lifecycle.side].
    """

    name: str
    title: str
    stage: str = attrs.field(kw_only=True)
    final: bool = attrs.field(default=False, kw_only=True)
    tone: str = attrs.field(default="", kw_only=True)
    visible_to: frozenset[str] = attrs.field(
        default=frozenset(), converter=set_of_names, kw_only=True
    )
    editable_by: frozenset[str] = attrs.field(
        default=frozenset(), converter=set_of_names, kw_only=True
    )
    commits: bool = attrs.field(kw_only=True)
    deletable: bool = attrs.field(default=False, kw_only=True)
    exportable: bool = attrs.field(default=False, kw_only=True)
    archivable: bool = attrs.field(default=False, kw_only=True)
    confirmable: bool = attrs.field(default=False, kw_only=True)

    @commits.default
    def _commits_unless_dropped(self) -> bool:
        return self.stage != "dropped"

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("status", self.name)
        yield from title_problems("status", self.title)
        if self.stage not in STAGES:
            yield Problem(
                "lifecycle.stage",
                "Status {name} is in no known stage. To place it, choose one of {stages}.",
                "stage",
                params={"name": self.name, "stages": ", ".join(STAGES)},
            )
        for trait in ("visible_to", "editable_by"):
            for side in sorted(getattr(self, trait), key=str):
                yield from side_problems(self.name, side, (BUYER, SELLER, EVERYONE), field=trait)

    def shows_to(self, sides: Iterable[str]) -> bool:
        """Whether somebody on one of these sides may see a subject in this status."""
        return not self.visible_to or _meets(self.visible_to, sides)

    def lets_edit(self, sides: Iterable[str]) -> bool:
        """Whether somebody on one of these sides may edit lines in this status."""
        return _meets(self.editable_by, sides)


def _meets(allowed: frozenset[str], sides: Iterable[str]) -> bool:
    return EVERYONE in allowed or not allowed.isdisjoint(sides)
