"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class FakeClock:
    """Hand it to `Orderloom(clock=…)`.

    Args:
        now: the aware UTC instant it stands at.
    """

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The instant it stands at."""
        return self.now

    def move(self, **by: Any) -> datetime:
        """Move it on; arguments as of `timedelta` (`days=3`)."""
        self.now += timedelta(**by)
        return self.now
