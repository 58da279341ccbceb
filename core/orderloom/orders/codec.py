"""Records as canonical JSON text: what is stored, hashed and handed out.

Canonical means: sorted keys, no spaces, decimals and instants as text, absent values left out.
Writing what was read gives the same bytes, which lets data of an absent module survive edits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, get_origin
from uuid import UUID

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from orderloom.values import decimal_of, plain

T = TypeVar("T")


def _decimal(raw: Any, _: type) -> Decimal:
    return decimal_of(raw, "")


def _no_binary(raw: float) -> Any:
    return decimal_of(raw, "")  # always refused: a float would not be read back


def _is_object(kind: Any) -> bool:
    return kind is object


def _is_set(kind: Any) -> bool:
    return kind is frozenset or get_origin(kind) is frozenset


@lru_cache(maxsize=1)
def converter() -> cattrs.Converter:
    """The one converter between attrs records and JSON-ready values."""
    made = cattrs.Converter(forbid_extra_keys=True)
    made.register_unstructure_hook(Decimal, plain)
    made.register_structure_hook(Decimal, _decimal)
    for kind in (dt.datetime, dt.date):
        made.register_unstructure_hook(kind, kind.isoformat)
        made.register_structure_hook(kind, lambda raw, to: to.fromisoformat(raw))
    made.register_unstructure_hook(float, _no_binary)
    made.register_unstructure_hook_func(_is_object, lambda raw: made.unstructure(raw))
    made.register_unstructure_hook_func(
        _is_set, lambda raw: sorted(made.unstructure(one) for one in raw)
    )
    made.register_unstructure_hook(UUID, str)
    made.register_structure_hook(UUID, lambda raw, _: UUID(raw))
    made.register_unstructure_hook_factory(
        attrs.has,
        lambda cls: make_dict_unstructure_fn(cls, made, _cattrs_omit_if_default=True),
    )
    made.register_structure_hook_factory(
        attrs.has,
        lambda cls: make_dict_structure_fn(cls, made, _cattrs_forbid_extra_keys=True),
    )
    return made


def to_plain(record: object) -> Any:
    """A record as dicts, lists and text, ready for JSON.

    Raises:
        Refused: [decimal.not_a_number] it holds a float, which nothing here may.
    """
    return converter().unstructure(record)


def from_plain(cls: type[T], raw: Any) -> T:
    """The record of class `cls` that `to_plain` was made from."""
    return converter().structure(raw, cls)


def dumps(raw: Any) -> str:
    """Canonical JSON text."""
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def loads(text: str) -> Any:
    """What `dumps` wrote; numbers with a fraction are refused, decimals travel as text."""
    return json.loads(text, parse_float=_no_float)


def _no_float(text: str) -> Any:
    raise ValueError(f"a decimal must be written as text, not as the number {text}")


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()
