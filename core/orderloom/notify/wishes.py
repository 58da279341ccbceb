"""What users want to hear of, and how: at once, gathered, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.errors import Problem, Refused
from orderloom.modules.contributions import Reading
from orderloom.modules.contributions.notifications import CHANNELS, MAIL
from orderloom.store.schema import wishes
from orderloom.values import nearest, shown

NOW: Final = "now"
OFF: Final = "off"
HOURLY: Final = "hourly"
DAILY: Final = "daily"
DEFAULT: Final = "default"
GATHERED: Final = (HOURLY, DAILY)
WAYS: Final = (NOW, OFF, *GATHERED)
_STRICTER: Final = (NOW, *GATHERED, OFF)

EVERYONE: Final = ""
"""Stands for all users who wish nothing themselves."""
ALL_TOPICS: Final = "*"
"""Stands for every topic nothing is wished about by name."""
DAILY_AT: Final = 7  # o'clock in the tenant's zone: read with the first coffee

_row = wishes.c
_OF = select(_row.user_id, _row.topic, _row.channel, _row.how).where(
    _row.user_id.in_(bindparam("users", expanding=True))
)
_REMOVE = sa.delete(wishes).where(
    _row.tenant_id == bindparam("tenant"),
    _row.user_id == bindparam("of"),
    _row.topic == bindparam("about"),
    _row.channel == bindparam("by"),
)


@attrs.frozen
class Wish:
    """How a user wants to hear of a topic on a channel.

    Attributes:
        user: id, `EVERYONE` for the tenant's default.
        topic: of notifications, or `ALL_TOPICS`.
        channel: "mail" or "inbox".
        how: one of `WAYS`.
    """

    user: str
    topic: str
    channel: str
    how: str


@attrs.frozen
class Wishes:
    """What some users, and the tenant for all, wish."""

    known: Mapping[tuple[str, str, str], str]

    @classmethod
    def of(cls, users: Iterable[str], reading: Reading) -> Wishes:
        """The wishes of some users, read by one statement."""
        rows = reading.rows(_OF, {"users": sorted({EVERYONE, *users})})
        return cls({(row.user_id, row.topic, row.channel): row.how for row in rows})

    def how(self, user: str, topic: str, channel: str) -> str:
        """How a user is told: as he wishes, or the tenant; the topic's name before all topics."""
        found = (
            self.known.get((who, about, channel))
            for who in (user, EVERYONE)
            for about in (topic, ALL_TOPICS)
        )
        return next((how for how in found if how), NOW)

    def strictest(self, user: str, topics: Iterable[str], channel: str) -> str:
        """How a user is told what belongs to several topics: as seldom as any of them lets him."""
        return max((self.how(user, one, channel) for one in topics), key=_STRICTER.index)

    def listed(self) -> tuple[Wish, ...]:
        """All of them, by user, topic and channel."""
        return tuple(Wish(*key, how) for key, how in sorted(self.known.items()))


def save_wish(connection: Connection, tenant: str, wish: Wish) -> None:
    """Write a wish in the place of the one there was; `DEFAULT` leaves none."""
    where = {"tenant": tenant, "of": wish.user, "about": wish.topic, "by": wish.channel}
    connection.execute(_REMOVE, where)
    if wish.how != DEFAULT:
        row = {
            "user_id": wish.user, "topic": wish.topic, "channel": wish.channel, "how": wish.how,
        }  # fmt: skip
        connection.execute(sa.insert(wishes), {"tenant_id": tenant, **row})


def check_wish(wish: Wish) -> None:
    """Refuse channels and ways there are not.

    Raises:
        Refused: [wish.channel], [wish.how]; both at once.
    """
    ways = (*(way for way in WAYS if wish.channel == MAIL or way not in GATHERED), DEFAULT)
    problems = [
        _unknown(code, name, given, known)
        for code, name, given, known in (
            ("wish.channel", "channel", wish.channel, CHANNELS),
            ("wish.how", "how", wish.how, ways),
        )
        if given not in known
    ]
    if problems:
        raise Refused(problems)


def due_at(how: str, at: datetime, timezone: str) -> datetime:
    """When what is owed at an instant is sent: at once, or when the hour or the day is full.

    Args:
        how: one of `WAYS` but OFF.
        at: aware UTC.
        timezone: IANA name; the hour and the day are the tenant's.
    """
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    if how == HOURLY:
        begun = local.replace(minute=0, second=0, microsecond=0)
        return at + timedelta(hours=1) - (local - begun)
    if how == DAILY:
        day = local.date() if local.hour < DAILY_AT else local.date() + timedelta(days=1)
        due = datetime(day.year, day.month, day.day, DAILY_AT, tzinfo=zone)
        return due.astimezone(at.tzinfo)
    return at


def _unknown(code: str, field: str, given: str, known: tuple[str, ...]) -> Problem:
    text = "“{given}” is not a choice. To say how somebody is told, use one of: {known}."
    params = {"given": shown(given), "known": nearest(given, known, otherwise=", ".join(known))}
    return Problem(code, text, field, params=params)
