"""What the list says of a line: its price and its tax."""

from __future__ import annotations

from orderloom import LineItem, LinePrice, LineTax, Order, Reading
from orderloom_invoicing import tax_for
from orderloom_supplier.products.rows import Listed, listed


def entry_for(line: LineItem, order: Order, reading: Reading) -> Listed | None:
    """The entry a line is ordered from; None if it is on no list."""
    if not line.product or order.seller is None or order.buyer is None:
        return None
    return listed(reading, order.seller.id, order.buyer.id, line.product)


def price_of(line: LineItem, order: Order, reading: Reading) -> LinePrice | None:
    """The supplier's price for the outlet; none if the order is in another currency."""
    found = entry_for(line, order, reading)
    if found is None or found.price.currency != order.currency:
        return None
    return LinePrice(found.price, rule=f"list for {found.outlet or 'every outlet'}")


def tax_of(line: LineItem, order: Order, reading: Reading) -> LineTax | None:
    """The tax the list states, or else the one invoices are going to have."""
    found = entry_for(line, order, reading)
    if found is None or not found.tax_category:
        return tax_for(line, reading)
    return LineTax(found.tax_category, found.tax_percent, rule="list")
