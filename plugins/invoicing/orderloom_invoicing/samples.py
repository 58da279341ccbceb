"""How the kit (`orderloom.testing`) tries this module; nothing else imports this file."""

from __future__ import annotations

from orderloom import Desk, NewOrder, Order, Subject
from orderloom.testing import Samples, a_line, an_order
from orderloom_invoicing.drafting import asked, draft_of
from orderloom_invoicing.handover import ask
from orderloom_invoicing.ledger import notes_of
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE, KIND, InvoiceData

PRICED = (a_line(), a_line("Freight", "1", price="40"))


def new_invoice(desk: Desk) -> NewOrder:
    """Chairs and freight, written by hand."""
    data = InvoiceData(reference="PO 17", issued_on="2026-06-30")
    return an_order(INVOICE, buyer="buyer", lines=PRICED, data=data)


def new_from_order(desk: Desk) -> NewOrder:
    """What something with lines asks for; here that is another invoice, as no order is at hand."""
    order: Order = desk.place(new_invoice(desk))
    what = asked(order, desk.reading)
    ask(order, what, desk.reading)
    return draft_of(order, what, "", desk.reading)


def credit_note(desk: Desk) -> Subject:
    """The credit note of an invoice."""
    invoice = desk.perform(desk.perform(desk.place(new_invoice(desk)), "post"), "credit")
    (note,) = notes_of(invoice.id, desk.reading)
    found: Subject = desk.get(note, kind=KIND)
    return found


samples = Samples(
    settings={"tax_percent": "20", "tax_rules": [{"group": "Deposit", "percent": "0"}]},
    new={INVOICE: (new_invoice, new_from_order)},
    made={CREDIT_NOTE: credit_note},
    options={
        f"{INVOICE}.post": [{"issued_on": "2026-06-30"}],
        f"{INVOICE}.credit": [{}, {"lines": [{"line": 1, "quantity": "4"}]}],
    },
)
