"""The delivery note: what comes with the goods. It says how much, never for how much.

Source: Order Ez, order status (scheduled for delivery).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderloom import DocumentInputs, DocumentType, LineItem, Reading
from orderloom.documents import Block, Column, Heading, LineTable, Row, RowGroup, Signatures
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
from orderloom_supplier.documents.standing import TAKEN, check_status, check_supplier
from orderloom_supplier.records import ORDER_TYPE, accepted_of
from orderloom_supplier.rights import READ, SCHEDULE

DELIVERY_NOTE: Final = "supplier.delivery_note"


def build(inputs: DocumentInputs, reading: Reading) -> tuple[Block, ...]:
    """The blocks of a delivery note: what was accepted, and what of the order does not come.

    Raises:
        Refused: [supplier.document.status] the supplier has not accepted the order.
        Forbidden: the actor may not schedule deliveries for the supplier.
    """
    check_supplier(inputs, reading, SCHEDULE)
    check_status(inputs, TAKEN, "accept")
    sheet = sheet_of(inputs, reading)
    return (
        facts(sheet),
        *side_by_side(
            party_block(sheet, sheet.words.supplier, sheet.order.seller),
            delivery_block(sheet),
            party_block(sheet, sheet.words.outlet, sheet.order.buyer),
        ),
        *notes(sheet),
        *_tables(sheet),
        Signatures((sheet.words.carrier, sheet.words.receiver, sheet.words.signed_on)),
    )


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    words = sheet.words
    return (
        Column(key="position", title=words.position, width_share=6, align="right"),
        Column(key="item", title=words.item, width_share=48),
        Column(key="ordered", title=words.ordered, width_share=17, align="right"),
        Column(key="delivered", title=words.delivered, width_share=17, align="right"),
        Column(key="checked", title=words.checked, width_share=12, empty_box=True),
    )


def _tables(sheet: Sheet) -> Iterator[Block]:
    """What comes, to be checked off, then what does not."""
    accepted = accepted_of(sheet.order)
    coming = [line for line in sheet.order.lines if accepted[line.id]]
    left_out = tuple(_row(sheet, line) for line in sheet.order.lines if not accepted[line.id])

    def delivered(line: LineItem) -> Row:
        return _row(sheet, line, sheet.quantity(line, accepted[line.id]), "")

    yield LineTable(_columns(sheet), groups(sheet, coming, delivered))
    if left_out:
        yield Heading(sheet.words.left_out, 3)
        yield LineTable(_columns(sheet)[:3], (RowGroup("", left_out),))


def _row(sheet: Sheet, line: LineItem, *more: str) -> Row:
    cells = (str(line.position), line.name, sheet.quantity(line, line.quantity), *more)
    return Row(cells, details(sheet, line))


DOCUMENT: Final = DocumentType(
    key=DELIVERY_NOTE,
    title="Delivery note",
    titles={"es": "Albarán de entrega"},
    type=ORDER_TYPE,
    build=build,
    permission=READ,
    to="buyer",
)
