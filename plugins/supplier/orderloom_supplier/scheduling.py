"""Scheduling a delivery: tomorrow, or on a day from today on that the supplier delivers.

Source: Order Ez, order status (scheduling an order).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Protocol

import attrs

from orderloom import Edit, Order, Problem, Reading, SetOrder
from orderloom_supplier.records import SupplierData, progress
from orderloom_supplier.terms.days import next_day, weekday_name, weekdays_named
from orderloom_supplier.terms.rows import terms_of

Day = date | None


@attrs.frozen(kw_only=True)
class ScheduleOptions:
    """Options of the actions `schedule` and `reschedule`: one of the two.

    Attributes:
        on: the day of delivery, a business day in the tenant's zone; today or later.
        tomorrow: deliver tomorrow.
    """

    on: Day = attrs.field(default=None, metadata={"help": "The day; today or later."})
    tomorrow: bool = attrs.field(default=False, metadata={"help": "Deliver tomorrow."})


class Dated(Protocol):
    """Options that name a day."""

    @property
    def on(self) -> Day:
        """The day itself."""
        ...

    @property
    def tomorrow(self) -> bool:
        """Or the day after today."""
        ...


def day_in(options: Dated, reading: Reading) -> Day:
    """The day that was chosen, None if none or two were."""
    if options.tomorrow == (options.on is not None):
        return None
    return options.on or reading.today + timedelta(days=1)


def schedule_edits(order: Order, options: Dated, reading: Reading) -> Iterator[Edit]:
    """Note the day of the delivery."""
    yield SetOrder(data=scheduled(progress(order), options, reading))


def scheduled(known: SupplierData, options: Dated, reading: Reading) -> SupplierData:
    """What is kept of an order, with the day that was chosen."""
    return attrs.evolve(known, scheduled_for=day_in(options, reading) or known.scheduled_for)


def schedule_problems(order: Order, options: Dated, reading: Reading) -> Iterator[Problem]:
    """Why the delivery cannot be on that day."""
    day = day_in(options, reading)
    if day is None:
        text = "Say one day. To schedule it, choose tomorrow, or give a day from today on."
        yield Problem("supplier.schedule.day", text, "on")
    elif day < reading.today:
        text = "{day} is past, today is {today}. To schedule it, choose today or a later day."
        params = {"day": day, "today": reading.today}
        yield Problem("supplier.schedule.past", text, "on", params=params)
    elif day == progress(order).scheduled_for:
        text = "It is scheduled for {day} already. To reschedule it, choose another day."
        yield Problem("supplier.schedule.same_day", text, "on", params={"day": day})
    elif order.seller is not None:
        terms = terms_of(reading, order.seller.id)
        if day.weekday() not in terms.days:
            text = (
                "{day} is a {weekday}, and {supplier} delivers on {weekdays}. To schedule it, "
                "choose {next} or another of these days."
            )
            more: dict[str, object] = {
                "day": day,
                "weekday": weekday_name(day.weekday()),
                "supplier": order.seller.name,
                "weekdays": weekdays_named(terms.days),
                "next": next_day(terms, day),
            }
            yield Problem("supplier.schedule.no_delivery", text, "on", params=more)
