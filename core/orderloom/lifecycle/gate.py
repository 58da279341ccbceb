"""The gate for overlays that arrive as JSON: shapes first, then the declarations' own checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from orderloom.errors import Problem, Refused
from orderloom.lifecycle.checks import shown

_Made = TypeVar("_Made")

TEXT, FLAG, LIST, TEXTS = "a text", "true or false", "a list", "a list of texts"


def _is(wanted: str, value: object) -> bool:
    if wanted == TEXTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, {TEXT: str, FLAG: bool, LIST: list}[wanted])


@attrs.frozen
class Shape:
    """What a JSON object may hold.

    Attributes:
        keys: key -> TEXT, FLAG, LIST or TEXTS.
        required: the keys it must have.
    """

    keys: Mapping[str, str]
    required: tuple[str, ...] = ()

    def problems(self, data: object, path: str) -> Iterator[Problem]:
        """Problems [lifecycle.overlay] of a value that should have this shape."""
        if not isinstance(data, Mapping):
            yield self._problem("{value} is not an object. To give it, use {keys}.", path, data)
            return
        for key, value in data.items():
            field = f"{path}.{key}".lstrip(".")
            if key not in self.keys:
                yield self._problem("{value} means nothing here. To go on, use {keys}.", path, key)
            elif not _is(self.keys[key], value):
                template = "{value} is of the wrong kind. To set it, give {wanted}."
                yield self._problem(template, field, value, self.keys[key])
        for key in self.required:
            if key not in data:
                field = f"{path}.{key}".lstrip(".")
                yield self._problem("{value} is missing. To go on, give it.", field, key)

    def _problem(self, template: str, field: str, value: object, wanted: str = "") -> Problem:
        params = {"value": shown(value), "wanted": wanted, "keys": ", ".join(self.keys)}
        return Problem("lifecycle.overlay", template, field, params=params)


def read_list(
    items: Iterable[Any], path: str, shape: Shape, make: Callable[..., _Made]
) -> tuple[list[_Made], list[Problem]]:
    """What `make` makes of each JSON object in a list, and the problems of those it refuses."""
    made: list[_Made] = []
    problems: list[Problem] = []
    for at, item in enumerate(items):
        where = f"{path}[{at}]"
        if misshapen := tuple(shape.problems(item, where)):
            problems.extend(misshapen)
            continue
        try:
            made.append(make(**item))
        except Refused as refused:
            problems.extend(
                attrs.evolve(problem, field=f"{where}.{problem.field}")
                for problem in refused.problems
            )
    return made, problems
