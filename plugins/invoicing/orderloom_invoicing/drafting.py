"""What an order is invoiced with: its lines, or some of them, at their prices and taxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import Data, LineItem, Money, NewLine, NewOrder, Order, Reading
from orderloom_invoicing.copying import copied, party_id
from orderloom_invoicing.records import INVOICE, Carried, InvoiceData
from orderloom_invoicing.settings import InvoicingSettings
from orderloom_invoicing.shares import share

_NONE = Decimal(0)


@attrs.frozen(kw_only=True)
class Asked:
    """What is to be invoiced of an order.

    Attributes:
        reference: the number the buyer knows the order by.
        issued_on: the date of the draft.
        days: the term of payment.
        lines: ids of the order's lines with what is invoiced of each, > 0, in reading order.
    """

    reference: str
    issued_on: dt.date
    days: int
    lines: tuple[tuple[UUID, Decimal], ...]


def asked(
    order: Order,
    reading: Reading,
    *,
    quantities: Mapping[UUID, Decimal] | None = None,
    reference: str = "",
    date: dt.date | None = None,
) -> Asked:
    """What to invoice, with what follows from the order, the day and the settings.

    Raises:
        ValueError: no line is left.
    """
    taken = (
        (line.id, line.quantity if quantities is None else quantities.get(line.id, _NONE))
        for line in order.lines
    )
    lines = tuple((line, quantity) for line, quantity in taken if quantity)
    if not lines:
        raise ValueError(f"Nothing of {order.ref} is to be invoiced. To hand it over, name lines.")
    return Asked(
        reference=reference or order.number,
        issued_on=date or reading.today,
        days=reading.settings(InvoicingSettings).payment_days,
        lines=lines,
    )


def draft_of(order: Order, what: Asked, purpose: str, reading: Reading) -> NewOrder:
    """The draft invoice of an order."""
    taken = dict(what.lines)
    lines = [line for line in order.lines if line.id in taken]
    return NewOrder(
        INVOICE,
        project=order.project,
        buyer=party_id(order.buyer),
        seller=party_id(order.seller),
        currency=order.currency,
        lines=[copied(line, taken[line.id], reading) for line in lines],
        bill_to=order.bill_to,
        title=order.title,
        data=InvoiceData(
            reference=what.reference,
            source=order.ref,
            purpose=purpose,
            issued_on=what.issued_on,
            days=what.days,
            carried=tuple(_carried(order, lines, taken)),
        ),
    )


def _carried(
    order: Order, lines: Iterable[LineItem], taken: Mapping[UUID, Decimal]
) -> Iterator[Carried]:
    """The discounts and surcharges of the order, as far as they belong to what is invoiced."""
    quantities = {line.id: line.quantity for line in order.lines}
    parts = [
        share(line.total, taken[line.id], before=_NONE, of=line.quantity)
        for line in lines
        if line.total is not None
    ]
    amount = Money.sum(parts, order.currency).amount
    for one in order.adjustments:
        if one.line is None and taken == quantities:
            due = one.amount
        elif one.line is None:
            due = share(one.amount, amount, before=_NONE, of=order.totals.lines.amount)
        elif one.line in taken:
            due = share(one.amount, taken[one.line], before=_NONE, of=quantities[one.line])
        else:
            continue
        if due:
            yield Carried(key=one.key, label=one.label, amount=due, line=one.line)


def is_draft_of(invoice: Order, wanted: NewOrder) -> bool:
    """Whether an invoice is the draft that was wanted, and nothing else."""
    return (
        (party_id(invoice.buyer), party_id(invoice.seller), invoice.currency, invoice.bill_to)
        == (wanted.buyer, wanted.seller, wanted.currency, wanted.bill_to)
        and invoice.data == Data.of(wanted.data)
        and [_content(line) for line in invoice.lines] == [_content(line) for line in wanted.lines]
    )


def _content(line: LineItem | NewLine) -> tuple[object, ...]:
    data = line.data if isinstance(line.data, Data) else Data.of(line.data)
    return line.name, line.product, line.quantity, line.unit, line.price, data
