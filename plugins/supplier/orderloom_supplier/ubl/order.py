"""UBL Order: what a buyer orders, written and read."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Final

from orderloom import Delivery, Money, Price, plain, positive
from orderloom_supplier.ubl.names import EX_WORKS, ORDER, ORDER_TYPE_CODE
from orderloom_supplier.ubl.parts import (
    read_address,
    read_contact,
    read_extras,
    read_period,
    read_tax,
    read_trader,
    write_address,
    write_amount,
    write_contact,
    write_extras,
    write_period,
    write_quantity,
    write_tax,
    write_trader,
)
from orderloom_supplier.ubl.records import OrderLine, OrderMessage, Trader
from orderloom_supplier.ubl.source import Node, check_head, parse, read_currency
from orderloom_supplier.ubl.tree import Element, cac, cbc, document

# How far a line may be from quantity times price: what the network's own rules leave to rounding.
SLACK: Final = Decimal("0.02")


def write_order(message: OrderMessage) -> str:
    """The XML text of an order.

    Raises:
        Refused: [supplier.ubl.character] XML cannot hold a character of one of its texts.
    """
    return document(
        ORDER,
        cbc("ID", message.number),
        cbc("IssueDate", message.issued_on.isoformat()),
        cbc("OrderTypeCode", ORDER_TYPE_CODE),
        cbc("Note", message.note),
        cbc("DocumentCurrencyCode", message.currency),
        write_trader("BuyerCustomerParty", message.buyer),
        write_trader("SellerSupplierParty", message.seller),
        _write_bill_to(message),
        *_write_delivery(message.delivery),
        *write_extras(message.extras),
        cac("TaxTotal", write_amount("TaxAmount", message.tax)),
        _write_totals(message),
        *(_write_line(line) for line in message.lines),
    )


def _write_bill_to(message: OrderMessage) -> Element | None:
    if message.bill_to is None:
        return None
    invoiced = Trader(name=message.buyer.name, address=message.bill_to)
    return write_trader("AccountingCustomerParty", invoiced)


def _write_delivery(delivery: Delivery | None) -> tuple[Element | None, ...]:
    if delivery is None:
        return ()
    where = cac("DeliveryLocation", write_address("Address", delivery.address))
    when = write_period("RequestedDeliveryPeriod", delivery.on)
    who = cac("DeliveryParty", write_contact(delivery.contact))
    fetched = EX_WORKS if delivery.method == "pickup" else ""
    terms = cac("DeliveryTerms", cbc("ID", fetched), cbc("SpecialTerms", delivery.instructions))
    return cac("Delivery", where, when, who), terms


def _write_totals(message: OrderMessage) -> Element | None:
    if message.total is None:
        return None
    amounts = [extra.amount for extra in message.extras]
    charges = [amount for amount in amounts if amount.amount >= 0]
    allowances = [-amount for amount in amounts if amount.amount < 0]
    return cac(
        "AnticipatedMonetaryTotal",
        write_amount("LineExtensionAmount", message.lines_total),
        write_amount("TaxExclusiveAmount", message.untaxed_total),
        write_amount("TaxInclusiveAmount", message.total),
        write_amount("AllowanceTotalAmount", Money.sum(allowances, message.currency)),
        write_amount("ChargeTotalAmount", Money.sum(charges, message.currency)),
        write_amount("PayableAmount", message.total),
    )


def _write_line(line: OrderLine) -> Element | None:
    item = cac(
        "LineItem",
        cbc("ID", line.id),
        write_quantity("Quantity", line.quantity, line.unit),
        write_amount("LineExtensionAmount", line.total),
        cac("Delivery", write_period("RequestedDeliveryPeriod", line.needed_by)),
        *write_extras(line.extras),
        _write_price(line),
        _write_item(line),
    )
    return cac("OrderLine", cbc("Note", line.note), item)


def _write_price(line: OrderLine) -> Element | None:
    price = line.price
    if price is None:
        return None
    per = None if price.per == 1 else price.per
    return cac(
        "Price",
        cbc("PriceAmount", plain(price.amount), currencyID=price.currency),
        write_quantity("BaseQuantity", per, line.unit),
    )


def _write_item(line: OrderLine) -> Element | None:
    properties = (
        cac("AdditionalItemProperty", cbc("Name", label), cbc("Value", text))
        for label, text in line.specs
    )
    return cac(
        "Item",
        cbc("Name", line.name),
        cac("SellersItemIdentification", cbc("ID", line.product)),
        write_tax(line.tax),
        *properties,
    )


# ── reading ────────────────────────────────────────────────────────────────────────────────


def read_order(text: str | bytes) -> OrderMessage:
    """Read an order.

    Args:
        text: the XML, as text or as bytes in the encoding it declares.

    Raises:
        Refused: all that is wrong with it at once: [supplier.ubl.*] of the file, its codes, units,
            currencies and sums; those of the core's gates for texts, numbers and days.
    """
    return order_of(parse(text, ORDER))


def order_of(node: Node) -> OrderMessage:
    """As `read_order`, of a message that is parsed."""
    check_head(node, ORDER)
    node.code("cbc:OrderTypeCode", (ORDER_TYPE_CODE,), required=False)
    currency = read_currency(node)
    message = OrderMessage(
        number=node.text("cbc:ID", required=True),
        issued_on=node.day("cbc:IssueDate", required=True) or date.min,  # then it is refused below
        currency=currency,
        note=node.joined("cbc:Note", longest=5000),
        buyer=read_trader(node, "BuyerCustomerParty"),
        seller=read_trader(node, "SellerSupplierParty"),
        bill_to=read_address(node, "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress"),
        delivery=_read_delivery(node),
        extras=read_extras(node, currency),
        tax=node.amount("cac:TaxTotal/cbc:TaxAmount", currency),
        lines=tuple(_read_line(each, currency) for each in node.nodes("cac:OrderLine")),
    )
    _check_lines(node, message)
    if not node.gather.count:  # sums of what was refused are nobody's
        _check_sums(node, message)
    node.gather.done()
    return message


def _read_delivery(node: Node) -> Delivery | None:
    found, terms = node.node("cac:Delivery"), node.node("cac:DeliveryTerms")
    if found is None and terms is None:
        return None
    party = found.node("cac:DeliveryParty") if found else None
    fetched = terms is not None and terms.text("cbc:ID") == EX_WORKS
    return Delivery(
        method="pickup" if fetched else "delivery",
        address=read_address(found, "cac:DeliveryLocation/cac:Address") if found else None,
        contact=read_contact(party) if party else None,
        instructions=terms.text("cbc:SpecialTerms", longest=1000, multiline=True) if terms else "",
        on=read_period(found, "cac:RequestedDeliveryPeriod") if found else None,
    )


def _read_line(node: Node, currency: str) -> OrderLine:
    item = node.node("cac:LineItem") or node
    goods = item.node("cac:Item") or item
    unit = item.unit("cbc:Quantity")
    quantity = item.number("cbc:Quantity", positive)
    if item.node("cbc:Quantity") is None:
        item.problem("missing", "To read the line, send how much is ordered.", "cbc:Quantity")
    return OrderLine(
        id=item.text("cbc:ID", required=True),
        name=goods.text("cbc:Name", required=True),
        quantity=quantity or Decimal(0),  # then it is refused
        unit=unit,
        product=goods.text("cac:SellersItemIdentification/cbc:ID"),
        price=_read_price(item, unit, currency),
        total=item.amount("cbc:LineExtensionAmount", currency),
        tax=read_tax(goods),
        needed_by=read_period(item, "cac:Delivery/cac:RequestedDeliveryPeriod"),
        note=node.joined("cbc:Note", longest=2000),
        specs=tuple(
            (each.text("cbc:Name", longest=80), each.text("cbc:Value", longest=1000))
            for each in goods.nodes("cac:AdditionalItemProperty")
        ),
        extras=read_extras(item, currency),
    )


def _read_price(item: Node, unit: str, currency: str) -> Price | None:
    found = item.node("cac:Price")
    if found is None:
        return None
    found.amount("cbc:PriceAmount", currency)  # for its currency; a price has more decimals
    amount = found.text("cbc:PriceAmount", required=True)
    per = found.text("cbc:BaseQuantity") or "1"
    if per != "1" and found.unit("cbc:BaseQuantity") not in ("", unit):
        text = "The price is for another unit than the quantity. To go on, send both in one unit."
        found.problem("unit", text, "cbc:BaseQuantity")
    if not amount or not currency:
        return None
    return found.gather.take(Price.of, amount, currency, f"{found.path}.PriceAmount", per=per)


def _check_lines(node: Node, message: OrderMessage) -> None:
    if not message.lines:
        node.problem(
            "missing", "The order has no lines. To read it, send at least one.", "OrderLine"
        )
    counted = Counter(line.id for line in message.lines if line.id)
    for id in (id for id, count in counted.items() if count > 1):
        text = "Several lines have the id {id}. To go on, give each an id of its own."
        node.problem("repeated", text, "OrderLine", id=id)


def _check_sums(node: Node, message: OrderMessage) -> None:
    for index, line in enumerate(message.lines):
        if line.price is None or line.total is None:
            continue
        extras = Money.sum([extra.amount for extra in line.extras], message.currency)
        expected = line.price.times(line.quantity) + extras
        if abs(line.total.amount - expected.amount) > SLACK:
            field = f"OrderLine[{index}].LineItem.LineExtensionAmount"
            _differs(node, field, line.total, expected)
    for name, expected_sum in (
        ("LineExtensionAmount", message.lines_total),
        ("TaxExclusiveAmount", message.untaxed_total),
        ("TaxInclusiveAmount", message.total),
    ):
        given = node.amount(f"cac:AnticipatedMonetaryTotal/cbc:{name}", message.currency)
        if given is not None and expected_sum is not None and given != expected_sum:
            _differs(node, f"AnticipatedMonetaryTotal.{name}", given, expected_sum)


def _differs(node: Node, field: str, given: Money, expected: Money) -> None:
    text = "It says {given}, its parts make {expected}. To go on, have the sums sent again."
    node.problem("sum", text, field, given=given, expected=expected)
