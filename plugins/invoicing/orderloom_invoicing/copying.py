"""Lines of orders and invoices on other documents, with the price and tax they have there."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from orderloom import Adjustment, LineItem, NewLine, Order, PartyRef, Provenance, Reading
from orderloom_invoicing.records import Carried, InvoiceData, LineData


def copied(line: LineItem, quantity: Decimal, reading: Reading) -> NewLine:
    """A line for some of what another one is about; a product there is no more is left out."""
    known = bool(line.product) and reading.product(line.product) is not None
    return NewLine.like(
        line,
        quantity=quantity,
        price=line.price,
        product=line.product if known else "",
        needed_by=None,
        data=_origin(line),
    )


def _origin(line: LineItem) -> LineData:
    tax = line.tax
    if tax is None:
        return LineData(source=line.id)
    return LineData(
        source=line.id, category=tax.category, percent=tax.percent, rule=tax.source.rule
    )


def party_id(party: PartyRef | None) -> str:
    """The id of a side, "" where it is open."""
    return party.id if party else ""


def adjusted(invoice: Order, before: tuple[Adjustment, ...]) -> tuple[Adjustment, ...] | None:
    """The discounts and surcharges an invoice takes over, on the lines that are still on it."""
    data = invoice.data.get(InvoiceData)
    if data is None or not data.carried:
        return None
    places = {
        origin.source: line.id for line in invoice.lines if (origin := line.data.get(LineData))
    }
    mine = (
        _adjustment(one, places.get(one.line) if one.line else None)
        for one in data.carried
        if one.line is None or one.line in places
    )
    return (*before, *mine)


def _adjustment(one: Carried, line: UUID | None) -> Adjustment:
    source = Provenance("invoicing", "carried")
    return Adjustment(key=one.key, label=one.label, amount=one.amount, line=line, source=source)
