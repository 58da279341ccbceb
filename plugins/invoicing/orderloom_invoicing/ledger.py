"""What of invoices is on which credit note."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import Order, Reading, Writing
from orderloom_invoicing.records import CREDITED, CreditData, LineData
from orderloom_invoicing.tables import credits

_INSERT = sa.insert(credits)
_OF_INVOICE = sa.select(credits.c.note_id, credits.c.line_id, credits.c.quantity).where(
    credits.c.invoice_id == bindparam("invoice")
)


def credited_by(note: Order) -> dict[UUID, Decimal]:
    """How much of which line of its invoice a credit note credits."""
    found = ((line.data.get(LineData), line.quantity) for line in note.lines)
    return {data.source: quantity for data, quantity in found if data}


def record(note: Order, writing: Writing) -> None:
    """Note down a credit note that came into being."""
    invoice = note.data[CreditData].invoice
    rows = [
        {"note_id": note.id, "line_id": line, "invoice_id": invoice, "quantity": quantity}
        for line, quantity in credited_by(note).items()
    ]
    writing.execute(_INSERT, rows)


def outstanding(invoice: Order, reading: Reading) -> dict[UUID, Decimal]:
    """What an invoice counts as credited that is on no credit note yet, by line."""
    noted: dict[UUID, Decimal] = {}
    for row in reading.rows(_OF_INVOICE, {"invoice": invoice.id}):
        noted[row.line_id] = noted.get(row.line_id, Decimal(0)) + row.quantity
    open_ = {
        line.id: line.happened(CREDITED) - noted.get(line.id, Decimal(0)) for line in invoice.lines
    }
    return {line: quantity for line, quantity in open_.items() if quantity}


def notes_of(invoice: UUID, reading: Reading) -> Sequence[UUID]:
    """The ids of the credit notes of an invoice, oldest first."""
    found = reading.rows(_OF_INVOICE, {"invoice": invoice})
    return sorted({row.note_id for row in found})
