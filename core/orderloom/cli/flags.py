"""The flags of an action, drawn from the attrs class of its options."""

from __future__ import annotations

import csv
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import attrs
import click

from orderloom.cli.files import read_file
from orderloom.values import Address, Contact, pair_of

_SEVERAL = (tuple, list, set, frozenset)
_METAVARS = {Decimal: "NUMBER", int: "INTEGER", date: "YYYY-MM-DD", datetime: "INSTANT", UUID: "ID"}
_PAIRS = "name=value,name=value, or @FILE.json"
_TEXT_RECORDS = (Address, Contact)  # records that have a notation of their own


def flags_of(options: type[Any]) -> list[click.Option]:
    """One flag for each option; their values are left to the gates, so that all are judged at once.

    Args:
        options: attrs class; `metadata["help"]` of a field is its help.
    """
    kinds = typing.get_type_hints(options)
    return [_flag(field, kinds[field.name]) for field in attrs.fields(options) if field.init]


def raw_options(options: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given on the command line, as the mapping the gates read; absent flags are left out.

    Args:
        options: the class the flags were drawn from.
        given: values by field name, as click hands them over.

    Raises:
        Refused: [text.not_a_pair] a record is not written as name=value,name=value; and what
            `read_file` refuses of an @file.
    """
    kinds = typing.get_type_hints(options)
    raw: dict[str, Any] = {}
    for field in attrs.fields(options):
        value = given.get(field.name)
        if value is None or value == ():
            continue
        item = _item(kinds[field.name])
        if isinstance(value, tuple):
            raw[field.name] = [part for text in value for part in _values(item, text, field.name)]
        elif _is_record(item) or str(value).startswith("@"):
            raw[field.name] = _single(item, value, field.name)
        else:
            raw[field.name] = value
    return raw


def _flag(field: attrs.Attribute[Any], kind: Any) -> click.Option:
    name = field.name.replace("_", "-")
    item = _item(kind)
    help = str(field.metadata.get("help", ""))
    if _bare(kind) is bool:
        return click.Option(
            [f"--{name}/--no-{name}", field.name], default=None, help=_described(help, field)
        )
    return click.Option(
        [f"--{name}", field.name],
        multiple=_is_several(kind),
        default=None,
        type=_choice(item),
        metavar=None if _choice(item) else _metavar(item),
        help=_described(help or _notation(item), field),
    )


def _described(help: str, field: attrs.Attribute[Any]) -> str:
    if field.default is attrs.NOTHING:
        note = "required"
    elif isinstance(field.default, bool):
        note = f"default: {'' if field.default else 'no-'}{field.name.replace('_', '-')}"
    elif isinstance(field.default, str | int | Decimal | date) and field.default != "":
        note = f"default: {field.default}"
    else:
        note = ""
    return "  ".join(filter(None, (help, f"[{note}]" if note else "")))


def _notation(item: Any) -> str:
    if not _is_record(item):
        return ""
    names = ",".join(f"{field.name}=…" for field in attrs.fields(item) if field.init)
    return f"{names}, or @FILE.json with one or a list of them."


def _metavar(item: Any) -> str:
    if _is_record(item):
        return "NAME=VALUE,…"
    return _METAVARS.get(item, "TEXT")


def _choice(item: Any) -> click.Choice[str] | None:
    if get_origin(item) is Literal:
        return click.Choice([str(choice) for choice in get_args(item)])
    if isinstance(item, type) and issubclass(item, Enum):
        return click.Choice([str(member.value) for member in item])
    return None


# ── values ─────────────────────────────────────────────────────────────────────────────────


def _values(item: Any, text: str, name: str) -> Iterator[Any]:
    """The values of one use of a flag that may be repeated; an @file may hold many."""
    value = _single(item, text, name)
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _single(item: Any, text: str, name: str) -> Any:
    if text.startswith("@"):
        return read_file(Path(text[1:]))
    return _pairs(text, name) if _is_record(item) else text


def _pairs(text: str, name: str) -> dict[str, str]:
    """line=1,price=12.50,"note=blue, matt" as a mapping."""
    pairs = {}
    for part in next(csv.reader([text], skipinitialspace=True), []):
        key, value = pair_of(part, name, example=_PAIRS, blank=True)
        pairs[key] = value
    return pairs


# ── types ──────────────────────────────────────────────────────────────────────────────────


def _item(kind: Any) -> Any:
    """The type of one value: X of X | None and of tuple[X, ...]."""
    bare = _bare(kind)
    return _bare(get_args(bare)[0]) if _is_several(bare) else bare


def _bare(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        return rest[0] if len(rest) == 1 else str
    return kind


def _is_several(kind: Any) -> bool:
    return get_origin(_bare(kind)) in _SEVERAL


def _is_record(item: Any) -> bool:
    return isinstance(item, type) and attrs.has(item) and item not in _TEXT_RECORDS
