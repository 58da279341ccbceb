"""What lists show and filter by."""

from __future__ import annotations

from orderloom import Field, Subject
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE, CreditData, InvoiceData

REFERENCE = "invoicing.reference"
SOURCE = "invoicing.source"
DUE_ON = "invoicing.due_on"
CREDITS = "invoicing.credits"


def _reference(invoice: Subject) -> str:
    data = invoice.data.get(InvoiceData)
    return data.reference if data else ""


def _source(invoice: Subject) -> str:
    data = invoice.data.get(InvoiceData)
    return str(data.source.id) if data and data.source else ""


def _due_on(invoice: Subject) -> str:
    data = invoice.data.get(InvoiceData)
    return data.due_on.isoformat() if data and data.due_on else ""


def _credits(note: Subject) -> str:
    data = note.data.get(CreditData)
    return data.number if data else ""


FIELDS = (
    Field(key=REFERENCE, title="Reference", type=INVOICE, of=_reference, indexed=True),
    Field(key=SOURCE, title="Order", type=INVOICE, of=_source, indexed=True),
    Field(key=DUE_ON, title="Due on", type=INVOICE, of=_due_on, indexed=True),
    Field(key=CREDITS, title="Credits", type=CREDIT_NOTE, of=_credits, indexed=True),
)
