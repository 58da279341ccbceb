"""Prices, taxes and totals of an order: pure arithmetic on values.

The rules, in the order they apply (worked to the cent in docs/money.md and the tests):

1. line amount = unit price x quantity / price quantity, rounded once to the currency;
2. line total = line amount + the line's own adjustments;
3. tax of a line = line total x percent, rounded per line, half away from zero;
4. order total = line totals + order adjustments + taxes; nothing is rounded again.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from orderloom.orders.order import Adjustment, LineItem, Order, Totals
from orderloom.values import Money, Price


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


def with_amounts(line: LineItem, adjustments: tuple[Adjustment, ...]) -> LineItem:
    """The line with `total` and `tax_amount` worked out from price, tax and adjustments."""
    if line.price is None:
        return attrs.evolve(line, total=None, tax_amount=None)
    own = [adjustment.amount for adjustment in adjustments if adjustment.line == line.id]
    total = Money.sum([line.price.times(line.quantity), *own], line.price.currency)
    tax = None
    if line.tax is not None:
        tax = total.percent(line.tax.percent)
    return attrs.evolve(line, total=total, tax_amount=tax)


def with_totals(order: Order, adjustments: tuple[Adjustment, ...]) -> Order:
    """The order with line amounts and totals worked out from the given adjustments."""
    lines = tuple(with_amounts(line, adjustments) for line in order.lines)
    return attrs.evolve(
        order,
        lines=lines,
        adjustments=adjustments,
        totals=totals_of(lines, adjustments, order.currency),
    )


def totals_of(
    lines: tuple[LineItem, ...], adjustments: tuple[Adjustment, ...], currency: str
) -> Totals:
    """The sums over lines that have a price; `priced` of `count` says how many those are."""
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
        total=subtotal + adjusted + tax,
        priced=len(priced),
        count=len(lines),
    )
