"""Totals worked out again from the lines, by arithmetic of its own."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from orderloom.orders.order import LineItem, Order
from orderloom.testing.fuzzing.broken import require
from orderloom.values import Money

TOTALS: Final = "totals add up"
_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)


def check_sums(order: Order) -> None:
    """Check the amounts of an order against its prices, quantities, taxes and adjustments.

    Raises:
        BrokenInvariantError: one of them is another.
    """
    for line in order.lines:
        _check_line(line, order)
    sums, priced = order.totals, [line for line in order.lines if line.price is not None]
    zero = Money.zero(order.currency).amount
    adjustments = sum((one.amount.amount for one in order.adjustments if one.line is None), zero)
    lines = sum((line.total.amount for line in priced if line.total is not None), zero)
    tax = sum((line.tax_amount.amount for line in priced if line.tax_amount is not None), zero)
    found = (sums.lines, sums.adjustments, sums.tax, sums.total)
    _same("the sums", order, found, (lines, adjustments, tax, lines + adjustments + tax))
    counted = (sums.priced, sums.count)
    due = (len(priced), len(order.lines))
    require(
        counted == due, TOTALS, f"{order.ref} has {due} lines priced, its totals say {counted}."
    )


def _check_line(line: LineItem, order: Order) -> None:
    what = f"line {line.position}"
    if line.price is None:
        empty = line.total is None and line.tax_amount is None
        require(empty, TOTALS, f"{what} of {order.ref} has amounts without a price.")
        return
    cent = Decimal(1).scaleb(Money.zero(order.currency).amount.as_tuple().exponent)  # type: ignore[arg-type]  # finite, so an int
    product = _WIDE.divide(_WIDE.multiply(line.price.amount, line.quantity), line.price.per)
    amount = product.quantize(cent, context=_WIDE)
    amount += sum((one.amount.amount for one in order.adjustments if one.line == line.id), cent * 0)
    tax = None
    if line.tax is not None:
        share = _WIDE.divide(_WIDE.multiply(amount, line.tax.percent), Decimal(100))
        tax = share.quantize(cent, context=_WIDE)
    _same(what, order, (line.total, line.tax_amount), (amount, tax))


def _same(
    what: str, order: Order, found: tuple[Money | None, ...], due: tuple[Decimal | None, ...]
) -> None:
    amounts = tuple(None if one is None else one.amount for one in found)
    alike = all(one is None or one.currency == order.currency for one in found)
    require(
        alike and amounts == due,
        TOTALS,
        f"Of {what} of {order.ref} {_plain(due)} is due, there is {_plain(amounts)}.",
    )


def _plain(amounts: tuple[Decimal | None, ...]) -> str:
    return ", ".join(str(amount) for amount in amounts)
