"""What the specifications say, as records: which hooks there are, what each is given and answers.

Everything that reads hooks (registration, dispatch, the page `docs/hooks.md`) reads this table, so
that a hook is declared once, in `specs.py`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final

import attrs

from orderloom.modules import specs


@attrs.frozen
class Hook:
    """One hook.

    Attributes:
        name: of the function in `specs.py`; what stands before the first "_" is its form.
        arguments: what an implementation may ask for, by name.
        answer: class of the record (or of each record) it answers, None if it answers nothing.
        many: whether it may answer several records.
    """

    name: str
    arguments: tuple[str, ...]
    answer: type[Any] | None
    many: bool

    @property
    def form(self) -> str:
        """The first word of its name, which says when it runs ("check", "on")."""
        return self.name.partition("_")[0]

    @property
    def contributes(self) -> bool:
        """Whether it runs once per set of modules, before there is a command."""
        return self.form == "register" or self.name == "extend_lifecycle"

    @property
    def expected(self) -> str:
        """What it may answer, in words."""
        if self.answer is None:
            return "nothing"
        word = "a record" if self.answer is object else self.answer.__name__
        return f"{word}, several in a list, or None" if self.many else f"{word} or None"


def _hook(spec: Callable[..., Any]) -> Hook:
    answer, many = _answer(typing.get_type_hints(spec)["return"])
    return Hook(spec.__name__, tuple(inspect.signature(spec).parameters), answer, many)


def _answer(hint: Any) -> tuple[type[Any] | None, bool]:
    """The class of the records a return annotation names, and whether it names several."""
    members = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    for member in members:
        if typing.get_origin(member) in (Iterable, Sequence):
            (item,) = typing.get_args(member)
            return (object if item is Any else item), True
    return next((member for member in members if member is not NoneType), None), False


HOOKS: Final[Mapping[str, Hook]] = MappingProxyType(
    {
        name: _hook(spec)
        for name, spec in vars(specs).items()
        if hasattr(spec, f"{specs.PROJECT}_spec")
    }
)
"""Every hook there is, by name, in the order of `specs.py`."""
