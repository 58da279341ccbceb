"""Whether an order asks for a day the supplier can still deliver on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from orderloom import Order, Problem, Reading
from orderloom_supplier.terms.days import Terms, first_day, next_day, weekday_name, weekdays_named
from orderloom_supplier.terms.rows import terms_of


def wanted_day_problems(
    order: Order, before: Order | None, reading: Reading, *, by_supplier: bool
) -> Iterator[Problem]:
    """Why the goods cannot be there on the day the order asks for, naming the next one that can.

    Args:
        order: as it would be.
        before: as it was, None for a new one.
        reading: of the decision.
        by_supplier: the supplier enters it himself: the cut-off time does not bind him.
    """
    day = _wanted(order)
    if day is None or order.seller is None or (before is not None and _wanted(before) == day):
        return
    terms = terms_of(reading, order.seller.id)
    now = reading.now.astimezone(ZoneInfo(reading.tenant.timezone))
    first = next_day(terms, reading.today) if by_supplier else first_day(terms, now)
    if day < first:
        yield _too_soon(day, first, terms, order.seller.name)
    elif day.weekday() not in terms.days:
        text = (
            "{day} is a {weekday}, and {supplier} delivers on {weekdays}. To order it, ask for "
            "{next} or another of these days."
        )
        params = {
            "day": day,
            "weekday": weekday_name(day.weekday()),
            "supplier": order.seller.name,
            "weekdays": weekdays_named(terms.days),
            "next": next_day(terms, day),
        }
        yield Problem("supplier.delivery.no_delivery", text, "delivery.on", params=params)


def _wanted(order: Order) -> date | None:
    return order.delivery.on if order.delivery else None


def _too_soon(day: date, first: date, terms: Terms, supplier: str) -> Problem:
    params = {"day": day, "supplier": supplier, "next": first}
    if terms.cut_off is None:
        text = "{supplier} cannot deliver on {day} any more. To order it, ask for {next} or later."
        return Problem("supplier.delivery.past", text, "delivery.on", params=params)
    text = (
        "{supplier} takes orders for {day} until {cut_off} on {before}. To order it, ask for "
        "{next} or later."
    )
    more = {"cut_off": f"{terms.cut_off:%H:%M}", "before": day - timedelta(days=1)}
    return Problem("supplier.delivery.cut_off", text, "delivery.on", params=params | more)
