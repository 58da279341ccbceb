"""Raw values by type, good and bad: what a form, a file or a caller might hand in."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

import attrs

from orderloom.testing.clock import NOON
from orderloom.testing.fuzzing.dice import Dice
from orderloom.values import Address, Contact

_MOST_OF_A_LIST: Final = 3
_BAD: Final = ("", None, "NaN", "-1", "1e3", "x\x00y", "0.0000001", 10**13, {"who": "?"}, ["a"])
_GOOD: Final[dict[Any, Sequence[Any]]] = {
    str: ("Sample", "", "Größe 5 — ½", "two\nlines"),
    int: (1, "2", 0, 7),
    Decimal: ("1", "0", "2.5", "12.345678", "999999"),
    bool: (True, False, "yes"),
    date: ("2026-07-08", (NOON + timedelta(days=30)).date()),
    datetime: (NOON, NOON + timedelta(days=1)),
    UUID: ("00000000-0000-0000-0000-000000000000",),
    Address: ({"lines": ["1 Sample Street"], "city": "Exampleton"},),
    Contact: ("Sample Desk <desk@sample.example>",),
}


def raw_options(options: type[Any], dice: Dice, words: Sequence[str] = ()) -> dict[str, Any]:
    """Options of an action as a mapping: mostly good, sometimes one bad or unknown or missing.

    Args:
        options: attrs class of the options.
        dice: makes the choices.
        words: what texts may say beside the usual, such as names of statuses.
    """
    made = _record(options, dice, words)
    if dice.chance(6):
        fields = [field.name for field in attrs.fields(options) if field.init]
        spoilt = dice.pick([*fields, "no_such_option"])
        made[spoilt] = dice.pick(_BAD)
    return made


def _record(cls: type[Any], dice: Dice, words: Sequence[str]) -> dict[str, Any]:
    kinds = typing.get_type_hints(cls)
    return {
        field.name: _value(kinds[field.name], dice, words)
        for field in attrs.fields(cls)
        if field.init and (field.default is attrs.NOTHING or dice.chance(2))
    }


def _value(kind: Any, dice: Dice, words: Sequence[str]) -> Any:
    if get_origin(kind) in (Union, UnionType):
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if dice.chance(3) else _value(inner, dice, words)
    if get_origin(kind) in (tuple, list, set, frozenset):
        count = 1 + dice.number(_MOST_OF_A_LIST - 1)
        return [_value(get_args(kind)[0], dice, words) for _ in range(count)]
    if get_origin(kind) is Literal:
        return dice.pick(get_args(kind))
    if kind is str:
        return dice.pick([*_GOOD[str], *words])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return dice.pick([member.value for member in kind])
    if kind not in _GOOD and isinstance(kind, type) and attrs.has(kind):
        return _record(kind, dice, words)
    return dice.pick(_GOOD.get(kind, ("1",)))
