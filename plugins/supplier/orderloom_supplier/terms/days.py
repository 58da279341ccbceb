"""Arithmetic with delivery days; no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

import attrs

from orderloom import Problem, Refused, nearest, shown

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ALL: Final = frozenset(range(7))
_ONE: Final = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Terms:
    """When a supplier delivers.

    Attributes:
        cut_off: until when, in the tenant's zone, an order for the following day is taken; None
            takes them for the same day.
        days: the weekdays of delivery, 0 is Monday; never empty.
    """

    cut_off: time | None = None
    days: frozenset[int] = _ALL


def first_day(terms: Terms, now: datetime) -> date:
    """The first day an order placed now can be delivered.

    Args:
        terms: of the supplier.
        now: in the tenant's zone.
    """
    if terms.cut_off is None:
        return next_day(terms, now.date())
    in_time = now.time().replace(tzinfo=None) <= terms.cut_off
    return next_day(terms, now.date() + (_ONE if in_time else 2 * _ONE))


def next_day(terms: Terms, day: date) -> date:
    """The first day of delivery that is not before a day."""
    while day.weekday() not in terms.days:
        day += _ONE
    return day


def weekday_name(weekday: int) -> str:
    """The English name of a weekday, 0 is Monday."""
    return _NAMES[weekday]


def weekdays_named(days: Iterable[int]) -> str:
    """English names of weekdays, in the order of the week."""
    return ", ".join(_NAMES[one] for one in sorted(days))


def cut_off_of(raw: str) -> time | None:
    """A time of day such as 14:30; None for "".

    Raises:
        Refused: [supplier.terms.cut_off].
    """
    if not raw:
        return None
    try:
        return datetime.strptime(raw.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of any day
    except ValueError:
        text = "“{given}” is no time of day. To set the cut-off, write hours and minutes: 14:30."
        params = {"given": shown(raw)}
        raise Refused([Problem("supplier.terms.cut_off", text, "cut_off", params=params)]) from None


def days_of(raw: Iterable[str]) -> frozenset[int]:
    """Weekdays by their names ("mon", "Monday"); all if none is named.

    Raises:
        Refused: [supplier.terms.weekday], each that is none.
    """
    given = [one.strip().casefold() for one in raw if one.strip()]
    found = {one: _weekday(one) for one in given}
    text = "“{given}” is no weekday. To set delivery days, use: {known}."
    if unknown := [one for one, index in found.items() if index is None]:
        raise Refused(
            Problem(
                "supplier.terms.weekday",
                text,
                "weekdays",
                params={
                    "given": shown(one),
                    "known": nearest(one, WEEKDAYS, otherwise=", ".join(WEEKDAYS)),
                },
            )
            for one in unknown
        )
    return frozenset(index for index in found.values() if index is not None) or _ALL


def _weekday(name: str) -> int | None:
    short, whole = name[:3], [one.casefold() for one in _NAMES]
    if short in WEEKDAYS and (name == short or name in whole):
        return WEEKDAYS.index(short)
    return None
