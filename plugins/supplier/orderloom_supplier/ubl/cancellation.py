"""UBL OrderCancellation: how a buyer takes an order back, written and read."""

from __future__ import annotations

from datetime import date

from orderloom_supplier.ubl.names import CANCELLATION
from orderloom_supplier.ubl.parts import read_trader, write_trader
from orderloom_supplier.ubl.records import CancellationMessage
from orderloom_supplier.ubl.source import Node, check_head, parse
from orderloom_supplier.ubl.tree import cac, cbc, document


def write_cancellation(message: CancellationMessage) -> str:
    """The XML text of an order cancellation.

    Raises:
        Refused: [supplier.ubl.character] XML cannot hold a character of one of its texts.
    """
    return document(
        CANCELLATION,
        cbc("ID", message.number),
        cbc("IssueDate", message.issued_on.isoformat()),
        cbc("CancellationNote", message.note),
        cac("OrderReference", cbc("ID", message.order)),
        write_trader("BuyerCustomerParty", message.buyer),
        write_trader("SellerSupplierParty", message.seller),
    )


def read_cancellation(text: str | bytes) -> CancellationMessage:
    """Read an order cancellation.

    Args:
        text: the XML, as text or as bytes in the encoding it declares.

    Raises:
        Refused: all that is wrong with it at once; as `read_order`.
    """
    return cancellation_of(parse(text, CANCELLATION))


def cancellation_of(node: Node) -> CancellationMessage:
    """As `read_cancellation`, of a message that is parsed."""
    check_head(node, CANCELLATION)
    note = node.joined("cbc:CancellationNote", longest=5000)
    if not note:
        node.problem("missing", "To read it, send why the order is taken back.", "CancellationNote")
    message = CancellationMessage(
        number=node.text("cbc:ID", required=True),
        order=node.text("cac:OrderReference/cbc:ID", required=True),
        issued_on=node.day("cbc:IssueDate", required=True) or date.min,  # then it is refused below
        note=note,
        buyer=read_trader(node, "BuyerCustomerParty"),
        seller=read_trader(node, "SellerSupplierParty"),
    )
    node.gather.done()
    return message
