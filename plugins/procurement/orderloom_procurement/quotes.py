"""The vendor's answer: prices, lead times and validity per line, recorded on a sent order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from orderloom import (
    Edit,
    Order,
    Price,
    Problem,
    Refused,
    SetLine,
    SetOrder,
    decimal_of,
    module_data,
    positive,
    text_of,
)

LINE_QUOTE = "procurement.quote"


def _price(raw: Decimal) -> Decimal:
    return decimal_of(raw, "price", minimum=0)


def _per(raw: Decimal) -> Decimal:
    return positive(raw, "per")


def _days(raw: int | None) -> int | None:
    return None if raw is None else int(decimal_of(raw, "lead_time_days", minimum=0))


@attrs.frozen(kw_only=True)
class LineQuote:
    """What the vendor quotes for one line.

    Attributes:
        line: position of the line.
        price: unit price without tax, in the order's currency, for `per` units.
        lead_time_days: from the order to the goods, in calendar days.
        valid_until: last day the price holds.
    """

    line: int
    price: Decimal = attrs.field(converter=_price)
    per: Decimal = attrs.field(default=Decimal(1), converter=_per)
    lead_time_days: int | None = attrs.field(default=None, converter=_days)
    valid_until: date | None = None


def _reference(raw: str) -> str:
    return text_of(raw, "reference", required=False)


def _quotes(raw: Iterable[LineQuote]) -> tuple[LineQuote, ...]:
    quotes = tuple(raw)
    if problems := tuple(_quote_problems(quotes)):
        raise Refused(problems)
    return quotes


def _quote_problems(quotes: tuple[LineQuote, ...]) -> Iterator[Problem]:
    if not quotes:
        text = "No line is quoted. To record a quote, give the price of at least one line."
        yield Problem("procurement.quote.empty", text, "quotes")
    seen: set[int] = set()
    for index, quote in enumerate(quotes):
        if quote.line in seen:
            text = "Line {line} is quoted twice. To record the quote, give each line once."
            params = {"line": quote.line}
            yield Problem("procurement.quote.twice", text, f"quotes[{index}].line", params=params)
        seen.add(quote.line)


@attrs.frozen(kw_only=True)
class RecordQuote:
    """Options of the action `record_quote`.

    Attributes:
        reference: number of the quote, as the vendor gives it.
        quotes: prices by line; lines not named keep what they have.
        note: anything else the vendor says.
    """

    reference: str = attrs.field(default="", converter=_reference)
    quotes: tuple[LineQuote, ...] = attrs.field(converter=_quotes)
    note: str = ""


@module_data(LINE_QUOTE, v=1)
@attrs.frozen(kw_only=True)
class LineQuoteData:
    """What was quoted for a line beside its price; the fields are those of `LineQuote`."""

    reference: str = ""
    lead_time_days: int | None = None
    valid_until: date | None = None


@module_data(LINE_QUOTE, v=1)
@attrs.frozen(kw_only=True)
class QuoteData:
    """The latest quote recorded on an order; the fields are those of `RecordQuote`."""

    reference: str = ""
    note: str = ""


def quote_edits(order: Order, options: RecordQuote) -> Iterator[Edit]:
    """The edits a quote makes: prices and what comes with them; never a quantity.

    Source: systems.md 0.3 (vendor's quotes).
    """
    yield SetOrder(data=QuoteData(reference=options.reference, note=options.note))
    for quote in options.quotes:
        yield SetLine(
            line=quote.line,
            price=Price(quote.price, order.currency, quote.per),
            data=LineQuoteData(
                reference=options.reference,
                lead_time_days=quote.lead_time_days,
                valid_until=quote.valid_until,
            ),
        )
