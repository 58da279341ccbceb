"""Units of lines and needs: the same, or an exact conversion the product names."""

from __future__ import annotations

from decimal import Decimal

from orderloom import REC20, LineItem, Problem, Reading, Refused
from orderloom_procurement.counters import NeedRow


def converted(line: LineItem, need: NeedRow, reading: Reading) -> Decimal:
    """How much of a need a line covers, in the need's unit.

    Raises:
        Refused: [procurement.need.unit_differs] the units differ and no product is named;
            [product.no_conversion], [product.inexact_conversion] by the product.
    """
    if line.unit == need.unit:
        return line.quantity
    field = f"lines[{line.position - 1}].unit"
    product = reading.product(line.product or need.product)
    if product is None:
        text = (
            "Line {position} ({name}) counts in {unit}, its need in {other}. To order it, count "
            "it in {other}, or name a product that converts between the two."
        )
        params = {
            "position": line.position,
            "name": line.name,
            "unit": symbol_of(line.unit, reading),
            "other": symbol_of(need.unit, reading),
        }
        raise Refused([Problem("procurement.need.unit_differs", text, field, params=params)])
    try:
        quantity: Decimal = product.convert(line.quantity, line.unit, need.unit)
    except Refused as refusal:
        raise Refused(
            Problem(problem.code, problem.template, field, params=problem.params)
            for problem in refusal.problems
        ) from None
    return quantity


def symbol_of(code: str, reading: Reading) -> str:
    """A unit as it is printed after a number."""
    unit = reading.units().get(code) or REC20.get(code)
    return unit.symbol if unit else code


def digits_of(code: str, reading: Reading) -> int:
    """Decimals a unit is usually counted with: 0 for pieces."""
    unit = reading.units().get(code) or REC20.get(code)
    return unit.digits if unit else 0
