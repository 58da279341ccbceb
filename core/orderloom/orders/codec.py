"""Records as canonical JSON text: what is stored, hashed and handed out.

Canonical means: sorted keys, no spaces, decimals and instants as text, absent values left out.
Writing what was read gives the same bytes, which lets data of an absent module survive edits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, TypeVar, get_origin
from uuid import UUID

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from orderloom.values import Money, decimal_of, plain

try:
    orjson: Any = import_module("orjson")
except ImportError:  # it makes commands faster by a tenth or more, and nothing else
    orjson = None

T = TypeVar("T")


def _decimal(raw: Any, _: type) -> Decimal:
    return decimal_of(raw, "")


def _no_binary(raw: float) -> Any:
    return decimal_of(raw, "")  # always refused: a float would not be read back


def _money(raw: Any, _: type) -> Money:
    if len(raw) != 2:
        raise ValueError(f"an amount of money has two fields, not {len(raw)}")
    return _amount(raw["amount"], raw["currency"])


@lru_cache(maxsize=256)  # of the four sums of an order two are nothing, and two often the same
def _amount(amount: str, currency: str) -> Money:
    return Money(decimal_of(amount, ""), currency)


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
    made.register_structure_hook(Money, _money)
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
    """Canonical JSON text; the same with orjson, which is used if it is installed, and without.

    Raises:
        TypeError: it holds something that is no JSON.
    """
    if orjson is not None:
        try:
            return str(orjson.dumps(raw, None, _CANONICAL), "utf-8")
        except TypeError:
            pass  # whole numbers beyond 64 bits and the like, which only the slow way takes
    return _encode(raw)


def dumps_rows(raw: Any, default: Callable[[Any], Any]) -> str:
    """JSON text for a database: in any order, values that are no JSON as `default` makes them."""
    if orjson is not None:
        try:
            return str(orjson.dumps(raw, default, orjson.OPT_PASSTHROUGH_DATETIME), "utf-8")
        except TypeError:
            pass
    return json.dumps(raw, separators=(",", ":"), ensure_ascii=False, default=default)


def loads(text: str) -> Any:
    """What `dumps` wrote; numbers with a fraction are refused, decimals travel as text."""
    return _decode(text)


def glance(text: str) -> Any:
    """What `dumps` wrote, for who takes texts and whole numbers of it: as `loads`, but faster."""
    return _decode(text) if orjson is None else orjson.loads(text)


def _no_float(text: str) -> Any:
    raise ValueError(f"a decimal must be written as text, not as the number {text}")


# What is no JSON stays none: instants and dataclasses, which orjson would take.
_CANONICAL: Final = orjson and (
    orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
)
# Made once: `json.dumps` and `json.loads` make them anew at every call that is not the default.
_encode: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_decode: Final = json.JSONDecoder(parse_float=_no_float).decode


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()
