"""Approvals as values: what is required, who voted, what is still open. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from orderloom.errors import Problem
from orderloom.orders.binding import Content, covers
from orderloom.orders.subject import SubjectRef
from orderloom.values import Grant, Money, Scope

TENANT_SCOPE: Final = Scope("tenant", "")

# What a request is for.
PLACE: Final = "place"  # an action that creates the subject: nobody but its side knows it yet
PERFORM: Final = "perform"  # an action on a subject that was there
RESUME: Final = "resume"  # a change that went beyond what was allowed: back to where it was

# How a request stands.
WAITING: Final = "waiting"
PASSED: Final = "passed"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"


@attrs.frozen(kw_only=True)
class Escalation:
    """Who else may approve when nobody did in time.

    Attributes:
        hours: after the request, > 0.
        role: key of the role, held in `scope` or in the whole tenant.
        scope: where; name that of the requirement for a role that is held there only.
    """

    hours: int
    role: str
    scope: Scope = TENANT_SCOPE


@attrs.frozen(kw_only=True)
class Requirement:
    """Who has to approve, how many of them, and why. Names a role, a person or a side.

    Attributes:
        role: key of a role; who holds it in `scope`, or in the whole tenant, may approve, and so
            may whoever has the role `admin` there.
        scope: where the role has to be held.
        person: id of the one user who may approve.
        side: "buyer" or "seller": whoever plays that side of the order.
        count: how many different people.
        level: 1, 2, 3 …: nobody votes at a level before those below it are done.
        why: what the limit found, as a problem that says how to lift it.
        escalation: who else may approve after a while, None for nobody.
        expires_hours: after how many hours the request is refused by itself; 0 for never.
        limit: key of the limit; filled in by the core.

    Raises:
        ValueError: none or several of role, person and side are named, or a number is below 1.
    """

    role: str = ""
    scope: Scope = TENANT_SCOPE
    person: str = ""
    side: str = ""
    count: int = 1
    level: int = 1
    why: Problem
    escalation: Escalation | None = None
    expires_hours: int = 0
    limit: str = ""

    def __attrs_post_init__(self) -> None:
        hours = (self.expires_hours, self.escalation.hours if self.escalation else 0)
        if not all(0 <= one <= LONGEST_HOURS for one in hours):
            raise ValueError(f"hours go up to {LONGEST_HOURS}")
        if len([one for one in (self.role, self.person, self.side) if one]) != 1:
            raise ValueError("a requirement names one role, one person or one side")
        if self.count < 1 or self.level < 1 or (self.person and self.count > 1):
            raise ValueError("count and level are 1 or more, and a person is only one")
        if self.side not in ("", "buyer", "seller"):
            raise ValueError(f"there is no side {self.side}")

    @property
    def approver(self) -> str:
        """Whom it names, in words: "role market.head in party o1"."""
        if self.person:
            return self.person
        where = "" if self.scope == TENANT_SCOPE else f" in {self.scope}"
        return f"the {self.side}{where}" if self.side else f"role {self.role}{where}"

    @property
    def key(self) -> str:
        """What it is told apart by, whatever the reason."""
        who = self.person or self.side or f"{self.role}@{self.scope}"
        return f"{self.limit}/{self.level}/{who}/{self.why.code}"


@attrs.frozen(kw_only=True)
class Vote:
    """One person's approval.

    Attributes:
        voter: id of who approved.
        principal: id of whose right it was: the voter's own, or of who delegated it to him.
        meets: keys of the requirements it counts for.
        bound: limit -> the content that was approved.
    """

    voter: str
    principal: str
    meets: tuple[str, ...]
    bound: Mapping[str, Content]
    at: datetime

    @property
    def people(self) -> set[str]:
        """Both who are behind it."""
        return {self.voter, self.principal}


@attrs.frozen(kw_only=True)
class ApprovalRequest:
    """One command that waits, or waited, for approvals: a row of the ledger.

    Attributes:
        form: PLACE, PERFORM or RESUME.
        action: name of the action that waits.
        source: status the subject was in before; "" if it was not there.
        allowed: of a RESUME the version of the subject before the change; 0 otherwise.
        options: of the action, JSON-ready; None if it takes none.
        requester: id of who asked …
        grants: … and what he held then, for a requester the directory does not know.
        authors: everybody who had a hand in the content, the requester first: none of them may
            approve it.
        requirements: as the limits asked for them, over the present content.
        votes: that stand.
        amount: of the order then, None if it is not fully priced.
        state: WAITING, PASSED, REFUSED or WITHDRAWN.
        escalated: keys of the requirements that were escalated.
        held_by: why the fully approved command still waits: problems of the last attempt.
    """

    id: UUID
    subject: SubjectRef
    type: str
    form: str
    action: str
    source: str
    allowed: int = 0
    options: Any = None
    requester: str
    grants: tuple[Grant, ...] = ()
    authors: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    votes: tuple[Vote, ...] = ()
    amount: Money | None = None
    state: str = WAITING
    requested_at: datetime
    settled_at: datetime | None = None
    escalated: tuple[str, ...] = ()
    held_by: tuple[Problem, ...] = ()

    def open(self) -> tuple[Open, ...]:
        """The requirements that are not met, those of the lowest level first."""
        return still_open(self.requirements, self.votes)

    def due(self) -> tuple[Open, ...]:
        """Those of them that can be voted on now: of the lowest level."""
        left = self.open()
        return tuple(one for one in left if one.requirement.level == left[0].requirement.level)


@attrs.frozen
class Open:
    """A requirement, and how many approvals it still lacks."""

    requirement: Requirement
    missing: int


def still_open(requirements: Iterable[Requirement], votes: Iterable[Vote]) -> tuple[Open, ...]:
    """Which requirements lack how many approvals, by level."""
    cast = tuple(votes)
    counted = (
        Open(one, one.count - len([vote for vote in cast if one.key in vote.meets]))
        for one in requirements
    )
    left = (one for one in counted if one.missing > 0)
    return tuple(sorted(left, key=lambda one: one.requirement.level))


def standing(
    votes: Iterable[Vote], contents: Mapping[str, Content], tolerances: Mapping[str, Decimal]
) -> tuple[Vote, ...]:
    """The votes that still cover the content, each for those of its requirements it covers."""
    kept = []
    for vote in votes:
        lasting = {
            limit
            for limit, approved in vote.bound.items()
            if limit in contents
            and covers(approved, contents[limit], tolerances.get(limit, Decimal(0)))
        }
        meets = tuple(key for key in vote.meets if key.partition("/")[0] in lasting)
        if meets:
            kept.append(attrs.evolve(vote, meets=meets))
    return tuple(kept)


@attrs.frozen(kw_only=True)
class Delegation:
    """A window in which one user may approve with another's rights.

    Attributes:
        principal: id of whose rights they are.
        delegate: id of who may use them.
        starts, ends: from the first up to, but not at, the second; aware UTC.
        created_by: id of who set it up.
        revoked_at: from when on it counts for nothing, None if it was not revoked.
    """

    id: UUID
    principal: str
    delegate: str
    starts: datetime
    ends: datetime
    created_by: str
    revoked_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Allowance:
    """What one user, or each holder of a role, may order on his own.

    Attributes:
        limit: key of the limit it belongs to.
        user: id; "" if it is set for a role.
        role: key; "" if it is set for a user. Each holder has as much for himself.
        scope: where.
        per: "order", or a rolling period up to and with today: "day", "week" (7 days), "month"
            or "quarter" (since the same day one or three months ago), of the tenant's zone.
        amount: with tax; more than it needs approval.

    Raises:
        ValueError: it names both a user and a role, or neither.
    """

    limit: str
    user: str = ""
    role: str = ""
    scope: Scope = TENANT_SCOPE
    per: str = "order"
    amount: Money

    def __attrs_post_init__(self) -> None:
        if bool(self.user) == bool(self.role):
            raise ValueError("an amount is set for one user or for one role")


def roles_in(grants: Iterable[Grant], scope: Scope) -> frozenset[str]:
    """The roles held in a scope: there, or in the whole tenant."""
    return frozenset(one.role for one in grants if one.scope in (scope, TENANT_SCOPE))


def prevailing(found: Iterable[Allowance]) -> tuple[Allowance, ...]:
    """Of the amounts of one user and of his roles, for one limit and scope, those that bind him.

    For each period his own takes the place of those of his roles. Of several roles the highest
    counts; amounts in different currencies cannot be compared, so the highest of each binds him.
    """
    every = tuple(found)
    own = {one.per for one in every if one.user}
    highest: dict[tuple[str, str], Allowance] = {}
    for one in every:
        if one.user or one.per not in own:
            place = one.per, one.amount.currency
            known = highest.setdefault(place, one)
            if one.amount.amount > known.amount.amount:
                highest[place] = one
    return tuple(highest[place] for place in sorted(highest))


LONGEST_HOURS: Final = 87_600  # ten years
PERIODS: Final = ("order", "day", "week", "month", "quarter")
