"""UBL OrderResponse: what a seller answers to an order, written and read."""

from __future__ import annotations

from datetime import date

from orderloom import decimal_of
from orderloom_supplier.ubl.names import AMENDED, LINE_CODES, RESPONSE, RESPONSE_CODES
from orderloom_supplier.ubl.parts import (
    read_period,
    read_trader,
    write_period,
    write_quantity,
    write_trader,
)
from orderloom_supplier.ubl.records import ResponseLine, ResponseMessage
from orderloom_supplier.ubl.source import Node, check_head, parse, read_currency
from orderloom_supplier.ubl.tree import Element, cac, cbc, document


def write_response(message: ResponseMessage) -> str:
    """The XML text of an order response.

    Raises:
        Refused: [supplier.ubl.character] XML cannot hold a character of one of its texts.
    """
    return document(
        RESPONSE,
        cbc("ID", message.number),
        cbc("IssueDate", message.issued_on.isoformat()),
        cbc("OrderResponseCode", message.code),
        cbc("Note", message.note),
        cbc("DocumentCurrencyCode", message.currency),
        cac("OrderReference", cbc("ID", message.order)),
        write_trader("SellerSupplierParty", message.seller),
        write_trader("BuyerCustomerParty", message.buyer),
        cac("Delivery", write_period("PromisedDeliveryPeriod", message.promised_on)),
        *(_write_line(line) for line in message.lines),
    )


def _write_line(line: ResponseLine) -> Element | None:
    item = cac(
        "Item",
        cbc("Name", line.name),
        cac("SellersItemIdentification", cbc("ID", line.product)),
    )
    answered = cac(
        "LineItem",
        cbc("ID", line.id),
        cbc("LineStatusCode", line.code),
        write_quantity("Quantity", line.quantity, line.unit),
        item,
    )
    return cac("OrderLine", answered, cac("OrderLineReference", cbc("LineID", line.id)))


def read_response(text: str | bytes) -> ResponseMessage:
    """Read an order response.

    Args:
        text: the XML, as text or as bytes in the encoding it declares.

    Raises:
        Refused: all that is wrong with it at once; as `read_order`.
    """
    return response_of(parse(text, RESPONSE))


def response_of(node: Node) -> ResponseMessage:
    """As `read_response`, of a message that is parsed."""
    check_head(node, RESPONSE)
    message = ResponseMessage(
        number=node.text("cbc:ID", required=True),
        order=node.text("cac:OrderReference/cbc:ID", required=True),
        issued_on=node.day("cbc:IssueDate", required=True) or date.min,  # then it is refused below
        code=node.code("cbc:OrderResponseCode", RESPONSE_CODES),
        currency=read_currency(node),
        note=node.joined("cbc:Note", longest=5000),
        buyer=read_trader(node, "BuyerCustomerParty"),
        seller=read_trader(node, "SellerSupplierParty"),
        promised_on=read_period(node, "cac:Delivery/cac:PromisedDeliveryPeriod"),
        lines=tuple(_read_line(each) for each in node.nodes("cac:OrderLine")),
    )
    if message.lines and message.code and message.code != AMENDED:
        text = "An answer {given} holds for the whole order. To go on, send no lines, or code CA."
        node.problem("lines", text, "cac:OrderLine", given=message.code)
    node.gather.done()
    return message


def _read_line(node: Node) -> ResponseLine:
    """One line; it answers the line it refers to, else that of its own id."""
    item = node.node("cac:LineItem") or node
    goods = item.node("cac:Item") or item
    referred = node.text("cac:OrderLineReference/cbc:LineID")
    return ResponseLine(
        id=referred or item.text("cbc:ID", required=True),
        code=item.code("cbc:LineStatusCode", LINE_CODES),
        name=goods.text("cbc:Name", required=True),
        quantity=item.number("cbc:Quantity", decimal_of),
        unit=item.unit("cbc:Quantity"),
        product=goods.text("cac:SellersItemIdentification/cbc:ID"),
    )
