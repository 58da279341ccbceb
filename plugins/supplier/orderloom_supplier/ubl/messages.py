"""What the messages say of an order, and the documents that are issued of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from orderloom import (
    REC20,
    DocumentInputs,
    DocumentType,
    LineItem,
    Order,
    PartyRef,
    Problem,
    Reading,
    Refused,
    TaxRate,
)
from orderloom_supplier.documents.standing import check_outlet, check_supplier
from orderloom_supplier.records import ORDER_TYPE, accepted_of, progress
from orderloom_supplier.rights import ABANDON, ACCEPT, PLACE, READ
from orderloom_supplier.ubl.cancellation import write_cancellation
from orderloom_supplier.ubl.names import (
    ACCEPTED,
    ACKNOWLEDGED,
    AMENDED,
    LINE_ACCEPTED,
    LINE_CHANGED,
    LINE_REJECTED,
    REJECTED,
    TAX_CATEGORIES,
)
from orderloom_supplier.ubl.order import write_order
from orderloom_supplier.ubl.parts import ENDPOINT
from orderloom_supplier.ubl.records import (
    CancellationMessage,
    Extra,
    OrderLine,
    OrderMessage,
    ResponseLine,
    ResponseMessage,
    Trader,
)
from orderloom_supplier.ubl.response import write_response

UBL_ORDER: Final = "supplier.ubl_order"
UBL_RESPONSE: Final = "supplier.ubl_order_response"
UBL_CANCELLATION: Final = "supplier.ubl_order_cancellation"
_CANCELLED: Final = {"en": "The order is abandoned.", "es": "El pedido queda abandonado."}


def order_message(inputs: DocumentInputs, reading: Reading) -> OrderMessage:
    """An order as it was placed; headings of lines and what modules keep on them are left out.

    Raises:
        Refused: [supplier.ubl.party] a side is missing; [supplier.ubl.unit] a line counts in a
            unit of the tenant's own; [supplier.ubl.tax] its tax category has no code there.
    """
    order = _order(inputs)
    buyer, seller = _sides(order, reading)
    if problems := tuple(_problems(order)):
        raise Refused(problems)
    taxed = any(line.tax for line in order.lines)
    return OrderMessage(
        number=_number(inputs),
        issued_on=_issued_on(inputs, reading),
        currency=order.currency,
        buyer=buyer,
        seller=seller,
        note=order.remarks,
        bill_to=order.bill_to,
        delivery=order.delivery,
        extras=_extras(order, None),
        tax=order.totals.tax if taxed else None,
        lines=tuple(_line(order, line) for line in order.lines),
    )


def _line(order: Order, line: LineItem) -> OrderLine:
    return OrderLine(
        id=str(line.position),
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        product=line.product,
        price=line.price,
        total=line.total,
        tax=TaxRate(line.tax.category, line.tax.percent) if line.tax else None,
        needed_by=line.needed_by,
        note=line.note,
        specs=line.specs,
        extras=_extras(order, line),
    )


def _extras(order: Order, line: LineItem | None) -> tuple[Extra, ...]:
    """The adjustments of a line, or those of the order itself."""
    id = line.id if line else None
    return tuple(Extra(each.label, each.amount) for each in order.adjustments if each.line == id)


def response_message(inputs: DocumentInputs, reading: Reading) -> ResponseMessage:
    """What the supplier has answered so far; with lines only where some differ.

    Raises:
        Refused: [supplier.ubl.party] a side is missing; [supplier.ubl.unit] as of the order.
    """
    order = _order(inputs)
    buyer, seller = _sides(order, reading)
    code = _response_code(order)
    lines = order.lines if code == AMENDED else ()
    if problems := tuple(_unit_problems(lines)):
        raise Refused(problems)
    return ResponseMessage(
        number=f"{_number(inputs)}-R{inputs.revision}",
        order=_number(inputs),
        issued_on=_issued_on(inputs, reading),
        code=code,
        currency=order.currency,
        buyer=_named(buyer),
        seller=_named(seller),
        promised_on=progress(order).scheduled_for,
        lines=tuple(_answer(order, line) for line in lines),
    )


def _response_code(order: Order) -> str:
    if order.status == "declined":
        return REJECTED
    if order.status in ("needs_approval", "pending", "abandoned"):
        return ACKNOWLEDGED
    accepted = accepted_of(order)
    whole = all(accepted[line.id] == line.quantity for line in order.lines)
    return ACCEPTED if whole else AMENDED


def _answer(order: Order, line: LineItem) -> ResponseLine:
    accepted = accepted_of(order)[line.id]
    if not accepted:
        code = LINE_REJECTED
    else:
        code = LINE_ACCEPTED if accepted == line.quantity else LINE_CHANGED
    return ResponseLine(
        id=str(line.position),
        code=code,
        name=line.name,
        quantity=accepted,
        unit=line.unit,
        product=line.product,
    )


def cancellation_message(inputs: DocumentInputs, reading: Reading) -> CancellationMessage:
    """That an order is abandoned.

    Raises:
        Refused: [supplier.ubl.not_abandoned]; [supplier.ubl.party] a side is missing.
    """
    order = _order(inputs)
    if order.status != "abandoned":
        text = "The order is not taken back. To issue its cancellation, abandon it first."
        raise Refused([Problem("supplier.ubl.not_abandoned", text, "status")])
    buyer, seller = _sides(order, reading)
    return CancellationMessage(
        number=f"{_number(inputs)}-C{inputs.revision}",
        order=_number(inputs),
        issued_on=_issued_on(inputs, reading),
        note=_CANCELLED.get(inputs.language.partition("-")[0], _CANCELLED["en"]),
        buyer=buyer,
        seller=seller,
    )


# ── what they have in common ───────────────────────────────────────────────────────────────


def _order(inputs: DocumentInputs) -> Order:
    assert isinstance(inputs.subject, Order)
    return inputs.subject


def _number(inputs: DocumentInputs) -> str:
    """The number of the order; its id while it has none."""
    return inputs.number or str(inputs.subject.id)


def _issued_on(inputs: DocumentInputs, reading: Reading) -> date:
    return inputs.issued_at.astimezone(ZoneInfo(reading.tenant.timezone)).date()


def _sides(order: Order, reading: Reading) -> tuple[Trader, Trader]:
    if order.buyer is None or order.seller is None:
        text = "The order has no {side} yet. To write it for another system, name one."
        side = "outlet" if order.buyer is None else "supplier"
        field = "buyer" if order.buyer is None else "seller"
        raise Refused([Problem("supplier.ubl.party", text, field, params={"side": side})])
    return trader_of(order.buyer, reading), trader_of(order.seller, reading)


def trader_of(ref: PartyRef, reading: Reading) -> Trader:
    """A party of an order as the directory has it now.

    A party has no electronic address of its own here. One whose key is a participant of the
    network ("0088:7300010000001") is addressed by it; for any other that element is left out, and
    the access point has to add it.
    """
    endpoint = ref.id if ENDPOINT.fullmatch(ref.id) else ""
    party = reading.party(ref.id)
    if party is None:
        return Trader(id=ref.id, name=ref.name, endpoint=endpoint)
    return Trader(
        id=ref.id,
        name=party.name,
        endpoint=endpoint,
        address=party.address,
        contact=party.primary_contact,
    )


def _named(trader: Trader) -> Trader:
    """A party as an answer names it: whoever asked knows its address."""
    return attrs.evolve(trader, address=None, contact=None)


def _problems(order: Order) -> Iterator[Problem]:
    yield from _unit_problems(order.lines)
    for line in order.lines:
        if line.tax and line.tax.category not in TAX_CATEGORIES:
            text = "Tax category {given} is none of {known}. To write the order as UBL, use these."
            params = {"given": line.tax.category, "known": ", ".join(TAX_CATEGORIES)}
            field = f"lines[{line.position - 1}].tax"
            yield Problem("supplier.ubl.tax", text, field, params=params)


def _unit_problems(lines: tuple[LineItem, ...]) -> Iterator[Problem]:
    for line in lines:
        if line.unit not in REC20:
            text = "{unit} is a unit of your own. To write the line as UBL, count it in another."
            field = f"lines[{line.position - 1}].unit"
            yield Problem("supplier.ubl.unit", text, field, params={"unit": line.unit})


def _written_order(inputs: DocumentInputs, reading: Reading) -> str:
    check_outlet(inputs, reading, PLACE)
    return write_order(order_message(inputs, reading))


def _written_response(inputs: DocumentInputs, reading: Reading) -> str:
    check_supplier(inputs, reading, ACCEPT)
    return write_response(response_message(inputs, reading))


def _written_cancellation(inputs: DocumentInputs, reading: Reading) -> str:
    check_outlet(inputs, reading, ABANDON)
    return write_cancellation(cancellation_message(inputs, reading))


DOCUMENTS: Final = (
    DocumentType(
        key=UBL_ORDER,
        title="UBL Order",
        titles={"es": "Pedido UBL"},
        type=ORDER_TYPE,
        write=_written_order,
        permission=READ,
        to="seller",
        shows=("prices",),
    ),
    DocumentType(
        key=UBL_RESPONSE,
        title="UBL Order Response",
        titles={"es": "Respuesta de pedido UBL"},
        type=ORDER_TYPE,
        write=_written_response,
        permission=READ,
        to="buyer",
    ),
    DocumentType(
        key=UBL_CANCELLATION,
        title="UBL Order Cancellation",
        titles={"es": "Cancelación de pedido UBL"},
        type=ORDER_TYPE,
        write=_written_cancellation,
        permission=READ,
        to="seller",
    ),
)
