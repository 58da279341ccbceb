"""Posting: the draft is complete, gets its number, and never changes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from orderloom import LineItem, Order, Problem, Reading, SetOrder
from orderloom_invoicing.records import InvoiceData, day_of
from orderloom_invoicing.settings import InvoicingSettings


@attrs.frozen(kw_only=True)
class PostOptions:
    """What may be stated of an invoice when it is posted; the draft's own holds otherwise.

    Attributes:
        issued_on: the date of the invoice, today or earlier.
        due_on: when it has to be paid.
        tax_point: when the tax became due, if not on `issued_on`.
    """

    issued_on: dt.date | None = attrs.field(default=None, converter=day_of)
    due_on: dt.date | None = attrs.field(default=None, converter=day_of)
    tax_point: dt.date | None = attrs.field(default=None, converter=day_of)


def post_edits(invoice: Order, options: PostOptions, reading: Reading) -> Iterator[SetOrder]:
    """The dates, as they are going to be printed."""
    data = invoice.data.get(InvoiceData) or InvoiceData()
    issued = options.issued_on or data.issued_on or reading.today
    settings = reading.settings(InvoicingSettings)
    days = settings.payment_days if data.days is None else data.days
    yield SetOrder(
        data=attrs.evolve(
            data,
            issued_on=issued,
            days=days,
            due_on=options.due_on or data.due_on or issued + dt.timedelta(days=days),
            tax_point=options.tax_point or data.tax_point,
        )
    )


def post_problems(
    invoice: Order, options: PostOptions | None, reading: Reading
) -> Iterator[Problem]:
    """What an invoice lacks to be posted.

    Args:
        invoice: as it would be posted.
        options: None as long as nobody has chosen them.
        reading: of the command.
    """
    yield from _content_problems(invoice)
    if options is not None:
        yield from _date_problems(invoice.data.get(InvoiceData) or InvoiceData(), reading)


def _content_problems(invoice: Order) -> Iterator[Problem]:
    if invoice.buyer is None:
        text = "Nobody is invoiced. To post it, name the buyer."
        yield Problem("invoicing.no_buyer", text, "buyer")
    if not invoice.lines:
        text = "There is nothing on it. To post it, add a line; to be rid of it, void it."
        yield Problem("invoicing.no_lines", text, "lines")
    for line in invoice.lines:
        yield from _line_problems(line)


def _line_problems(line: LineItem) -> Iterator[Problem]:
    field, params = f"lines[{line.position - 1}]", {"position": line.position}
    if line.price is None:
        text = "Line {position} has no price. To post the invoice, state one."
        yield Problem("invoicing.no_price", text, f"{field}.price", params=params)
    if line.tax is None:
        text = (
            "Nothing says how line {position} is taxed. To post the invoice, have an admin set "
            "the tax, 0 if there is none: orderloom tenant settings set invoicing tax_percent=20"
        )
        yield Problem("invoicing.no_tax", text, f"{field}.tax", params=params)


def _date_problems(data: InvoiceData, reading: Reading) -> Iterator[Problem]:
    issued, due = data.issued_on, data.due_on
    if issued is not None and issued > reading.today:
        text = "{day} is still to come. To post it, date it {today} or earlier."
        params = {"day": issued, "today": reading.today}
        yield Problem("invoicing.future_date", text, "issued_on", params=params)
    if issued is not None and due is not None and due < issued:
        text = "It would be due on {due}, before its date {day}. To post it, let it be due later."
        params = {"due": due, "day": issued}
        yield Problem("invoicing.due_before_date", text, "due_on", params=params)
