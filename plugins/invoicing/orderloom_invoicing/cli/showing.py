"""`orderloom invoicing show` and `history`."""

from __future__ import annotations

from typing import Any

import click

from orderloom import Order, Reader
from orderloom.cli import Command, Session, Table, pass_session, show_history
from orderloom_invoicing.cli.finding import find_invoice, name_of
from orderloom_invoicing.ledger import notes_of
from orderloom_invoicing.records import CREDITED, INVOICE, KIND, CreditData, InvoiceData
from orderloom_invoicing.taxes import tax_sums


@click.command(cls=Command)
@click.argument("invoice")
@pass_session
def show(session: Session, invoice: str) -> None:
    """Show an INVOICE or credit note with its lines, taxes, credit notes and open actions."""
    with session.reader() as reader:
        found = find_invoice(reader, invoice)
        facts = _facts(reader, found)
    if session.json:
        session.show({"invoice": found, **facts})
        return
    session.show(facts)
    session.say("")
    session.show(_lines(found))
    session.say("")
    session.show(Table(("tax", "percent", "taxed", "amount"), _taxes(found)))
    session.say(f"\ntotal  {found.totals}")


@click.command(cls=Command)
@click.argument("invoice")
@pass_session
def history(session: Session, invoice: str) -> None:
    """Show who did what about an INVOICE when, and why."""
    with session.reader() as reader:
        show_history(session, reader, find_invoice(reader, invoice))


def _facts(reader: Reader, invoice: Order) -> dict[str, Any]:
    data = invoice.data.get(InvoiceData) or InvoiceData()
    credit = invoice.data.get(CreditData)
    notes = notes_of(invoice.id, reader.reading) if invoice.type == INVOICE else ()
    return {
        "number": name_of(invoice),
        "status": reader.status(invoice).title,
        "buyer": invoice.buyer.name if invoice.buyer else "",
        "seller": invoice.seller.name if invoice.seller else "",
        "reference": data.reference,
        "order": data.source.id if data.source and credit is None else None,
        "credits": credit.number if credit else None,
        "date": data.issued_on,
        "due": data.due_on,
        "credit_notes": [name_of(reader.get(note, kind=KIND)) for note in notes],
        "actions": [view.action.name for view in reader.explain(invoice) if view.allowed],
    }


def _lines(invoice: Order) -> Table:
    headings = ("line", "name", "quantity", "unit", "price", "tax", "amount", "credited")
    rows = [
        (
            line.position,
            line.name,
            line.quantity,
            line.unit,
            line.price,
            f"{line.tax.percent} %" if line.tax else "",
            line.total,
            line.happened(CREDITED) or None,
        )
        for line in invoice.lines
    ]
    return Table(headings, rows, spare=("unit", "tax"))


def _taxes(invoice: Order) -> list[tuple[Any, ...]]:
    return [(one.category, one.percent, one.base, one.tax) for one in tax_sums(invoice)]
