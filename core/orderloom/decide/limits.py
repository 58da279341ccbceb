"""Which approvals limits require of a command, and what they saw of the world to say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from orderloom.decide.step import Step
from orderloom.lifecycle import Action
from orderloom.modules import contained
from orderloom.modules.contributions.limits import Asking, Facts, Limit, answers
from orderloom.orders import codec
from orderloom.orders.approvals import Allowance, Requirement
from orderloom.orders.binding import Content, bound_content
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Money, Scope


@attrs.frozen(kw_only=True)
class Asked:
    """What the limits said.

    Attributes:
        requirements: empty if the command may pass.
        contents: limit -> the content approvals are bound to.
        tolerances: limit -> percent by which it may grow.
        gate: what they saw and asked for, JSON-ready; None if there is no limit.
    """

    requirements: tuple[Requirement, ...] = ()
    contents: Mapping[str, Content] = attrs.field(factory=dict)
    tolerances: Mapping[str, Decimal] = attrs.field(factory=dict)
    gate: dict[str, Any] | None = None


@attrs.define
class Noting:
    """Facts that remember what was looked up."""

    facts: Facts
    seen: dict[str, list[Any]] = attrs.field(factory=dict)

    def own(self, limit: str, actor: Actor, scope: Scope) -> tuple[Allowance, ...]:
        """As `Facts.own`."""
        found = self.facts.own(limit, actor, scope)
        self._note("own", [limit, str(scope), codec.to_plain(found)])
        return found

    def spent(self, actor: Actor, order: Order, since: date) -> Money | None:
        """As `Facts.spent`."""
        found = self.facts.spent(actor, order, since)
        self._note("spent", [since.isoformat(), codec.to_plain(found)])
        return found

    def _note(self, what: str, seen: list[Any]) -> None:
        known = self.seen.setdefault(what, [])
        if seen not in known:
            known.append(seen)


def required(
    step: Step, action: Action, actor: Actor, before: Subject | None, after: Subject
) -> Asked:
    """Ask the limits of an action.

    Args:
        step: whose reading they get.
        action: that needs to be allowed.
        actor: whose limits count.
        before: the subject before it, None if the action creates it.
        after: as it would be.

    Raises:
        ModuleFault: a limit failed.
    """
    reading = step.reading
    limits = reading.limits(step.type.key, action.name)
    if not limits and not action.waits_in:
        return Asked()
    noting = Noting(reading.facts)
    asking = Asking(
        action=action,
        subject=after,
        before=before,
        actor=actor,
        reading=reading,
        limit="",
        facts=noting,
    )
    requirements = ask_all(limits, asking)
    gate = {
        "actor": actor.id,
        "grants": [[one.role, one.scope.kind, one.scope.id] for one in actor.grants],
        "policy": reading.policy,
        "limits": [limit.key for limit in limits],
        "asked": [codec.to_plain(one) for one in requirements],
        **noting.seen,
    }
    return Asked(
        requirements=requirements,
        contents={limit.key: bound_content(after, limit.content) for limit in limits},
        tolerances={limit.key: limit.tolerance for limit in limits},
        gate=gate,
    )


def ask_all(limits: Iterable[Limit], asking: Asking) -> tuple[Requirement, ...]:
    """What some limits require of the same command, each requirement once.

    Raises:
        ModuleFault: a limit failed.
    """
    found: dict[str, Requirement] = {}
    for limit in limits:
        with contained(limit.key.partition(".")[0], f"limit {limit.key}"):
            for one in answers(limit.ask(attrs.evolve(asking, limit=limit.key))):
                required = attrs.evolve(_placed(one, asking.subject), limit=limit.key)
                found.setdefault(required.key, required)
    return tuple(found.values())


def _placed(one: Requirement, subject: Subject) -> Requirement:
    """A requirement of a side names its party, so that those see it whose turn it is."""
    party = getattr(subject, one.side, None) if one.side else None
    return one if party is None else attrs.evolve(one, scope=Scope("party", party.id))
