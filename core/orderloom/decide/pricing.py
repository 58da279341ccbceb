"""Prices, taxes and adjustments by the modules' hooks, then the arithmetic."""

from __future__ import annotations

from operator import is_not
from typing import Any

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly, First
from orderloom.modules.contributions import Reading
from orderloom.orders.order import Adjustment, LineItem, Order, Provenance, TaxRate
from orderloom.orders.pricing import LineTax, with_amounts, with_totals
from orderloom.values import Gather, decimal_of


def priced(order: Order, assembly: Assembly, reading: Reading, gather: Gather) -> Order:
    """The order with prices and taxes for lines that have none, adjustments and totals.

    A line that has a price keeps it and the tax it was priced with: both are frozen (`Reprice`
    takes them off first). What the modules answer passes the gates of any other input; what is
    wrong goes to `gather`.
    """
    hooks = assembly.dispatcher
    lines = tuple([_line(line, order, assembly, reading, gather) for line in order.lines])
    if any(map(is_not, lines, order.lines)):
        order = attrs.evolve(order, lines=lines)
    summed = _summed(order, order.adjustments, gather)
    if gather.problems or not hooks.implements("adjust_order", type=order.type):
        return summed
    adjustments = hooks.fold(
        "adjust_order", "adjustments", (), type=order.type, order=summed, reading=reading
    )
    if unfit := _unfit(adjustments, order):
        for problem in unfit:
            gather.add(problem)
        return summed
    return summed if adjustments == order.adjustments else _summed(order, adjustments, gather)


def _summed(order: Order, adjustments: tuple[Adjustment, ...], gather: Gather) -> Order:
    """The order with its sums; the order as it is if they have more digits than are kept."""
    try:
        return with_totals(order, adjustments)
    except Refused as refusal:
        guilty = [
            f"lines[{line.position - 1}].total"
            for line in order.lines
            if Gather().take(with_amounts, line, adjustments) is None
        ]
        for field in guilty or ["total"]:
            gather.add(attrs.evolve(refusal.problems[0], field=field))
        return order


def _line(
    line: LineItem, order: Order, assembly: Assembly, reading: Reading, gather: Gather
) -> LineItem:
    hooks = assembly.dispatcher
    args: dict[str, Any] = {"order": order, "reading": reading, "type": order.type}
    if line.price is None and (answer := hooks.first("price_line", line=line, **args)):
        if problem := _foreign(answer, order, f"{_field(line)}.price"):
            gather.add(problem)
            return line
        source = _source(answer, answer.value.rule)
        line = attrs.evolve(line, price=answer.value.price, price_source=source)
    if line.tax is None and (answer := hooks.first("tax_line", line=line, **args)):
        found: LineTax = answer.value
        percent = gather.take(decimal_of, found.percent, f"{_field(line)}.tax", minimum=0)
        if percent is not None:
            tax = TaxRate(found.category, percent, _source(answer, found.rule))
            line = attrs.evolve(line, tax=tax)
    return line


def _field(line: LineItem) -> str:
    return f"lines[{line.position - 1}]"


def _foreign(answer: First, order: Order, field: str) -> Problem | None:
    """A problem if a module answers a price in another currency than the order's."""
    given = answer.value.price.currency
    if given == order.currency:
        return None
    text = (
        "Module {module} prices it in {given}, the order is in {currency}. To order it, place an "
        "order in {given}."
    )
    params = {"module": answer.module, "given": given, "currency": order.currency}
    return Problem("price.currency", text, field, params=params, module=answer.module)


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
