"""One raw setting to its type, through the gates; what it may be depends on the type alone."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn

from orderloom.errors import Problem, Refused
from orderloom.tenants.secrets import SecretRef
from orderloom.values import date_of, decimal_of, nearest, plain, shown, text_of

LONGEST_TEXT = 20_000
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")
_UNCLEAR = re.compile(r"^\[|,")  # as people list things, or JSON a shell took the quotes from
_LISTS = (tuple, list, set, frozenset)


def structure(raw: object, kind: Any) -> Any:
    """A raw value (from TOML, JSON or an environment variable) as a value of a type.

    Text is taken for every type: for a list, its items are separated by | or lines, or it is a
    list in JSON, as such settings are listed (a comma may belong to an item, so it asks for one of
    the two); for other values with parts, JSON; for an optional type, empty text is None.

    Raises:
        Refused: [settings.*], [text.*], [decimal.*], [date.*]; all problems of the value.
    """
    bare = _without_none(kind)
    if raw is None or (raw == "" and bare is not kind):
        return _none(kind, bare)
    if isinstance(raw, str):
        raw = _parts(raw, bare)
    try:
        return _converter().structure(raw, bare)
    except Exception as error:  # cattrs hands on whatever a converter or validator raises
        raise Refused(dict.fromkeys(problems_of(error))) from None


def _parts(text: str, kind: Any) -> Any:
    """The parts of a value that has some; any other text as it is."""
    is_list = get_origin(kind) in _LISTS
    is_record = get_origin(kind) is dict or (attrs.has(kind) and kind is not SecretRef)
    if not (is_list or is_record):
        return text
    with suppress(ValueError, RecursionError):
        read = json.loads(text)
        if isinstance(read, list if is_list else dict):
            return read
    return _items(text) if is_list else text


def _items(text: str) -> list[str]:
    """The items of a list that is no JSON."""
    items = [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]
    if len(items) == 1 and _UNCLEAR.search(items[0]):
        several = [part.strip("[]\"' ") for part in items[0].split(",")]
        raise _refusal(
            "settings.unclear_list",
            "“{given}” may mean one item or several. To say which, write {several} or {one} (in "
            "quotes, if a shell reads it).",
            text,
            several=shown(_json(several)),
            one=shown(_json(items)),
        )
    return items


def _json(items: list[str]) -> str:
    return json.dumps(items, ensure_ascii=False)


def unstructure(value: object) -> Any:
    """A value as it is stored and shown: JSON-ready, secrets as references."""
    if isinstance(value, set | frozenset):
        return sorted(_converter().unstructure(item) for item in value)
    return _converter().unstructure(value)


def problems_of(error: BaseException) -> Iterator[Problem]:
    """What went wrong in gates, converters and validators, one by one."""
    if isinstance(error, Refused):
        yield from error.problems
    elif isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from problems_of(inner)
    else:
        told = str(error.args[0]) if error.args else ""
        reason = told or str(error) or type(error).__name__
        template = "The value does not fit: {reason}. To go on, correct it."
        yield Problem("settings.does_not_fit", template, params={"reason": reason[:200]})


@cache
def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(bool, _flag)
    made.register_structure_hook(int, _integer)
    made.register_structure_hook(Decimal, lambda raw, _: decimal_of(raw, ""))
    made.register_structure_hook(date, lambda raw, _: date_of(raw, ""))
    made.register_structure_hook(SecretRef, lambda raw, _: SecretRef(raw))
    made.register_structure_hook_func(_is_choice, _choice)
    made.register_structure_hook_factory(
        lambda kind: attrs.has(kind) and kind is not SecretRef,
        lambda kind: make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True),
    )
    made.register_unstructure_hook(Decimal, plain)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(SecretRef, str)
    return made


def _text(raw: object, _: Any) -> str:
    return text_of(raw, "", longest=LONGEST_TEXT, multiline=True, required=False)


def _flag(raw: object, _: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().casefold() if isinstance(raw, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise _refusal(
        "settings.not_yes_or_no",
        "“{given}” is neither yes nor no. To set it, write true or false.",
        raw,
    )


def _integer(raw: object, _: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and _INTEGER.fullmatch(raw.strip()):
        return int(raw)
    raise _refusal(
        "settings.not_whole", "“{given}” is no whole number. To set it, write digits only.", raw
    )


def _is_choice(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is Literal


def _choice(raw: object, kind: Any) -> Any:
    choices = get_args(kind)
    if any(raw == choice and type(raw) is type(choice) for choice in choices):
        return raw
    words = [str(choice) for choice in choices]
    raise _refusal(
        "settings.not_a_choice", "“{given}” is not possible here. To set it, write {nearest}.",
        raw, nearest=nearest(shown(raw), words, otherwise=" or ".join(words)),
    )  # fmt: skip


def _none(kind: Any, bare: Any) -> None:
    if bare is kind:
        raise _refusal("settings.no_value", "There is no value. To set it, write one.", None)


def _without_none(kind: Any) -> Any:
    """X of an optional X; any other type as it is."""
    if get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
        rest = [part for part in get_args(kind) if part is not type(None)]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - parts known only now
    return kind


def field_types(cls: type[Any]) -> dict[str, Any]:
    """The types of an attrs class's settings by name, written as text or not."""
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in attrs.fields(cls) if field.init}


def _refusal(code: str, template: str, raw: object, **params: str) -> Refused:
    return Refused([Problem(code, template, params={"given": shown(raw), **params})])
