"""Options made from the types of their fields, for actions nobody gave samples of."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from orderloom.testing.clock import NOON
from orderloom.values import Address, Contact

_MOST_CHOICES = 6

_PLAIN: dict[Any, Any] = {
    str: "Sample",
    int: 1,
    Decimal: "1",
    bool: True,
    date: (NOON + timedelta(days=7)).date(),
    datetime: NOON + timedelta(days=7),
    Address: {"lines": ["1 Sample Street"], "city": "Exampleton"},
    Contact: "Sample Desk <desk@sample.example>",
}


def guessed_options(options: type[Any] | None) -> Iterator[Any]:
    """Options to try an action with, the likeliest first.

    Args:
        options: attrs class, None for an action that takes none.

    Yields:
        Mappings of raw values: what is required alone, then one for each other choice of a field
        that has few (yes or no, a literal, an enum).
    """
    if options is None:
        yield None
        return
    kinds = typing.get_type_hints(options)
    fields = [field for field in attrs.fields(options) if field.init]
    required = [field.name for field in fields if field.default is attrs.NOTHING]
    base = {name: _guess(kinds[name]) for name in required}
    yield base
    for field in fields:
        for choice in _choices(kinds[field.name]):
            if choice != base.get(field.name, field.default):
                yield {**base, field.name: choice}


def _guess(kind: Any) -> Any:
    choices = _choices(kind)
    if choices:
        return choices[0]
    bare = _bare(kind)
    if get_origin(bare) in (tuple, list, set, frozenset):
        return [_guess(get_args(bare)[0])]
    if isinstance(bare, type) and bare not in _PLAIN and attrs.has(bare):
        return next(guessed_options(bare))
    return _PLAIN.get(bare, "1")


def _choices(kind: Any) -> list[Any]:
    bare = _bare(kind)
    if bare is bool:
        return [True, False]
    if get_origin(bare) is Literal:
        return list(get_args(bare))[:_MOST_CHOICES]
    if isinstance(bare, type) and issubclass(bare, Enum):
        return [member.value for member in bare][:_MOST_CHOICES]
    return []


def _bare(kind: Any) -> Any:
    """The type of a value that may be absent."""
    if get_origin(kind) in (Union, UnionType):
        inner = [part for part in get_args(kind) if part is not NoneType]
        return inner[0]
    return kind
