"""What invoicing keeps on invoices, credit notes and their lines.

Fields pass their gates when a record is made: one that exists is well formed.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import (
    Money,
    Problem,
    Refused,
    SubjectRef,
    date_of,
    decimal_of,
    module_data,
    shown,
    text_of,
)

KIND = "invoice"
INVOICE = "invoicing.invoice"
CREDIT_NOTE = "invoicing.credit_note"

#: What happens to a line of an invoice, in `LineItem.quantities`.
CREDITED = "credited"

_LONGEST_TERM = 3650  # days; ten years


def day_of(raw: object) -> dt.date | None:
    """A business day, or None."""
    return None if raw in (None, "") else date_of(raw, "date")


def _reference(raw: object) -> str:
    return text_of(raw, "reference", longest=200, required=False)


def purpose_of(raw: object) -> str:
    """What an invoice of an order is for, where there are several; "" for the one."""
    return text_of(raw, "purpose", longest=64, required=False)


def days_of(raw: object) -> int:
    """Within how many days an invoice is to be paid.

    Raises:
        Refused: [invoicing.bad_term], [decimal.*].
    """
    days = decimal_of(raw, "days", minimum=0)
    if days > _LONGEST_TERM or days != int(days):
        text = "{given} is no term of payment. To set one, give whole days, at most {most}."
        params = {"given": shown(raw), "most": _LONGEST_TERM}
        raise Refused([Problem("invoicing.bad_term", text, "days", params=params)])
    return int(days)


def _days_or_none(raw: object) -> int | None:
    return None if raw is None else days_of(raw)


@attrs.frozen(kw_only=True)
class Carried:
    """A discount or surcharge an invoice takes over from where its lines come from.

    Attributes:
        key: unique on the invoice.
        amount: signed, without tax.
        line: the line it comes from belongs to, None for the whole.
    """

    key: str
    label: str
    amount: Money
    line: UUID | None = None


@module_data("invoicing", v=1)
@attrs.frozen(kw_only=True)
class InvoiceData:
    """What an invoice or credit note says beside parties, lines and totals.

    Attributes:
        reference: what the buyer knows it by: the number of his order.
        source: the order it was made from; None for one made by hand.
        purpose: which of several invoices of its source it is.
        issued_on: the date of the invoice, in the tenant's zone.
        due_on: when it has to be paid; from `issued_on` and `days` unless stated.
        days: the term of payment; None if that of the settings is to hold.
        tax_point: when the tax became due; None if that is `issued_on`.
    """

    reference: str = attrs.field(default="", converter=_reference)
    source: SubjectRef | None = None
    purpose: str = attrs.field(default="", converter=purpose_of)
    issued_on: dt.date | None = attrs.field(default=None, converter=day_of)
    due_on: dt.date | None = attrs.field(default=None, converter=day_of)
    days: int | None = attrs.field(default=None, converter=_days_or_none)
    tax_point: dt.date | None = attrs.field(default=None, converter=day_of)
    carried: tuple[Carried, ...] = ()


@module_data("invoicing.credit", v=1)
@attrs.frozen(kw_only=True)
class CreditData:
    """Which invoice a credit note takes back, and why.

    Attributes:
        number, issued_on: of the invoice.
    """

    invoice: UUID
    number: str
    issued_on: dt.date | None = attrs.field(default=None, converter=day_of)
    reason: str = ""


@module_data("invoicing", v=1)
@attrs.frozen(kw_only=True)
class LineData:
    """Where a line comes from, and the tax it had there.

    Attributes:
        source: id of the line of the order, or of the invoice for a credit note.
        category: UN/CEFACT 5305 code of its tax, "" if it had none.
        percent: of the tax.
        rule: the name of the rule it was taxed by.
    """

    source: UUID
    category: str = ""
    percent: Decimal = Decimal(0)
    rule: str = ""
