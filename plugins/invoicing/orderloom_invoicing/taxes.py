"""The tax of a line, and what an invoice says of taxes altogether."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from orderloom import LineItem, LineTax, Money, Order, Reading, TaxRate
from orderloom_invoicing.records import LineData
from orderloom_invoicing.settings import InvoicingSettings, TaxRule


@attrs.frozen(kw_only=True)
class TaxSum:
    """What is taxed at one rate.

    Attributes:
        category: UN/CEFACT 5305 code, "" for what nothing taxes.
        percent: 19 means 19 %.
        base: without tax.
        tax: the sum of the taxes of the lines, each rounded.
    """

    category: str
    percent: Decimal
    base: Money
    tax: Money


def tax_for(line: LineItem, reading: Reading) -> LineTax | None:
    """The tax of a line by the tenant's settings; None if none is set for it.

    For `tax_line` of modules whose orders are to show the tax their invoices will.
    """
    settings = reading.settings(InvoicingSettings)
    for index, rule in enumerate(settings.tax_rules, start=1):
        if _fits(rule, line):
            return LineTax(rule.category, rule.percent, f"tax_rules[{index}]")
    if settings.tax_percent is None:
        return None
    return LineTax(settings.tax_category, settings.tax_percent, "tax_percent")


def _fits(rule: TaxRule, line: LineItem) -> bool:
    return rule.product in ("", line.product) and rule.group in ("", line.group)


def line_tax(line: LineItem, reading: Reading) -> LineTax | None:
    """The tax of a line of an invoice: the one it had where it comes from, if it had one."""
    data = line.data.get(LineData)
    if data is not None and data.category:
        return LineTax(data.category, data.percent, data.rule)
    return tax_for(line, reading)


def tax_sums(invoice: Order) -> tuple[TaxSum, ...]:
    """What an invoice taxes, by category and rate, the highest rate first.

    The bases add up to its total without tax, the taxes to its tax.
    """
    bases: dict[tuple[str, Decimal], tuple[list[Money], list[Money]]] = {}
    for category, percent, base, tax in _parts(invoice):
        bases_there, taxes_there = bases.setdefault((category, percent), ([], []))
        bases_there.append(base)
        taxes_there.append(tax)
    ordered = sorted(bases.items(), key=lambda item: (-item[0][1], item[0][0]))
    currency = invoice.currency
    return tuple(
        TaxSum(
            category=category,
            percent=percent,
            base=Money.sum(base, currency),
            tax=Money.sum(tax, currency),
        )
        for (category, percent), (base, tax) in ordered
    )


def _parts(invoice: Order) -> Iterator[tuple[str, Decimal, Money, Money]]:
    nothing, untaxed = Money.zero(invoice.currency), TaxRate("", Decimal(0))
    for line in invoice.lines:
        if line.total is not None:
            tax = line.tax or untaxed
            yield tax.category, tax.percent, line.total, line.tax_amount or nothing
    for adjustment in invoice.adjustments:
        if adjustment.line is None:
            yield "", Decimal(0), adjustment.amount, nothing
