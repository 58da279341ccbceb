"""The purchase order: what an outlet orders of a supplier, at which prices.

Source: Order Ez, order status (order document).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from orderloom import DocumentInputs, DocumentType, LineItem, Money, Reading
from orderloom.documents import (
    AddressBlock,
    Block,
    Column,
    LineTable,
    Paragraph,
    Row,
    Totals,
)
from orderloom_supplier.documents.parts import (
    Sheet,
    delivery_block,
    details,
    facts,
    groups,
    notes,
    party_block,
    sheet_of,
    side_by_side,
)
from orderloom_supplier.documents.standing import check_outlet
from orderloom_supplier.records import ORDER_TYPE, accepted_of
from orderloom_supplier.rights import PLACE, READ

PURCHASE_ORDER: Final = "supplier.purchase_order"


def build(inputs: DocumentInputs, reading: Reading) -> tuple[Block, ...]:
    """The blocks of a purchase order; parts the order lacks are left out.

    Raises:
        Forbidden: the actor may not order for the outlet.
    """
    check_outlet(inputs, reading, PLACE)
    sheet = sheet_of(inputs, reading)
    return (
        facts(sheet),
        *side_by_side(
            party_block(sheet, sheet.words.supplier, sheet.order.seller),
            delivery_block(sheet),
            _bill_to(sheet),
        ),
        *notes(sheet),
        LineTable(_columns(sheet), groups(sheet, sheet.order.lines, partial(_row, sheet))),
        *_totals(sheet),
    )


def _bill_to(sheet: Sheet) -> Iterator[AddressBlock]:
    """Who is invoiced: the address of the order, else the outlet."""
    address = sheet.phrases.address(sheet.order.bill_to)
    if address:
        yield AddressBlock(sheet.words.bill_to, address)
    else:
        yield from party_block(sheet, sheet.words.outlet, sheet.order.buyer)


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    words = sheet.words
    amount = f"{words.amount} {sheet.order.currency}"
    return (
        Column(key="position", title=words.position, width_share=6, align="right"),
        Column(key="item", title=words.item, width_share=46),
        Column(key="quantity", title=words.quantity, width_share=16, align="right"),
        Column(key="price", title=words.price, width_share=16, align="right"),
        Column(key="amount", title=amount, width_share=16, align="right"),
    )


def _row(sheet: Sheet, line: LineItem) -> Row:
    phrases = sheet.phrases
    cells = (
        str(line.position),
        line.name,
        sheet.quantity(line, line.quantity),
        phrases.price(line.price) if line.price else "",
        phrases.amount(line.total) if line.total else "",
    )
    return Row(cells, (*_answer(sheet, line), *details(sheet, line), *_adjustments(sheet, line)))


def _answer(sheet: Sheet, line: LineItem) -> Iterator[str]:
    """What the supplier took of a line, where it is not all of it."""
    accepted = accepted_of(sheet.order)[line.id]
    if not accepted:
        yield sheet.words.not_accepted
    elif accepted != line.quantity:
        yield sheet.words.partly.format(accepted=sheet.quantity(line, accepted))


def _adjustments(sheet: Sheet, line: LineItem) -> Iterator[str]:
    for adjustment in sheet.order.adjustments:
        if adjustment.line == line.id:
            yield f"{adjustment.label}: {sheet.phrases.amount(adjustment.amount)}"


def _totals(sheet: Sheet) -> Iterator[Block]:
    totals, words = sheet.order.totals, sheet.words
    if not totals.priced:
        yield Paragraph(words.not_priced)
        return
    yield Totals(tuple(_sums(sheet)))
    accepted = accepted_of(sheet.order)
    if any(accepted[line.id] != line.quantity for line in sheet.order.lines):
        yield Paragraph(words.ordered_amounts)


def _sums(sheet: Sheet) -> Iterator[tuple[str, str]]:
    totals, words, phrases = sheet.order.totals, sheet.words, sheet.phrases
    shared = [adjustment for adjustment in sheet.order.adjustments if adjustment.line is None]
    taxes = tuple(_taxes(sheet))
    if shared or taxes:
        yield words.lines_total, phrases.amount(totals.lines)
    for adjustment in shared:
        yield adjustment.label, phrases.amount(adjustment.amount)
    yield from taxes
    label = words.total
    if not totals.complete:
        label = words.partly_priced.format(priced=totals.priced, count=totals.count)
    yield label, phrases.money(totals.total)


def _taxes(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Tax by rate, in the order of the lines."""
    sums: dict[Decimal, list[Money]] = {}
    for line in sheet.order.lines:
        if line.tax and line.tax_amount is not None:
            sums.setdefault(line.tax.percent, []).append(line.tax_amount)
    for percent, amounts in sums.items():
        label = sheet.words.tax.format(percent=sheet.phrases.number(percent))
        yield label, sheet.phrases.amount(Money.sum(amounts, sheet.order.currency))


DOCUMENT: Final = DocumentType(
    key=PURCHASE_ORDER,
    title="Purchase order",
    titles={"es": "Orden de compra"},
    type=ORDER_TYPE,
    build=build,
    permission=READ,
    to="seller",
    shows=("prices",),
)
