"""`orderloom invoicing`: invoices, credit notes, and orders that lack theirs."""

from __future__ import annotations

from orderloom.cli import group
from orderloom_invoicing.cli.acting import credit, post, void
from orderloom_invoicing.cli.handing import handover, list_missing
from orderloom_invoicing.cli.listing import list_invoices
from orderloom_invoicing.cli.printing import pdf
from orderloom_invoicing.cli.showing import history, show


@group(help="Invoices and credit notes.")
def invoicing() -> None:
    """Invoices and credit notes."""


for command in (list_invoices, show, history, post, credit, void, pdf, list_missing, handover):
    invoicing.add_command(command)
