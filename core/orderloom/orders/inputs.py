"""Records from untrusted mappings (forms, JSON, flags): every gate, every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

import attrs
import cattrs
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn

from orderloom.errors import Problem, Refused
from orderloom.values import (
    Address,
    Contact,
    address_of,
    contact_of,
    date_of,
    decimal_of,
    id_of,
    instant_of,
    nearest,
    shown,
    text_of,
)

T = TypeVar("T")

_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_record(cls: type[T], raw: Mapping[str, Any], field: str = "") -> T:
    """The attrs record a mapping describes.

    Args:
        cls: attrs class whose fields are text, numbers, decimals, dates, ids, addresses, other
            such records or tuples of them.
        raw: values as text or already of their type.
        field: path put before the names in problems.

    Raises:
        Refused: all problems at once, each with the path of its field.
    """
    try:
        return _converter().structure(raw, cls)
    except (Refused, ClassValidationError, IterableValidationError) as group:
        raise Refused(_problems(group, field)) from None


def _record(read: Any, cls: type[Any]) -> Any:
    """Reads a record from its fields, or from one of its class, whose fields are read again."""

    def structure(raw: object, _: Any) -> Any:
        if isinstance(raw, cls):
            raw = attrs.asdict(cast(Any, raw), recurse=False)
        if not isinstance(raw, Mapping):
            raise _misfit(raw, "its fields: " + ", ".join(attrs.fields_dict(cls)))
        return read(raw, cls)

    return structure


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,)


def _tuple(kind: Any, made: cattrs.Converter) -> Any:
    """Reads a tuple of any length; a text is no list of its characters."""
    inner = get_args(kind)[0]

    def structure(raw: object, _: Any) -> Any:
        if isinstance(raw, str | Mapping) or not isinstance(raw, Iterable):
            raise _misfit(raw, "a list")
        read, problems = [], []
        for index, one in enumerate(raw):
            try:
                read.append(made.structure(one, inner))
            except Exception as error:  # of whatever the class checks its fields with
                problems += _problems(error, f"[{index}]")
        if problems:
            raise Refused(problems)
        return tuple(read)

    return structure


def _misfit(raw: object, wanted: str) -> Refused:
    text = "“{given}” does not belong here. To go on, give {wanted}."
    params = {"given": shown(raw), "wanted": wanted}
    return Refused([Problem("input.malformed", text, params=params)])


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and NoneType in get_args(kind)


def _optional(kind: Any, made: cattrs.Converter) -> Any:
    """Reads what may be absent: None, and an empty text where no text is wanted."""
    (inner,) = (one for one in get_args(kind) if one is not NoneType)
    empty = (None,) if inner is str else (None, "")

    def structure(raw: object, _: Any) -> Any:
        absent = raw is None or (isinstance(raw, str) and raw in empty)
        return None if absent else made.structure(raw, inner)

    return structure


@lru_cache(maxsize=1)
def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    made.register_structure_hook_factory(
        attrs.has,
        lambda cls: _record(make_dict_structure_fn(cls, made, _cattrs_forbid_extra_keys=True), cls),
    )
    made.register_structure_hook_factory(_is_tuple, lambda kind: _tuple(kind, made))
    made.register_structure_hook_factory(_is_optional, lambda kind: _optional(kind, made))
    gates: dict[type, Any] = {
        str: lambda raw, _: text_of(raw, "", longest=5000, multiline=True, required=False),
        Decimal: lambda raw, _: decimal_of(raw, ""),
        int: lambda raw, _: _integer(raw),
        bool: lambda raw, _: _boolean(raw),
        dt.date: lambda raw, _: date_of(raw, ""),
        dt.datetime: lambda raw, _: instant_of(raw, ""),
        UUID: lambda raw, _: id_of(raw, ""),
        Address: lambda raw, _: address_of(raw, ""),
        Contact: lambda raw, _: contact_of(raw, ""),
    }
    for cls, gate in gates.items():
        made.register_structure_hook(cls, gate)
    return made


def _integer(raw: object) -> int:
    number = decimal_of(raw, "")
    if number != int(number):
        text = "{given} is not a whole number. To set it, leave out the decimals."
        raise Refused([Problem("number.not_whole", text, params={"given": shown(raw)})])
    return int(number)


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    known = _YES.get(raw.lower()) if isinstance(raw, str) else None
    if known is None:
        text = "{given} is neither yes nor no. To set it, write yes or no."
        raise Refused([Problem("boolean.malformed", text, params={"given": shown(raw)})])
    return known


def _problems(error: BaseException, field: str) -> list[Problem]:
    if isinstance(error, Refused):
        return [
            attrs.evolve(problem, field=_joined(field, problem.field)) for problem in error.problems
        ]
    if isinstance(error, ForbiddenExtraKeysError):
        return [_unknown(name, error, field) for name in sorted(error.extra_fields, key=str)]
    if isinstance(error, ClassValidationError | IterableValidationError):
        noted, others = error.group_exceptions()
        found = [problem for part in others for problem in _problems(part, field)]
        for part, note in noted:
            name = note.name if hasattr(note, "name") else f"[{note.index}]"
            found += _problems(part, _joined(field, str(name)))
        return found
    if isinstance(error, KeyError):
        text = "It is missing. To go on, give it."
        return [Problem("input.missing", text, field)]
    text = "{reason}. To set it, give a value of the right kind."
    params = {"reason": shown(str(error) or type(error).__name__)}
    return [Problem("input.malformed", text, field, params=params)]


def _joined(field: str, name: str) -> str:
    name = name.removeprefix(".")  # gates asked about "" put a dot before what lies inside
    if not field or not name or name.startswith("["):
        return field + name
    return f"{field}.{name}"


def _unknown(name: object, error: ForbiddenExtraKeysError, field: str) -> Problem:
    known = attrs.fields_dict(error.cl) if error.cl is not None else {}
    text = "There is no {name} here. To set something, use: {known}."
    close = nearest(shown(name), known, otherwise=", ".join(known) or "nothing")
    params = {"name": shown(name), "known": close}
    return Problem("input.unknown", text, _joined(field, shown(name)), params=params)
