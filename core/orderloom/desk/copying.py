"""A new order with the content of an old one."""

from __future__ import annotations

from orderloom.modules import Assembly
from orderloom.orders.commands import NewLine, NewOrder
from orderloom.orders.order import Order


def copied(order: Order, assembly: Assembly) -> NewOrder:
    """What to place for an order with the same content.

    Prices are left to be asked for again, and what happened to the old lines stays with them;
    module data goes along byte for byte, that of absent modules included, but for what its type
    says is the old order's own.
    """
    type = assembly.order_types.get(order.type)
    return NewOrder(
        order.type,
        project=order.project,
        buyer=order.buyer.id if order.buyer else "",
        seller=order.seller.id if order.seller else "",
        currency=order.currency,
        lines=tuple(NewLine.like(line) for line in order.lines),
        delivery=order.delivery,
        bill_to=order.bill_to,
        title=order.title,
        remarks=order.remarks,
        data=(order.data.without(type.own_data if type else ()),),
    )
