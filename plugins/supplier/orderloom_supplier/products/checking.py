"""Whether a line can be ordered from the supplier's list.

Source: Order Ez, outlet's product list; systems.md 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from orderloom import LineItem, Order, Problem, Reading, plain
from orderloom_supplier.products.answering import entry_for
from orderloom_supplier.products.rows import Listed
from orderloom_supplier.rights import ON_BEHALF


def line_problems(
    line: LineItem, before: LineItem | None, order: Order, reading: Reading
) -> Iterator[Problem]:
    """What is wrong with a line that is added or changed; what stays of it is not asked again."""
    if before is not None and _wanted(before) == _wanted(line):
        return
    yield from _stated_price(line, order, reading)
    if not line.product:
        text = (
            "Line {position} ({name}) names no product. To order it, name one of {supplier}'s list."
        )
        yield _problem("supplier.product.none", text, line, order, "product")
        return
    yield from entry_problems(line, entry_for(line, order, reading), order, reading)


def entry_problems(
    line: LineItem, entry: Listed | None, order: Order, reading: Reading
) -> Iterator[Problem]:
    """What keeps a line from being ordered at the terms of an entry."""
    if entry is None:
        text = (
            "{supplier} does not sell {name} to {outlet}. To order it, ask {supplier} to put it "
            "on the list, or leave it out."
        )
        yield _problem("supplier.product.not_listed", text, line, order, "product")
        return
    if not entry.available:
        text = "{name} is not available at {supplier} now. To order the rest, leave it out."
        yield _problem("supplier.product.not_available", text, line, order, "product")
    product = reading.product(line.product)
    if product is not None and line.unit != product.unit:
        text = "{supplier} sells {name} by the {unit}. To order it, give the quantity in {unit}."
        yield _problem("supplier.product.unit", text, line, order, "unit", unit=product.unit)
        return
    if line.price is None and entry.price.currency != order.currency:
        text = (
            "{supplier} prices {name} in {listed}, the order is in {currency}. To order it, place "
            "an order in {listed}."
        )
        more = {"listed": entry.price.currency, "currency": order.currency}
        yield _problem("supplier.product.currency", text, line, order, "price", **more)
    if line.quantity < entry.least:
        text = "{supplier} sells {least} of {name} or more. To order it, take at least {least}."
        yield _problem(
            "supplier.product.below_minimum", text, line, order, least=plain(entry.least)
        )
    if line.quantity % entry.pack:
        text = (
            "{supplier} sells {name} in packs of {pack}, so {given} cannot be had. To order it, "
            "take {lower}{upper}."
        )
        packs = line.quantity // entry.pack
        more = {
            "pack": plain(entry.pack),
            "given": plain(line.quantity),
            "lower": f"{plain(packs * entry.pack)} or " if packs else "",
            "upper": plain((packs + 1) * entry.pack),
        }
        yield _problem("supplier.product.pack", text, line, order, **more)


def _wanted(line: LineItem) -> tuple[object, ...]:
    return line.product, line.name, line.quantity, line.unit, line.price, line.price_source


def _stated_price(line: LineItem, order: Order, reading: Reading) -> Iterator[Problem]:
    """An outlet that could state prices could stay below its limits."""
    stated = line.price is not None and not line.price_source.module
    if stated and not reading.allows(ON_BEHALF, order):
        text = (
            "Line {position} ({name}) states a price, which is {supplier}'s to state. To order "
            "it, leave the price out."
        )
        yield _problem("supplier.price.stated", text, line, order, "price")


def _problem(
    code: str, text: str, line: LineItem, order: Order, part: str = "quantity", **more: str
) -> Problem:
    params = {
        "position": line.position,
        "name": line.name,
        "supplier": order.seller.name if order.seller else "The supplier",
        "outlet": order.buyer.name if order.buyer else "this outlet",
        **more,
    }
    return Problem(code, text, f"lines[{line.position - 1}].{part}", params=params)


def can_be_had(line: LineItem, order: Order, reading: Reading) -> tuple[Problem, ...]:
    """Why a line could not be ordered again as it is, at the price of today."""
    fresh = attrs.evolve(line, price=None, tax=None)
    entry = entry_for(fresh, order, reading)
    return tuple(entry_problems(fresh, entry, order, reading))
