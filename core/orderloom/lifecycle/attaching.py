"""What files may come with an action."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.checks import (
    name_problems,
    refuse_if_any,
    shown,
    title_problems,
    tuple_of_names,
)

if TYPE_CHECKING:
    from orderloom.lifecycle.action import Action

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
PDF: Final = "application/pdf"
MEDIA: Final = (JPEG, PNG, PDF)
"""All media that may be attached."""

BY_HAND: Final = "file"
"""The kind of a file that belongs to no action: it may be attached to any subject."""

_MOST = 100
_GUARDABLE = re.compile(r"prices\Z|data\..")


@attrs.frozen
class Attaches:
    """One kind of file that may come with an action.

    Attributes:
        kind: what such a file is, a word such as "invoice"; unique in the action.
        most: how many of them may come each time it is performed; 1 to 100.
        media: what they may be: of `JPEG`, `PNG` and `PDF`.
        title: what a screen calls one of them; from the kind if not given.
        shows: what such a file tells of that can be hidden (`Guarded`): "prices", "data.<key>";
            whoever may not see that may attach one, but is not shown any.

    Raises:
        Refused: [lifecycle.name, lifecycle.title, lifecycle.attaches], all at once.
    """

    kind: str
    most: int = attrs.field(default=1, kw_only=True)
    media: tuple[str, ...] = attrs.field(default=MEDIA, converter=tuple_of_names, kw_only=True)
    title: str = attrs.field(kw_only=True)
    shows: tuple[str, ...] = attrs.field(default=(), converter=tuple_of_names, kw_only=True)

    @title.default
    def _title_from_kind(self) -> str:
        return str(self.kind).replace("_", " ").capitalize()

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("file", self.kind, field="kind")
        yield from title_problems("file", self.title)
        if self.kind == BY_HAND:
            text = (
                "The kind {kind} is for files attached by hand. To declare one, name it otherwise."
            )
            yield self._problem("kind", text, kind=BY_HAND)
        if not isinstance(self.most, int) or not 1 <= self.most <= _MOST:
            text = "{kind}: {given} is no limit. To set one, write a number from 1 to {most}."
            yield self._problem("most", text, given=shown(self.most), most=_MOST)
        if not self.media or not set(self.media) <= set(MEDIA):
            text = "{kind}: {given} cannot be attached. To declare it, use: {known}."
            given = ", ".join(map(shown, self.media)) or "nothing"
            yield self._problem("media", text, given=given, known=", ".join(MEDIA))
        if wrong := [one for one in self.shows if not _GUARDABLE.match(str(one))]:
            text = "{kind}: {given} cannot be hidden. To declare it, use prices or data.<key>."
            yield self._problem("shows", text, given=", ".join(map(shown, wrong)))

    def _problem(self, field: str, template: str, **params: object) -> Problem:
        return Problem("lifecycle.attaches", template, field, params={"kind": self.kind, **params})


def kinds_without(hidden: Iterable[str], actions: Iterable[Action]) -> set[str]:
    """The kinds of files that show nothing of what is hidden; none that no action declares."""
    declared = [one for action in actions for one in action.attaches]
    telling = {one.kind for one in declared if not set(hidden).isdisjoint(one.shows)}
    return {BY_HAND, *(one.kind for one in declared)} - telling


def tuple_of_attaches(value: Attaches | Iterable[Any]) -> tuple[Any, ...]:
    """One kind of file or several, as a tuple; what was stored as plain values is read again."""
    several = (value,) if isinstance(value, Attaches) else tuple(value)
    return tuple(Attaches(**one) if isinstance(one, dict) else one for one in several)
