"""What stands where an amount is hidden from whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from orderloom.errors import Forbidden, Problem

PRICES: Final = "prices"
"""Price, total and tax of the lines, the adjustments, and the totals of an order."""

_DATA: Final = "data."


def is_guardable(name: str) -> bool:
    """Whether a permission can guard what is called so: PRICES, or "data.<key>" of a module."""
    return name == PRICES or (name.startswith(_DATA) and len(name) > len(_DATA))


def hidden_data(hidden: Iterable[str]) -> frozenset[str]:
    """The keys of module data among what is hidden."""
    return frozenset(name.removeprefix(_DATA) for name in hidden if name.startswith(_DATA))


class Hidden:
    """An amount somebody may not see: it reads “hidden”, and is nothing to reckon with."""

    __slots__ = ()

    def __str__(self) -> str:
        return "hidden"

    def __repr__(self) -> str:
        return "HIDDEN"

    def __reduce__(self) -> str:
        return "HIDDEN"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        text = "The prices are hidden from you. To see them, ask somebody who may show them to you."
        raise Forbidden([Problem("field.hidden", text, forbidden=True)])


HIDDEN: Final[Any] = Hidden()
