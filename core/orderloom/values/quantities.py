"""Quantities: a number and the unit it counts."""

from __future__ import annotations

from decimal import Decimal
from functools import total_ordering

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values.decimals import EXACT, decimal_of, plain


def _exact(value: Decimal) -> Decimal:
    return decimal_of(value, "value")


@total_ordering
@attrs.frozen
class Quantity:
    """A number of units; quantities of different units are never equal and never mix.

    Attributes:
        value: exact, at most 12 digits before the point and 6 after it; a difference may be
            negative.
        unit: UN/CEFACT Rec 20 code, or the code of a tenant's own unit.

    Raises:
        Refused: [decimal.*], [quantity.units_differ].
    """

    value: Decimal = attrs.field(converter=_exact)
    unit: str

    def __add__(self, other: Quantity) -> Quantity:
        self._same(other)
        return Quantity(EXACT.add(self.value, other.value), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        self._same(other)
        return Quantity(EXACT.subtract(self.value, other.value), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        self._same(other)
        return self.value < other.value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"

    def _same(self, other: Quantity) -> None:
        if self.unit != other.unit:
            template = (
                "{left} and {right} are in different units. To add or compare them, give both in "
                "the same unit."
            )
            params = {"left": self, "right": other}
            raise Refused([Problem("quantity.units_differ", template, params=params)])
