"""Which invoice a person means, and what people call one."""

from __future__ import annotations

from orderloom import Order, Reader
from orderloom.cli import find_order
from orderloom_invoicing.records import CREDIT_NOTE, KIND


def find_invoice(reader: Reader, name: str) -> Order:
    """The invoice or credit note of a number, an id, or the beginning of one."""
    return find_order(reader, name, kind=KIND)


def name_of(invoice: Order) -> str:
    """Its number, or its id while it has none."""
    return invoice.number or str(invoice.id)


def word_of(type: str) -> str:
    """What a type is called in a list."""
    return "credit note" if type == CREDIT_NOTE else "invoice"
