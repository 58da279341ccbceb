"""One door for messages of which nobody knows yet what they are."""

from __future__ import annotations

from orderloom_supplier.ubl.cancellation import cancellation_of
from orderloom_supplier.ubl.names import CANCELLATION, ORDER, RESPONSE
from orderloom_supplier.ubl.order import order_of
from orderloom_supplier.ubl.records import CancellationMessage, OrderMessage, ResponseMessage
from orderloom_supplier.ubl.response import response_of
from orderloom_supplier.ubl.source import parse


def read_message(text: str | bytes) -> OrderMessage | ResponseMessage | CancellationMessage:
    """Read an order, an order response or an order cancellation, whichever it is.

    Args:
        text: the XML, as text or as bytes in the encoding it declares.

    Raises:
        Refused: all that is wrong with it at once; as `read_order`.
    """
    node = parse(text, ORDER, RESPONSE, CANCELLATION)
    if node.path == ORDER:
        return order_of(node)
    return response_of(node) if node.path == RESPONSE else cancellation_of(node)
