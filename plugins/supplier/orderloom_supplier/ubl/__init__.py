"""UBL 2.1 Order, OrderResponse and OrderCancellation, as Peppol BIS Ordering 3 uses them."""

from orderloom_supplier.ubl.cancellation import read_cancellation, write_cancellation
from orderloom_supplier.ubl.order import read_order, write_order
from orderloom_supplier.ubl.reading import read_message
from orderloom_supplier.ubl.records import (
    CancellationMessage,
    Extra,
    OrderLine,
    OrderMessage,
    ResponseLine,
    ResponseMessage,
    Trader,
    new_order,
)
from orderloom_supplier.ubl.response import read_response, write_response

__all__ = [
    "CancellationMessage",
    "Extra",
    "OrderLine",
    "OrderMessage",
    "ResponseLine",
    "ResponseMessage",
    "Trader",
    "new_order",
    "read_cancellation",
    "read_message",
    "read_order",
    "read_response",
    "write_cancellation",
    "write_order",
    "write_response",
]
