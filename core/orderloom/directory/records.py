"""Products as the directory knows them, and what writing a record did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values import EXACT, decimal_of

T = TypeVar("T")

_MILLIONTHS = 1_000_000


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs = raw.items() if isinstance(raw, Mapping) else raw
    return tuple((name, value) for name, value in pairs)


def _texts(raw: Iterable[str]) -> tuple[str, ...]:
    return tuple(raw)


@attrs.frozen(kw_only=True)
class Product:
    """Something that is ordered again and again.

    Attributes:
        id: its key within the tenant (an article number).
        name: as printed on documents.
        unit: code of the unit it is counted in.
        conversions: pairs (unit, factor): one such unit is `factor` of the product's own, as an
            exact fraction ("12", "1/12").
        specs: specification, pairs of label and text.
        suppliers: ids of the parties that supply it, the preferred one first.
    """

    id: str
    name: str
    unit: str = "C62"
    conversions: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    specs: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    suppliers: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    def convert(self, quantity: Decimal, from_unit: str, to_unit: str) -> Decimal:
        """The same amount of this product in another unit, exact or not at all.

        Args:
            quantity: in `from_unit`.
            from_unit: code of the product's unit or of one of its conversions.
            to_unit: likewise.

        Raises:
            Refused: [product.no_conversion] the product names no factor for one of the units;
                [product.inexact_conversion] the result has more than six decimals; [decimal.*].
        """
        given = decimal_of(quantity, "quantity")
        if from_unit == to_unit:
            return given
        factor = self._factor(from_unit) / self._factor(to_unit)
        millionths = Fraction(given) * factor * _MILLIONTHS
        if millionths.denominator != 1:
            raise self._inexact(given, from_unit, to_unit, factor.denominator)
        return decimal_of(Decimal(millionths.numerator).scaleb(-6, EXACT), "quantity")

    def _factor(self, unit: str) -> Fraction:
        factors = {**dict(self.conversions), self.unit: "1"}
        if unit in factors:
            return Fraction(factors[unit])
        template = (
            "Product {product} is counted in {own} and has no conversion for {unit}. To use "
            "{unit}, add the conversion to the product, or give the quantity in: {known}."
        )
        known = ", ".join(factors)
        params = {"product": self.id, "own": self.unit, "unit": unit, "known": known}
        raise Refused([Problem("product.no_conversion", template, "unit", params=params)])

    def _inexact(self, quantity: Decimal, source: str, target: str, step: int) -> Refused:
        template = (
            "{quantity} {source} of product {product} is no exact number of {target}. To convert "
            "it, give a multiple of {step} {source}, or keep it in {source}."
        )
        params = {
            "quantity": quantity, "source": source, "product": self.id, "target": target,
            "step": step,
        }  # fmt: skip
        return Refused([Problem("product.inexact_conversion", template, "quantity", params=params)])


@attrs.frozen
class Change(Generic[T]):
    """What writing a record did.

    Attributes:
        before: the record as it was, None if there was none.
        after: the record as it is now.
    """

    before: T | None
    after: T

    @property
    def created(self) -> bool:
        """Whether there was none before."""
        return self.before is None

    @property
    def differs(self) -> bool:
        """Whether anything was written."""
        return self.before != self.after
