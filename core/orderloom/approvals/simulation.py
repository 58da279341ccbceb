"""What a draft policy would have done: records and sums, no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import attrs

from orderloom.orders.approvals import Requirement
from orderloom.orders.subject import SubjectRef
from orderloom.values import Money


@attrs.frozen(kw_only=True)
class Replayed:
    """One decision of the past under two policies.

    Attributes:
        event: id of the event that recorded it.
        number: of the order, "" if it has none.
        requester: whose limits counted.
        amount: of the order then, None if it was not fully priced.
        before, after: the approvals the one and the other policy require; none let it pass.
        waited: how long it really waited, None if it did not or still does.
    """

    event: UUID
    subject: SubjectRef
    number: str
    at: datetime
    requester: str
    action: str
    amount: Money | None
    before: tuple[Requirement, ...]
    after: tuple[Requirement, ...]
    waited: timedelta | None = None

    @property
    def held(self) -> bool:
        """Held by the second policy and not by the first."""
        return bool(self.after) and not self.before

    @property
    def freed(self) -> bool:
        """Held by the first policy and not by the second."""
        return bool(self.before) and not self.after


@attrs.frozen(kw_only=True)
class Simulation:
    """What two policies make of the same history.

    Attributes:
        since: from when on it was looked at.
        replayed: every decision, as they happened.
        unread: how many could not be asked again: their parties were erased, or their module is
            off.
    """

    since: datetime
    replayed: tuple[Replayed, ...]
    unread: int = 0

    @property
    def held(self) -> tuple[Replayed, ...]:
        """What would newly have to wait."""
        return tuple(one for one in self.replayed if one.held)

    @property
    def freed(self) -> tuple[Replayed, ...]:
        """What would no longer have to wait."""
        return tuple(one for one in self.replayed if one.freed)

    def load(self) -> Mapping[str, tuple[int, int]]:
        """How many approvals each approver would give: named as in requirements, before, after."""
        before = _load(one.before for one in self.replayed)
        after = _load(one.after for one in self.replayed)
        return {who: (before[who], after[who]) for who in sorted({*before, *after})}

    def passed(self) -> tuple[Mapping[str, Money], Mapping[str, Money]]:
        """What would pass without any approval, by currency: before and after."""
        return (
            _sums(one.amount for one in self.replayed if not one.before),
            _sums(one.amount for one in self.replayed if not one.after),
        )

    def waiting(self) -> tuple[timedelta, timedelta]:
        """The waiting time added and saved.

        Saved is what the freed really waited; added is, for each that would newly wait, as long
        as the middle one of those that waited for the same approvers did, or of all that waited.
        """
        waits = [(one.before, one.waited) for one in self.replayed if one.waited is not None]
        overall = _median(wait for _, wait in waits)
        added = timedelta()
        for one in self.held:
            same = [wait for asked, wait in waits if _who(asked) & _who(one.after)]
            added += _median(same) if same else overall
        saved = sum((one.waited for one in self.freed if one.waited), timedelta())
        return added, saved


def _load(asked: Iterable[tuple[Requirement, ...]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for requirements in asked:
        for one in requirements:
            counted[one.approver] += one.count
    return counted


def _who(requirements: Iterable[Requirement]) -> set[str]:
    return {one.approver for one in requirements}


def _sums(amounts: Iterable[Money | None]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for one in amounts:
        if one is not None:
            sums[one.currency] = sums.get(one.currency, Money.zero(one.currency)) + one
    return dict(sorted(sums.items()))


def _median(waits: Iterable[timedelta | None]) -> timedelta:
    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    return timedelta(seconds=round(median(seconds))) if seconds else timedelta()
