"""Picking values out of mappings by name, as quickly as Python can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any


def picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """What picks the values of some names out of a mapping, in the order of the names.

    Raises:
        KeyError: when it is called, the mapping lacks one.
    """
    if len(names) > 1:
        return itemgetter(*names)
    return lambda mapping: [mapping[name] for name in names]
