"""Prices, taxes and totals of an order: pure arithmetic on values.

The rules, in the order they apply (worked to the cent in docs/concepts/money.md and the tests):

1. line amount = unit price x quantity / price quantity, rounded once to the currency;
2. line total = line amount + the line's own adjustments;
3. tax of a line = line total x percent, rounded per line, half away from zero;
4. order total = line totals + order adjustments + taxes; nothing is rounded again.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import attrs

from orderloom.orders.order import Adjustment, LineItem, Order, Totals
from orderloom.values import Money, Price
from orderloom.values.changing import changer


@attrs.frozen
class LinePrice:
    """What `price_line` answers."""

    price: Price
    rule: str


@attrs.frozen
class LineTax:
    """What `tax_line` answers: a UN/CEFACT 5305 category and a percentage."""

    category: str
    percent: Decimal
    rule: str


_with_figures = changer(LineItem, "total", "tax_amount")
_summed = changer(Order, "lines", "adjustments", "totals")


def with_amounts(line: LineItem, adjustments: tuple[Adjustment, ...]) -> LineItem:
    """The line with `total` and `tax_amount` worked out from price, tax and adjustments."""
    total = tax = None
    if line.price is not None:
        total = line.price.times(line.quantity)
        for adjustment in adjustments:
            if adjustment.line == line.id:
                total += adjustment.amount
        if line.tax is not None:
            tax = total.percent(line.tax.percent)
    if (line.total is None) == (total is None) and (line.total, line.tax_amount) == (total, tax):
        return line
    return _with_figures(line, total, tax)


def with_totals(order: Order, adjustments: tuple[Adjustment, ...]) -> Order:
    """The order with line amounts and totals worked out from the given adjustments."""
    lines = tuple([with_amounts(line, adjustments) for line in order.lines])
    return _summed(order, lines, adjustments, totals_of(lines, adjustments, order.currency))


def totals_of(
    lines: tuple[LineItem, ...], adjustments: tuple[Adjustment, ...], currency: str
) -> Totals:
    """The sums over lines that have a price; `priced` of `count` says how many those are."""
    if not adjustments and all(line.total is None for line in lines):
        return _unpriced(currency, len(lines))
    priced = [line.total for line in lines if line.total is not None]
    taxes = [line.tax_amount for line in lines if line.tax_amount is not None]
    own = [adjustment.amount for adjustment in adjustments if adjustment.line is None]
    subtotal = Money.sum(priced, currency)
    adjusted = Money.sum(own, currency)
    tax = Money.sum(taxes, currency)
    return Totals(
        lines=subtotal,
        adjustments=adjusted,
        tax=tax,
        total=Money.sum((subtotal, adjusted, tax), currency) if own or taxes else subtotal,
        priced=len(priced),
        count=len(lines),
    )


@lru_cache(maxsize=256)
def _unpriced(currency: str, count: int) -> Totals:
    """The sums of lines without any price, which every order begins with."""
    nothing = Money.zero(currency)
    return Totals(
        lines=nothing, adjustments=nothing, tax=nothing, total=nothing, priced=0, count=count
    )
