"""Commands that have to wait for approvals, and content that grows beyond what was approved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from orderloom.decide import moving
from orderloom.decide.decision import Approval, Decision
from orderloom.decide.limits import Asked, required, unheld
from orderloom.decide.rights import permission_of
from orderloom.decide.step import Step
from orderloom.errors import Problem
from orderloom.lifecycle import START, Action
from orderloom.orders import codec
from orderloom.orders.approvals import (
    PASSED,
    PERFORM,
    PLACE,
    RESUME,
    WAITING,
    WITHDRAWN,
    ApprovalRequest,
    Requirement,
    Vote,
    standing,
    still_open,
)
from orderloom.orders.binding import bound_content, covers
from orderloom.orders.events import HELD
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Money


def gated(step: Step, decision: Decision) -> Decision:
    """A decision on an action, made to wait if limits ask for approvals of it.

    Args:
        step: of the decision.
        decision: with action and outcome; whatever speaks against it is known by now.
    """
    action, after = decision.action, decision.after
    if step.approved or decision.problems or action is None or after is None:
        return decision
    if action.options is not None and decision.options is None:
        return decision  # nobody has chosen them yet
    before = decision.before
    asked = required(step, action, step.reading.actor, before, after)
    if asked.gate is None:
        return decision
    if not asked.requirements:
        return attrs.evolve(decision, gate=asked.gate)
    if not action.waits_in:
        step.take(_cannot_wait(action, asked.requirements))
        return attrs.evolve(decision, problems=step.make.gather.problems)
    actor = step.reading.actor
    step.take(unheld(step, after, actor, asked.requirements))
    if step.make.gather.problems:
        return attrs.evolve(decision, problems=step.make.gather.problems)
    request = ApprovalRequest(
        id=step.make.new_id(),
        subject=after.ref,
        type=step.type.key,
        form=PLACE if before is None else PERFORM,
        action=action.name,
        source="" if before is None else before.status,
        options=codec.to_plain(decision.options) or None,
        requester=actor.id,
        grants=actor.grants,
        authors=tuple(dict.fromkeys((actor.id, after.created_by))),
        requirements=asked.requirements,
        amount=amount_of(after),
        requested_at=step.reading.now,
    )
    if before is None:
        waiting = moving.moved(step, after, action, action.waits_in)
    else:
        waiting = step.following(moving.moved(step, before, action, action.waits_in))
    return attrs.evolve(
        decision,
        after=waiting,
        series=None,
        gate=asked.gate,
        approval=Approval(request=request, event=HELD, new=True),
    )


def amount_of(subject: Subject) -> Money | None:
    """What an order comes to, None if it is not fully priced."""
    if not isinstance(subject, Order) or not subject.totals.complete:
        return None
    return subject.totals.total


def waits(step: Step, subject: Subject) -> bool:
    """Whether a subject waits for approvals."""
    return subject.status in step.lifecycle.waiting


def waiting_request(step: Step, subject: Subject) -> ApprovalRequest | None:
    """The request a subject waits for; None if it waits for none."""
    if not waits(step, subject):
        return None
    request = step.reading.approval(subject)
    return request if request is not None and request.state == WAITING else None


def as_allowed(step: Step, waiting: Subject, request: ApprovalRequest) -> Subject:
    """The content a subject had before the change that sent it back to wait; else as it is.

    What nobody approved is not to come back into the world by a refusal or a withdrawal.
    """
    if request.form != RESUME or not request.allowed:
        return waiting
    former = step.reading.former(waiting, request.allowed)
    kept = {
        name: getattr(waiting, name)
        for name in ("status", "facets", "version", "updated_at", "lifecycle", "deleted_at")
    }
    return attrs.evolve(former, **kept)


def withdrawn(step: Step, decision: Decision) -> Decision:
    """A decision on an action that starts where subjects wait: what waits is withdrawn."""
    before, after = decision.before, decision.after
    if decision.problems or before is None or after is None:
        return decision
    request = waiting_request(step, before)
    if request is None:
        return decision
    done = attrs.evolve(request, state=WITHDRAWN, settled_at=step.reading.now)
    since = known_as(before, request)
    heard = since is not None and since.status != after.status
    if request.form == RESUME:
        after = moving.moved(step, as_allowed(step, after, request), _of(decision), after.status)
    approval = Approval(request=done, since=since, heard=heard)
    return attrs.evolve(decision, after=after, approval=approval)


def _of(decision: Decision) -> Action:
    """The action of a decision on one."""
    if decision.action is None:
        raise TypeError("this decision is on no action")
    return decision.action


def known_as(waiting: Subject, request: ApprovalRequest) -> Subject | None:
    """A waiting subject as the modules know it; None if they have not heard of it yet."""
    if request.form == PLACE:
        return None
    return waiting if request.form == RESUME else attrs.evolve(waiting, status=request.source)


def requester_of(step: Step, request: ApprovalRequest) -> Actor:
    """Who asked, with what he holds now; with what he held then if the directory has no such user.

    A host that keeps its users to itself answers for their rights.
    """
    known = step.reading.known_actor(request.requester)
    return known or Actor(request.requester, request.grants)


# ── content that grows ─────────────────────────────────────────────────────────────────────


@attrs.frozen
class Excess:
    """Content beyond what may be without further approvals.

    Attributes:
        action: the one whose limits ask for them.
        actor: whose limits they are.
        asked: what they say.
        votes: that still stand.
    """

    action: Action
    actor: Actor
    asked: Asked
    votes: tuple[Vote, ...]


def excess(step: Step, before: Subject, after: Subject) -> Excess | None:
    """What changed content would need that it does not have, None if it may be so.

    A subject that passed an action with limits stays within them: whoever makes more of it is
    asked as if he performed that action anew. Whoever could not do that is no better off for
    it: then the limits of who asked for it count.
    """
    if step.approved:
        return None
    for action in step.lifecycle.actions:
        if not action.waits_in or before.status in action.sources:
            continue
        limits = step.reading.limits(step.type.key, action.name)
        if not limits or _lies_within(before, after, limits):
            continue
        latest = step.reading.approval(before)
        actor = _answerable(step, action, before, latest)
        asked = required(step, action, actor, before, after)
        votes: tuple[Vote, ...] = ()
        if latest is not None and latest.state == PASSED:
            votes = standing(latest.votes, asked.contents, asked.tolerances)
        if still_open(asked.requirements, votes):
            return Excess(action, actor, asked, votes)
    return None


def exceeding_problems(step: Step, before: Subject, after: Subject) -> Iterator[Problem]:
    """A problem if an action would make more of a subject than was approved."""
    found = excess(step, before, after)
    if found is None:
        return
    if found.actor.id != step.reading.actor.id:  # whose limits are nobody else's business
        text = (
            "It would become more than was approved. To go on, ask the {side} to change it first."
        )
        side = getattr(step.type, found.action.side, "") or found.action.side or "requester"
        yield Problem("approval.exceeded", text, params={"side": side}, lifted_by=f"the {side}")
        return
    text = (
        "It would become more than may be without approval: {why} First change the order itself, "
        "so that it is approved anew."
    )
    for one in found.asked.requirements:
        yield Problem("approval.exceeded", text, params={"why": one.why.message})


def held_again(step: Step, before: Subject, after: Subject, found: Excess) -> Decision:
    """The decision on a change that needs approvals: the subject waits until it has them."""
    action, actor = found.action, step.reading.actor
    left = still_open(found.asked.requirements, found.votes)
    step.take(unheld(step, after, found.actor, [one.requirement for one in left]))
    request = ApprovalRequest(
        id=step.make.new_id(),
        subject=before.ref,
        type=step.type.key,
        form=RESUME,
        action=action.name,
        source=before.status,
        allowed=before.version,
        requester=found.actor.id,
        grants=found.actor.grants,
        authors=tuple(dict.fromkeys((found.actor.id, actor.id, before.created_by))),
        requirements=found.asked.requirements,
        votes=found.votes,
        amount=amount_of(after),
        requested_at=step.reading.now,
    )
    waiting = moving.moved(step, after, action, action.waits_in)
    return step.decision(
        step.following(waiting),
        gate=found.asked.gate,
        approval=Approval(request=request, since=before, heard=True, new=True),
    )


def _lies_within(before: Subject, after: Subject, limits: Any) -> bool:
    """Whether content is not more than it was, as far as the limits care."""
    fields = {name for limit in limits for name in limit.content}
    names = tuple(sorted(fields))
    return covers(bound_content(before, names), bound_content(after, names), Decimal(0))


def _answerable(
    step: Step, action: Action, subject: Subject, latest: ApprovalRequest | None
) -> Actor:
    """Whose limits count for a change: of who makes it, if he could have performed the action."""
    actor = step.reading.actor
    creates = START in action.sources
    named = permission_of(step.type, action.name) if creates else f"{step.type.key}.{action.name}"
    allowed = step.reading.allows(action.permission or named, subject)
    if allowed and (not action.side or action.side in step.sides(subject)):
        return actor
    if latest is not None:
        return requester_of(step, latest)
    return step.reading.known_actor(subject.created_by) or Actor(subject.created_by)


def _cannot_wait(action: Action, requirements: tuple[Requirement, ...]) -> Iterator[Problem]:
    text = (
        "{why} But {action} cannot wait for it. To go on, have somebody do it who needs no "
        "approval."
    )
    for one in requirements:
        params = {"why": one.why.message, "action": action.title}
        yield Problem("approval.cannot_wait", text, params=params, module=one.why.module)
