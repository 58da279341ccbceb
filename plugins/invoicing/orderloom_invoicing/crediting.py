"""Crediting: an invoice is taken back, whole or in part, by a credit note with a number of its own.

A posted invoice is never changed. What of its lines was credited is counted on them, and can
never be more than what they invoice; the amounts of all its credit notes add up to its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import (
    Adjustment,
    LineItem,
    Money,
    NewOrder,
    Order,
    Problem,
    Reading,
    RecordQuantity,
    Writing,
    text_of,
)
from orderloom_invoicing import ledger
from orderloom_invoicing.copying import copied, party_id
from orderloom_invoicing.records import (
    CREDIT_NOTE,
    CREDITED,
    KIND,
    Carried,
    CreditData,
    InvoiceData,
    day_of,
)
from orderloom_invoicing.shares import share


@attrs.frozen
class CreditLine:
    """How much of a line is credited.

    Attributes:
        line: its position on the invoice.
        quantity: > 0, in the line's unit.
    """

    line: int
    quantity: Decimal


def _reason(raw: str) -> str:
    return text_of(raw, "reason", longest=1000, multiline=True, required=False)


@attrs.frozen(kw_only=True)
class CreditOptions:
    """What is credited.

    Attributes:
        lines: with their quantities; all that is left if none is named.
        why: printed on the credit note.
        issued_on: the date of the credit note; today if not stated.
    """

    lines: tuple[CreditLine, ...] = ()
    why: str = attrs.field(default="", converter=_reason)
    issued_on: dt.date | None = attrs.field(default=None, converter=day_of)


def left(line: LineItem) -> Decimal:
    """How much of a line of an invoice was not credited yet."""
    return line.quantity - line.happened(CREDITED)


def credit_edits(invoice: Order, options: CreditOptions) -> Iterator[RecordQuantity]:
    """Count what is credited; the core sees to it that it is no more than there is."""
    if options.lines:
        yield from (RecordQuantity(one.line, CREDITED, one.quantity) for one in options.lines)
        return
    yield from (
        RecordQuantity(line.id, CREDITED, left(line)) for line in invoice.lines if left(line)
    )


def credited_or_not(invoice: Order, options: CreditOptions) -> str:
    """Where crediting leads: "credited" once nothing is left."""
    return "posted" if any(left(line) for line in invoice.lines) else "credited"


def draft_problems(invoice: Order) -> Iterator[Problem]:
    """A problem for each line of a draft of which something is said to be credited."""
    for line in invoice.lines if invoice.status == "draft" else ():
        if line.happened(CREDITED):
            text = "Nothing of a draft can be credited. To lower line {position}, change it."
            field, params = f"lines[{line.position - 1}]", {"position": line.position}
            yield Problem("invoicing.draft_credited", text, field, params=params)


def date_problems(
    invoice: Order, options: CreditOptions | None, reading: Reading
) -> Iterator[Problem]:
    """What speaks against the date of a credit note."""
    day = None if options is None else options.issued_on
    if day is None:
        return
    if day > reading.today:
        text = "{day} is still to come. To credit it, date it {today} or earlier."
        params = {"day": day, "today": reading.today}
        yield Problem("invoicing.future_date", text, "issued_on", params=params)
    issued = invoice.data[InvoiceData].issued_on
    if issued is not None and day < issued:
        text = "The invoice is of {issued}. To credit it, date the credit note not before that."
        params = {"issued": issued}
        yield Problem("invoicing.before_invoice", text, "issued_on", params=params)


def write_note(before: Order, after: Order, options: CreditOptions, writing: Writing) -> None:
    """Issue the credit note of what was just counted."""
    taken = {
        line.id: line.happened(CREDITED) - before.line(line.id).happened(CREDITED)
        for line in after.lines
    }
    writing.place(_note(before, taken, options, writing), action="issue")


def _note(
    invoice: Order, taken: Mapping[UUID, Decimal], options: CreditOptions, reading: Reading
) -> NewOrder:
    """The credit note of some quantities.

    Args:
        invoice: with what was credited of it before.
        taken: quantities by line.
        options: of the action.
        reading: of the command.
    """
    lines = [line for line in invoice.lines if taken[line.id]]
    data = invoice.data[InvoiceData]
    return NewOrder(
        CREDIT_NOTE,
        project=invoice.project,
        buyer=party_id(invoice.buyer),
        seller=party_id(invoice.seller),
        currency=invoice.currency,
        lines=[copied(line, taken[line.id], reading) for line in lines],
        bill_to=invoice.bill_to,
        title=invoice.title,
        data=(
            InvoiceData(
                reference=data.reference,
                source=invoice.ref,
                issued_on=options.issued_on or reading.today,
                carried=(*_of_lines(lines, taken), *_of_whole(invoice, taken)),
            ),
            CreditData(
                invoice=invoice.id,
                number=invoice.number,
                issued_on=data.issued_on,
                reason=options.why,
            ),
        ),
    )


def _of_lines(lines: Iterable[LineItem], taken: Mapping[UUID, Decimal]) -> Iterator[Carried]:
    """What makes the amount of a line its share of the invoiced one, to the cent."""
    for line in lines:
        now = taken[line.id]
        due = _share_of(line, line.total, now)
        if rest := due - _priced(line, now):
            yield Carried(key=f"line {line.position}", label="", amount=rest, line=line.id)


def _share_of(line: LineItem, whole: Money | None, now: Decimal) -> Money:
    assert whole is not None  # a posted line has a price
    return share(whole, now, before=line.happened(CREDITED), of=line.quantity)


def _priced(line: LineItem, quantity: Decimal) -> Money:
    assert line.price is not None
    return line.price.times(quantity)


def _of_whole(invoice: Order, taken: Mapping[UUID, Decimal]) -> Iterator[Carried]:
    """The shares of the invoice's own discounts and surcharges, by the amounts of the lines."""
    own = [one for one in invoice.adjustments if one.line is None]
    if not own:
        return
    currency = invoice.currency
    now = [_share_of(line, line.total, taken[line.id]) for line in invoice.lines if taken[line.id]]
    before = [_credited(line) for line in invoice.lines]
    amounts = (Money.sum(now, currency).amount, Money.sum(before, currency).amount)
    last = all(left(line) == taken[line.id] for line in invoice.lines)
    for one in own:
        if amount := _own_share(one, *amounts, of=invoice.totals.lines.amount, last=last):
            yield Carried(key=one.key, label=one.label, amount=amount)


def _credited(line: LineItem) -> Money:
    assert line.total is not None
    return share(line.total, line.happened(CREDITED), before=Decimal(0), of=line.quantity)


def _own_share(one: Adjustment, now: Decimal, before: Decimal, *, of: Decimal, last: bool) -> Money:
    """Whatever is left of it, on the note that takes back the rest."""
    if last:
        return one.amount - share(one.amount, before, before=Decimal(0), of=of)
    return share(one.amount, now, before=before, of=of)


def note_problems(note: Order, reading: Reading) -> Iterator[Problem]:
    """A problem unless an invoice has just been credited by exactly this."""
    data = note.data.get(CreditData)
    invoice = reading.subject(KIND, data.invoice) if data else None
    wanted = ledger.outstanding(invoice, reading) if isinstance(invoice, Order) else {}
    if not wanted or wanted != ledger.credited_by(note):
        text = "Credit notes follow from their invoices. To write one, credit the invoice (credit)."
        yield Problem("invoicing.not_credited", text)
