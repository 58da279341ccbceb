"""Which approvals limits require of a command, and what they saw of the world to say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from orderloom.decide.step import Step
from orderloom.errors import Problem
from orderloom.lifecycle import Action
from orderloom.modules import contained, holdable
from orderloom.modules.contributions.limits import Asking, Facts, Limit, answers
from orderloom.orders import codec
from orderloom.orders.approvals import TENANT_SCOPE, Allowance, Requirement
from orderloom.orders.binding import Content, bound_content
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Money, Scope, in_places


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


def unheld(
    step: Step, subject: Subject, actor: Actor, requirements: Iterable[Requirement]
) -> Iterator[Problem]:
    """Problems of roles that nobody can hold where approvals need them: it would wait for ever.

    Args:
        step: of the command that would wait.
        subject: as it would be.
        actor: whose limits asked; what they ask for is told to nobody else.
        requirements: that are open.
    """
    found = [
        (one, role, scope)
        for one in requirements
        for role, scope in _roles_of(one)
        if role in step.assembly.roles and not holdable(step.assembly.roles[role], {scope.kind})
    ]
    if found and actor.id != step.reading.actor.id:
        text = "It needs an approval nobody can give. To go on, ask an admin to mend the limits."
        yield Problem("limit.nobody", text, lifted_by="an admin")
        return
    for one, role, scope in found:
        text = (
            "{limit} asks for an approval that nobody can give: role {role} is held {places} only, "
            "not {here}. To go on, {ways}ask an admin to mend the limit."
        )
        kinds = step.assembly.roles[role].scopes
        lacking = [f"a {name}" for name in _lacking(subject, kinds) if scope == TENANT_SCOPE]
        params = {
            "limit": one.limit,
            "role": role,
            "places": in_places(kinds),
            "here": in_places([scope.kind]),
            "ways": f"name {' or '.join(lacking)}, or " if lacking else "",
        }
        yield Problem("limit.nobody", text, params=params, lifted_by="an admin")


def _roles_of(one: Requirement) -> Iterator[tuple[str, Scope]]:
    if one.role:
        yield one.role, one.scope
    if one.escalation is not None:
        yield one.escalation.role, one.escalation.scope


def _lacking(subject: Subject, kinds: Collection[str]) -> Iterator[str]:
    """What a subject does not name of the kinds of place a role is held in."""
    if "project" in kinds and not subject.project:
        yield "project"
    if "party" in kinds and isinstance(subject, Order):
        yield from (side for side in ("buyer", "seller") if getattr(subject, side) is None)


def _placed(one: Requirement, subject: Subject) -> Requirement:
    """A requirement of a side names its party, so that those see it whose turn it is."""
    party = getattr(subject, one.side, None) if one.side else None
    return one if party is None else attrs.evolve(one, scope=Scope("party", party.id))
