"""The goods-receipt note: what arrived, against what was ordered and accepted.

Source: Order Ez, order status (completed: products not received are excluded).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from orderloom import DocumentInputs, DocumentType, LineItem, Reading
from orderloom.documents import Block, Column, LineTable, Paragraph, Row, Signatures
from orderloom_supplier.documents.parts import (
    Sheet,
    delivery_block,
    details,
    facts,
    groups,
    party_block,
    sheet_of,
    side_by_side,
)
from orderloom_supplier.documents.standing import ARRIVED, check_outlet, check_status
from orderloom_supplier.records import ORDER_TYPE, accepted_of, received_of
from orderloom_supplier.rights import COMPLETE, READ

GOODS_RECEIPT: Final = "supplier.goods_receipt"


def build(inputs: DocumentInputs, reading: Reading) -> tuple[Block, ...]:
    """The blocks of a goods-receipt note; differences are counted against what was accepted.

    Raises:
        Refused: [supplier.document.status] the delivery was not confirmed.
        Forbidden: the actor may not confirm deliveries for the outlet.
    """
    check_outlet(inputs, reading, COMPLETE)
    check_status(inputs, ARRIVED, "complete")
    sheet = sheet_of(inputs, reading)
    return (
        facts(sheet),
        *side_by_side(
            party_block(sheet, sheet.words.supplier, sheet.order.seller),
            delivery_block(sheet),
            party_block(sheet, sheet.words.outlet, sheet.order.buyer),
        ),
        LineTable(_columns(sheet), groups(sheet, sheet.order.lines, partial(_row, sheet))),
        Paragraph(_result(sheet), sheet.words.result),
        Signatures((sheet.words.receiver, sheet.words.signed_on)),
    )


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    words = sheet.words
    return (
        Column(key="position", title=words.position, width_share=6, align="right"),
        Column(key="item", title=words.item, width_share=34),
        Column(key="ordered", title=words.ordered, width_share=15, align="right"),
        Column(key="accepted", title=words.accepted, width_share=15, align="right"),
        Column(key="received", title=words.received, width_share=15, align="right"),
        Column(key="difference", title=words.difference, width_share=15, align="right"),
    )


def _row(sheet: Sheet, line: LineItem) -> Row:
    accepted, received = accepted_of(sheet.order)[line.id], received_of(sheet.order)[line.id]
    difference = received - accepted
    cells = (
        str(line.position),
        line.name,
        sheet.quantity(line, line.quantity),
        sheet.quantity(line, accepted),
        sheet.quantity(line, received),
        sheet.phrases.signed(difference) if difference else "",
    )
    missing = (sheet.words.not_received,) if accepted and not received else ()
    refused = (sheet.words.not_accepted,) if not accepted else ()
    return Row(cells, (*refused, *missing, *details(sheet, line)))


def _result(sheet: Sheet) -> str:
    accepted, received = accepted_of(sheet.order), received_of(sheet.order)
    different = sum(accepted[line.id] != received[line.id] for line in sheet.order.lines)
    if not different:
        return sheet.words.complete
    return sheet.words.different.format(count=different, lines=len(sheet.order.lines))


DOCUMENT: Final = DocumentType(
    key=GOODS_RECEIPT,
    title="Goods-receipt note",
    titles={"es": "Nota de recepción"},
    type=ORDER_TYPE,
    build=build,
    permission=READ,
    to="buyer",
)
