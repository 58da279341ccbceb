"""Business days, instants and time zones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from orderloom.errors import Problem, Refused
from orderloom.values.wording import nearest, shown

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]{5,15}(?:Z|[+-][0-9]{2}:?[0-9]{2})?")


def date_of(value: object, field: str) -> date:
    """Read a business day: a `date` (not a `datetime`) or its text, 2027-03-31.

    Raises:
        Refused: [date.malformed].
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refusal(
        "date.malformed",
        "“{given}” is not a day of the calendar. To give one, write year-month-day, such as "
        "2027-03-31.",
        value, field,
    )  # fmt: skip


def instant_of(value: object, field: str) -> datetime:
    """Read an instant: an aware `datetime` or its ISO 8601 text with an offset; answered in UTC.

    Raises:
        Refused: [instant.malformed], [instant.naive] no offset is given.
    """
    moment = _parsed(value)
    if moment is not None and moment.utcoffset() is None:
        raise _refusal(
            "instant.naive",
            "“{given}” does not say in which time zone. To go on, add the offset, such as "
            "2027-03-31T14:00:00+02:00.",
            value, field,
        )  # fmt: skip
    try:
        if moment is not None:
            return moment.astimezone(UTC)
    except OverflowError:  # within hours of year 1 or 9999
        pass
    raise _refusal(
        "instant.malformed",
        "“{given}” is not a date with a time. To give one, write it such as "
        "2027-03-31T14:00:00+02:00.",
        value, field,
    )  # fmt: skip


def instant_or_day(value: object, field: str, zone: str, *, after: bool = False) -> datetime:
    """Read an instant, or a day, which stands for its beginning in a zone.

    Args:
        value: as for `instant_of` or `date_of`.
        field: path of the input, for the message.
        zone: IANA name.
        after: a day stands for its end, the beginning of the next one.

    Raises:
        Refused: [instant.*], [date.malformed].
    """
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return instant_of(value, field)
    day = date_of(value, field)
    try:
        first = day + timedelta(days=1) if after else day
        return datetime.combine(first, time.min, ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:  # within hours of year 1 or 9999
        return instant_of(str(day), field)


def timezone_of(name: object, field: str) -> ZoneInfo:
    """Read a time zone by its IANA name, such as Europe/Vienna.

    Raises:
        Refused: [timezone.unknown] with the nearest names.
    """
    if isinstance(name, str):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # unknown; a path or NUL; a folder or too long
            pass
    known = nearest(shown(name), available_timezones(), otherwise="Europe/Vienna, UTC")
    raise _refusal(
        "timezone.unknown",
        "“{given}” is not a time zone. To name one, use its IANA name, such as {nearest}.",
        name, field, nearest=known,
    )  # fmt: skip


def _parsed(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _refusal(code: str, template: str, value: object, field: str, **params: str) -> Refused:
    return Refused([Problem(code, template, field, params={"given": shown(value), **params})])
