"""What an admin can set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from orderloom import Problem, Refused, decimal_of, shown, text_of
from orderloom_invoicing.records import days_of

#: UN/CEFACT 5305 codes an invoice may use, as EN 16931 lists them.
CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "O", "L", "M")
_WHOLE = 100  # percent


def _percent(raw: object) -> Decimal:
    percent = decimal_of(raw, "percent", minimum=0)
    if percent > _WHOLE:
        text = "{given} is more than all of it. To set a tax, give 0 to 100 percent."
        params = {"given": shown(raw)}
        raise Refused([Problem("invoicing.bad_percent", text, "percent", params=params)])
    return percent


def _percent_or_none(raw: object) -> Decimal | None:
    return None if raw in (None, "") else _percent(raw)


def _category(instance: Any, attribute: Any, value: str) -> None:
    if value not in CATEGORIES:
        raise ValueError(f"{value!r} is no tax category; write one of {', '.join(CATEGORIES)}")


def _number(raw: object) -> str:
    return text_of(raw, "tax_number", longest=64, required=False)


@attrs.frozen(kw_only=True)
class TaxRule:
    """The tax of some lines.

    Attributes:
        product: id of the only product it is for, "" for any.
        group: heading of the only lines it is for, "" for any.
        category: UN/CEFACT 5305 code: "S" standard or reduced, "Z" zero, "E" exempt.
        percent: 19 means 19 %.
    """

    product: str = ""
    group: str = ""
    category: str = attrs.field(default="S", validator=_category)
    percent: Decimal = attrs.field(converter=_percent)


@attrs.frozen(kw_only=True)
class InvoicingSettings:
    """Settings of the module, per tenant.

    Attributes:
        tax_category: of every line no rule is for.
        tax_percent: of every line no rule is for; without it such a line has no tax, and its
            invoice cannot be posted.
        tax_rules: exceptions; the first that fits a line holds.
        payment_days: the term of payment of new invoices.
        tax_number: the tenant's own, printed where it is itself the seller or the buyer.
        tax_numbers: of parties, by id.
    """

    tax_category: str = attrs.field(default="S", validator=_category)
    tax_percent: Decimal | None = attrs.field(default=None, converter=_percent_or_none)
    tax_rules: tuple[TaxRule, ...] = ()
    payment_days: int = attrs.field(default=30, converter=days_of)
    tax_number: str = attrs.field(default="", converter=_number)
    tax_numbers: dict[str, str] = attrs.field(factory=dict)
