"""Policies run over the history: every decision that limits looked at, asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from orderloom.approvals import ledger, policies
from orderloom.approvals.policy import NO_POLICY, Policy
from orderloom.approvals.policy_text import read_policy
from orderloom.approvals.simulation import Replayed, Simulation
from orderloom.decide import ask_all
from orderloom.desk.context import Context
from orderloom.errors import NotFound
from orderloom.modules.contributions import Asking
from orderloom.orders import codec
from orderloom.orders.approvals import PASSED, Allowance, Requirement
from orderloom.orders.events import EDITED, Event
from orderloom.orders.order import Order
from orderloom.orders.replay import after as replayed_after
from orderloom.orders.replay import at_version
from orderloom.orders.subject import Subject
from orderloom.store import events
from orderloom.values import Actor, Grant, Money, Scope

Chosen = Callable[[Event], Policy]
"""Which policy to ask about an event."""


def simulate(
    do: Context, since: datetime, after: Policy | None, before: Policy | None = None
) -> Simulation:
    """Ask two policies about every decision since an instant.

    Args:
        do: of an admin.
        since: aware UTC.
        after: the draft; None for those that were in force.
        before: what it is compared with; None for those that were in force.
    """
    then = _in_force_then(do)
    replay = _Replay(do)
    found: list[Replayed] = []
    unread = 0
    for event in list(events.gates(do.connection, do.tenant.key, since)):
        one = replay.of(event, _chosen(before, then), _chosen(after, then))
        if one is None:
            unread += 1
        else:
            found.append(one)
    return Simulation(since=since, replayed=tuple(found), unread=unread)


def _chosen(policy: Policy | None, then: Chosen) -> Chosen:
    return then if policy is None else lambda event: policy


def _in_force_then(do: Context) -> Chosen:
    known: dict[str, Policy] = {"": NO_POLICY}
    for version in policies.history(do.connection, do.tenant.key):
        if version.text and version.digest not in known:
            known[version.digest] = read_policy(version.text)
    return lambda event: known[event.body["gate"]["policy"]]


@attrs.define
class _Replay:
    """Decisions as they were."""

    do: Context
    spending: dict[tuple[str, str], list[list[Event]]] = attrs.field(factory=dict)

    def of(self, event: Event, before: Chosen, after: Chosen) -> Replayed | None:
        """One decision under two policies; None if its order cannot be read any more."""
        subject, former = self._subjects(event)
        merged = self.do.assembly.lifecycles.get(subject.type)
        if merged is None or merged.lifecycle.declared(self._action(event)) is None:
            return None
        if isinstance(subject, Order) and subject.buyer is None and event.personal is None:
            return None
        gate = event.body["gate"]
        waited = self._waited(event)
        return Replayed(
            event=event.id,
            subject=event.subject,
            number=subject.number,
            at=event.at,
            requester=gate["actor"],
            action=self._action(event),
            amount=_amount(subject),
            before=self._asked(event, subject, former, before(event)),
            after=self._asked(event, subject, former, after(event)),
            waited=waited,
        )

    def _asked(
        self, event: Event, subject: Subject, former: Subject | None, policy: Policy
    ) -> tuple[Requirement, ...]:
        do, gate = self.do, event.body["gate"]
        actor = Actor(gate["actor"], tuple(_grant(one) for one in gate["grants"]))
        name = self._action(event)
        merged = do.assembly.lifecycles.get(subject.type)
        action = merged.lifecycle.declared(name) if merged else None
        if action is None:
            return ()
        own = do.assembly.limits.get(subject.type, ())
        limits = [
            limit for limit in (*own, *policy.limits.get(subject.type, ())) if name in limit.actions
        ]
        reading: Any = do.acting_as(actor)
        reading.now = event.at
        reading.__dict__.pop("today", None)
        facts = _Recorded(self, event, gate.get("own", ()), gate.get("spent", ()))
        asking = Asking(
            action=action,
            subject=subject,
            before=former,
            actor=actor,
            reading=reading,
            limit="",
            facts=facts,
        )
        return ask_all(limits, asking)

    def _action(self, event: Event) -> str:
        if event.action and event.name != EDITED:
            return event.action
        approval = event.body.get("approval")
        return str(approval["action"]) if approval else event.action

    def _subjects(self, event: Event) -> tuple[Subject, Subject | None]:
        """The subject of a decision, and as it was before it."""
        if event.version == 1 and event.record is not None:
            made = replayed_after(None, event)
            assert made is not None
            return made, None
        history = events.history(self.do.connection, self.do.tenant.key, event.subject)
        now = at_version(history, event.version)
        try:
            return now, at_version(history, event.version - 1)
        except NotFound:
            return now, None

    def _waited(self, event: Event) -> timedelta | None:
        if "approval" not in event.body:
            return None
        asked = ledger.of_subject(self.do.connection, self.do.tenant.key, event.subject)
        for request in asked:
            if str(request.id) == event.body["approval"]["request"] and request.state == PASSED:
                assert request.settled_at is not None
                return request.settled_at - request.requested_at
        return None

    def spent_then(self, user: str, order: Order, since: datetime, at: datetime) -> Money | None:
        """What a user had ordered between two instants, beside one order."""
        key = (user, order.type)
        if key not in self.spending:
            self.spending[key] = [*_by_subject(self._events(*key))]
        total = Money.zero(order.currency)
        for history in self.spending[key]:
            other = _as_of(history, at)
            if not self._counts(other, order, since):
                continue
            assert isinstance(other, Order)
            if not other.totals.complete or other.currency != order.currency:
                return None
            total += other.totals.total
        return total

    def _events(self, user: str, type: str) -> list[Event]:
        return events.of_creator(self.do.connection, self.do.tenant.key, user, type)

    def _counts(self, other: Subject | None, order: Order, since: datetime) -> bool:
        if other is None or other.id == order.id or other.deleted_at is not None:
            return False
        return other.created_at >= since and self.do.status(other).commits


@attrs.frozen
class _Recorded:
    """The facts limits saw; what they did not see then is worked out from the history."""

    replay: _Replay
    event: Event
    own_seen: Any
    spent_seen: Any

    def own(self, limit: str, actor: Actor, scope: Scope) -> tuple[Allowance, ...]:
        """What a user may order on his own, as it was then; as it is now if nobody asked then."""
        for key, where, seen in self.own_seen:
            if (key, where) == (limit, str(scope)):
                return tuple(codec.from_plain(Allowance, one) for one in seen)
        return self.replay.do.facts.own(limit, actor, scope)

    def spent(self, actor: Actor, order: Order, since: date) -> Money | None:
        """What a user had ordered then."""
        for day, seen in self.spent_seen:
            if day == since.isoformat():
                return None if seen is None else codec.from_plain(Money, seen)
        zone = ZoneInfo(self.replay.do.tenant.timezone)
        begin = datetime.combine(since, time.min, zone).astimezone(UTC)
        return self.replay.spent_then(actor.id, order, begin, self.event.at)


def _by_subject(found: list[Event]) -> Iterator[list[Event]]:
    grouped: dict[UUID, list[Event]] = {}
    for event in found:
        grouped.setdefault(event.subject.id, []).append(event)
    yield from grouped.values()


def _as_of(history: list[Event], at: datetime) -> Subject | None:
    subject: Subject | None = None
    for event in history:
        if event.at >= at:
            break
        subject = replayed_after(subject, event)
    return subject


def _grant(raw: list[str]) -> Grant:
    role, kind, id = raw
    return Grant(role, Scope(kind, id))


def _amount(subject: Subject) -> Money | None:
    if not isinstance(subject, Order) or not subject.totals.complete:
        return None
    return subject.totals.total
