"""Invoicing for orderloom: draft invoices from orders, posting, credit notes.

These are the names other modules and hosts may build on.
"""

from orderloom_invoicing.crediting import CreditLine, CreditOptions, left
from orderloom_invoicing.fields import CREDITS, DUE_ON, REFERENCE, SOURCE
from orderloom_invoicing.handover import HandOver, hand_over, handed_over, missing, retry
from orderloom_invoicing.ledger import notes_of
from orderloom_invoicing.posting import PostOptions
from orderloom_invoicing.records import (
    CREDIT_NOTE,
    INVOICE,
    KIND,
    CreditData,
    InvoiceData,
    LineData,
)
from orderloom_invoicing.rights import CREDIT, EDIT, HAND_OVER, PLACE, POST, READ, VOID
from orderloom_invoicing.settings import InvoicingSettings, TaxRule
from orderloom_invoicing.taxes import TaxSum, tax_for, tax_sums

__all__ = [
    "CREDIT",
    "CREDITS",
    "CREDIT_NOTE",
    "DUE_ON",
    "EDIT",
    "HAND_OVER",
    "INVOICE",
    "KIND",
    "PLACE",
    "POST",
    "READ",
    "REFERENCE",
    "SOURCE",
    "VOID",
    "CreditData",
    "CreditLine",
    "CreditOptions",
    "HandOver",
    "InvoiceData",
    "InvoicingSettings",
    "LineData",
    "PostOptions",
    "TaxRule",
    "TaxSum",
    "hand_over",
    "handed_over",
    "left",
    "missing",
    "notes_of",
    "retry",
    "tax_for",
    "tax_sums",
]
