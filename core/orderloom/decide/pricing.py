"""Prices, taxes and adjustments by the modules' hooks, then the arithmetic."""

from __future__ import annotations

from typing import Any

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly, First
from orderloom.modules.contributions import Reading
from orderloom.orders.order import Adjustment, LineItem, Order, Provenance, TaxRate
from orderloom.orders.pricing import LineTax, with_totals
from orderloom.values import Gather, Money, decimal_of


def priced(order: Order, assembly: Assembly, reading: Reading, gather: Gather) -> Order:
    """The order with prices for its unpriced lines, taxes, adjustments and totals.

    A line that has a price keeps it: placed prices are frozen (`Reprice` takes them off first).
    """
    hooks = assembly.dispatcher
    if hooks.implements("price_line") or hooks.implements("tax_line"):
        lines = tuple(_line(line, order, assembly, reading) for line in order.lines)
        order = attrs.evolve(order, lines=lines)
    order = with_totals(order, order.adjustments)
    adjustments = order.adjustments
    if hooks.implements("adjust_order"):
        folded = hooks.fold(
            "adjust_order", "adjustments", (), type=order.type, order=order, reading=reading
        )
        adjustments = tuple(folded)
    for problem in _unfit(adjustments, order):
        gather.add(problem)
    if gather.problems:
        return order
    try:
        order = with_totals(order, adjustments)
    except Refused as refusal:
        for problem in refusal.problems:
            gather.add(problem)
    _check_size(order, gather)
    return order


def _line(line: LineItem, order: Order, assembly: Assembly, reading: Reading) -> LineItem:
    hooks = assembly.dispatcher
    args: dict[str, Any] = {"order": order, "reading": reading, "type": order.type}
    if line.price is None:
        answer: First | None = hooks.first("price_line", line=line, **args)
        if answer is not None:
            line = attrs.evolve(
                line, price=answer.value.price, price_source=_source(answer, answer.value.rule)
            )
    rate: First | None = hooks.first("tax_line", line=line, **args)
    tax = None
    if rate is not None:
        found: LineTax = rate.value
        tax = TaxRate(found.category, found.percent, _source(rate, found.rule))
    return attrs.evolve(line, tax=tax)


def _source(answer: First, rule: str) -> Provenance:
    return Provenance(answer.module, rule, answer.others)


def _unfit(adjustments: tuple[Adjustment, ...], order: Order) -> list[Problem]:
    lines = {line.id for line in order.lines}
    found, seen = [], set()
    for item in adjustments:
        if item.key in seen or item.amount.currency != order.currency:
            text = "Adjustment {key} is double or not in {currency}. To place it, mend its module."
            params = {"key": item.key, "currency": order.currency}
            found.append(
                Problem("adjustment.unfit", text, params=params, module=item.source.module)
            )
        elif item.line is not None and item.line not in lines:
            text = "Adjustment {key} is for a line that is gone. To place it, mend its module."
            params = {"key": item.key}
            found.append(Problem("adjustment.line", text, params=params, module=item.source.module))
        seen.add(item.key)
    return found


def _check_size(order: Order, gather: Gather) -> None:
    """Totals pass the same gate as input: at most 12 digits before the point."""
    amounts: list[tuple[str, Money | None]] = [
        (f"lines[{line.position - 1}].total", line.total) for line in order.lines
    ]
    amounts.append(("total", order.totals.total))
    for field, money in amounts:
        if money is not None:
            gather.take(decimal_of, money.amount, field)
