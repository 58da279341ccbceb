"""Identifiers: UUIDs of version 7, made in Python and sorted by time."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from uuid import UUID, SafeUUID

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values.wording import shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RANDOM_BYTES = 10
_TAIL_BITS = 32
_RANDOM, _TAIL, _LOWER = 2**74 - 1, 2**_TAIL_BITS - 1, 2**62 - 1
_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62
_new, _set = object.__new__, object.__setattr__
_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@attrs.define
class _Counter:
    """The 42 bits between the millisecond and the random tail (RFC 9562, section 6.2, method 1).

    A new millisecond starts them at random with the top bit clear, which leaves 2^41 steps; every
    further id of the same millisecond takes the next.
    """

    millisecond: int = -1
    value: int = 0
    lock: Lock = attrs.field(factory=Lock)

    def next(self, millisecond: int, start: int) -> int:
        with self.lock:
            if millisecond == self.millisecond:
                self.value += 1
            else:
                self.millisecond, self.value = millisecond, start & (2**41 - 1)
            return self.value


_counter = _Counter()


def uuid7(now: datetime, rand: bytes | None = None) -> UUID:
    """Make an id that sorts by time (RFC 9562, version 7).

    Ids of one process and one millisecond ascend in the order they were made; threads may share
    it. The millisecond is always that of `now`: if the clock is set back, ids follow it.

    Args:
        now: an aware instant after 1970.
        rand: ten bytes to use instead of fresh random ones; the id then depends on the arguments
            alone and takes no step of the counter.
    """
    millisecond = _millisecond(now)
    bits = int.from_bytes(os.urandom(_RANDOM_BYTES) if rand is None else rand, "big") & _RANDOM
    if rand is None:
        step = _counter.next(millisecond, bits >> _TAIL_BITS)
        bits = step << _TAIL_BITS | bits & _TAIL
    upper, lower = bits >> 62, bits & _LOWER
    return _made(millisecond << 80 | _VERSION | upper << 64 | _VARIANT | lower)


def _made(number: int) -> UUID:
    """As `UUID(int=number)`, without asking which of its seven arguments were given."""
    made = _new(UUID)
    _set(made, "int", number)
    _set(made, "is_safe", SafeUUID.unknown)
    return made


@lru_cache(maxsize=64)  # all ids of one command are of one instant
def _millisecond(now: datetime) -> int:
    return (now - _EPOCH) // _MILLISECOND


def id_of(value: object, field: str) -> UUID:
    """Read an id: a UUID, or its text with hyphens.

    Raises:
        Refused: [id.malformed].
    """
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and _TEXT.fullmatch(value):
        return UUID(value)
    template = (
        "“{given}” is not an id. To name a record, copy its whole id: 32 hexadecimal digits with "
        "4 hyphens."
    )
    raise Refused([Problem("id.malformed", template, field, params={"given": shown(value)})])
