"""Approving, refusing and escalating what waits; and what takes effect by it.

The last approval decides the command that waited again, as its requester and as the world is
now. If that goes well it takes effect at once, in the approver's transaction; if not, the
approvals stay and say what is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from orderloom.decide import content, moving
from orderloom.decide.decision import Approval, Decision
from orderloom.decide.limits import required, unheld
from orderloom.decide.rights import needed_for, permission_of, plays, side_problems
from orderloom.decide.step import Step
from orderloom.decide.waiting import (
    amount_of,
    as_allowed,
    known_as,
    requester_of,
    waiting_request,
)
from orderloom.errors import Problem
from orderloom.lifecycle import START, Action
from orderloom.orders.approvals import (
    PASSED,
    PERFORM,
    PLACE,
    REFUSED,
    RESUME,
    TENANT_SCOPE,
    ApprovalRequest,
    Requirement,
    Vote,
    standing,
)
from orderloom.orders.binding import Content, bound_content
from orderloom.orders.commands import Approve, Perform, Refuse, RemoveLine
from orderloom.orders.events import APPROVED, EDITED, MOVED, PLACED
from orderloom.orders.order import LineItem, Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Gather, Scope, shown

Decide = Callable[[Perform, Step], Decision]
"""Decides an action; handed in, as deciding actions stands above this."""


def approve(command: Approve, step: Step, decide: Decide) -> Decision:
    """Decide an approval."""
    before = step.existing
    request = _waiting(step, before)
    if request is None:
        return step.decision(None)
    if _expired(step, request):
        text = "Nobody approved it in time, so it is refused. To go on, have it asked for anew."
        step.take([Problem("approval.expired", text)])
        return step.decision(None)
    after = _struck(command, step, before)
    contents = _contents(step, request, after)
    vote = _vote(step, request, contents)
    if step.make.gather.problems:
        return step.decision(None)
    votes = (*request.votes, *((vote,) if vote else ()))  # a strike takes none of them away
    cast = attrs.evolve(request, votes=votes, amount=amount_of(after))
    if not cast.open():
        return take_effect(step, cast, after, decide, vote=vote)
    since = known_as(before, request) if after != before else None
    approval = Approval(request=cast, vote=vote, since=since, heard=since is not None)
    return step.decision(step.following(after, always=True), approval=approval)


def refuse(command: Refuse, step: Step) -> Decision:
    """Decide a refusal."""
    before = step.existing
    request = _waiting(step, before)
    if request is None:
        return step.decision(None)
    if command.expired:
        step.take(_not_expired(step, request))
    else:
        step.take(_not_entitled(step, request))
    if step.make.gather.problems:
        return step.decision(None)
    action = step.lifecycle.declared(request.action)
    target = request.source
    if request.form != RESUME:
        target = (action.refused_to if action else "") or request.source
    after = attrs.evolve(
        as_allowed(step, before, request), status=target, lifecycle=step.lifecycle.digest
    )
    refusal = Action("refuse", source=before.status, target=target)
    done = attrs.evolve(request, state=REFUSED, settled_at=step.reading.now)
    since = known_as(before, request)
    heard = since is not None and since.status != target
    approval = Approval(request=done, since=since, heard=heard)
    return step.decision(step.following(after), action=refusal, approval=approval)


def escalate(step: Step) -> Decision:
    """Decide that others may approve, too."""
    before = step.existing
    request = _waiting(step, before)
    if request is None:
        return step.decision(None)
    due = tuple(
        one.key
        for one in request.requirements
        if one.escalation and step.reading.now >= _after(request, one.escalation.hours)
    )
    more = attrs.evolve(request, escalated=due)
    if due == request.escalated:
        return step.decision(before)
    return step.decision(step.following(before, always=True), approval=Approval(request=more))


def edited(step: Step, decision: Decision, decide: Decide) -> Decision:
    """A decision on a change of what waits: what is required of it now, and which votes stand."""
    before, after = step.existing, decision.after
    if decision.problems or after is None or after is before:
        return decision
    request = waiting_request(step, before)
    action = step.lifecycle.declared(request.action) if request else None
    if request is None or action is None:
        return decision
    former = None if request.form == PLACE else before
    requester = requester_of(step, request)
    asked = required(step, action, requester, former, after)
    now = attrs.evolve(
        request,
        requirements=asked.requirements,
        votes=standing(request.votes, asked.contents, asked.tolerances),
        authors=tuple(dict.fromkeys((*request.authors, step.reading.actor.id))),
        amount=amount_of(after),
        held_by=(),
    )
    if left := now.open():
        step.take(unheld(step, after, requester, [one.requirement for one in left]))
        decision = attrs.evolve(decision, problems=step.make.gather.problems)
        heard = request.form != PLACE
        approval = Approval(request=now, since=known_as(before, request), heard=heard, event=EDITED)
        return attrs.evolve(decision, gate=asked.gate, approval=approval)
    done = take_effect(step, now, attrs.evolve(after, version=before.version), decide)
    return attrs.evolve(done, gate=asked.gate)


def take_effect(
    step: Step, request: ApprovalRequest, subject: Subject, decide: Decide, vote: Vote | None = None
) -> Decision:
    """The outcome of what waited, decided again as its requester; or what keeps it waiting.

    Args:
        step: of the command that met the last requirement.
        request: with all its votes.
        subject: waiting, with the content to take effect.
        decide: decides an action.
        vote: the last one.
    """
    actor = requester_of(step, request)
    inner = _as_requester(step, actor)
    action = step.lifecycle.declared(request.action)
    if action is None:
        tried = None
        moving.named(inner, request.action)
    else:
        tried = _tried(inner, request, action, subject, decide)
    problems = inner.make.gather.problems if tried is None else tried.problems
    if problems or tried is None or tried.after is None:
        held = attrs.evolve(request, held_by=problems)
        event = APPROVED if vote is not None or subject == step.existing else EDITED
        since = known_as(step.existing, request) if subject != step.existing else None
        stays = Approval(request=held, vote=vote, event=event, since=since, heard=since is not None)
        return step.decision(step.following(subject, always=True), approval=stays)
    done = attrs.evolve(request, state=PASSED, settled_at=step.reading.now, held_by=())
    event = PLACED if request.form == PLACE else MOVED
    since = known_as(step.existing, request)
    approval = Approval(request=done, vote=vote, event=event, since=since, heard=True, actor=actor)
    after = attrs.evolve(
        tried.after, version=step.existing.version + 1, updated_at=step.reading.now
    )
    return step.decision(
        after, action=action, options=tried.options, series=tried.series, approval=approval
    )


def _tried(
    inner: Step, request: ApprovalRequest, action: Action, subject: Subject, decide: Decide
) -> Decision | None:
    if request.form == PERFORM:
        there = attrs.evolve(subject, status=request.source)
        command = Perform(action.name, request.options)
        needed = needed_for(command, inner.type, inner.lifecycle)
        return decide(command, attrs.evolve(inner, command=command, before=there, needed=needed))
    if request.form != PLACE:
        return inner.decision(moving.moved(inner, subject, action, request.source), action=action)
    named = action.permission or permission_of(inner.type, action.name)
    inner = attrs.evolve(inner, needed=named)
    target = moving.target_of(inner, action, START, subject, None)
    if target is None:
        return None
    after = moving.moved(inner, subject, action, target)
    inner.right(after)
    if action.side:
        inner.take(side_problems(action, inner.sides(after), inner.type))
    content.brought_back(inner, after)
    moving.check_action(inner, action, after, after, None)
    moving.check_documents(inner, action, after)
    return inner.decision(after, action=action, series=moving.series_of(inner, action, after))


def _as_requester(step: Step, actor: Actor) -> Step:
    reading = step.reading.acting_as(actor)
    make = attrs.evolve(step.make, look=reading, gather=Gather())
    return attrs.evolve(step, reading=reading, make=make, approved=True)


# ── who may, and what counts ───────────────────────────────────────────────────────────────


def _waiting(step: Step, subject: Subject) -> ApprovalRequest | None:
    request = waiting_request(step, subject)
    if request is None and not step.make.gather.problems:
        text = "It does not wait for any approval (it is {status}). To go on, look at it again."
        params = {"status": step.reading.status(subject).title}
        step.take([Problem("approval.none", text, params=params)])
    return request


def _struck(command: Approve, step: Step, before: Subject) -> Subject:
    if not command.strike:
        return before
    if not isinstance(before, Order):
        text = "Only lines of orders can be struck. To approve it, strike nothing."
        step.take([Problem("approval.no_lines", text, "strike")])
        return before
    struck: dict[UUID, None] = {}
    for index, key in enumerate(command.strike):
        found = [one for one in before.lines if _is_line(key, one)]
        if not found:
            text = "There is no line {key}. To strike some, name lines by position (1 to {count})."
            params = {"key": shown(key), "count": len(before.lines)}
            step.take([Problem("approval.strike", text, f"strike[{index}]", params=params)])
        struck |= {one.id: None for one in found}
    if len(struck) == len(before.lines):
        text = "Nothing would be left. To go on, leave a line, or refuse the whole."
        step.take([Problem("approval.strike_all", text, "strike")])
    if step.make.gather.problems:
        return before
    return content.edited(step, before, [RemoveLine(id) for id in struck])


def _is_line(key: object, line: LineItem) -> bool:
    """Whether a line is named by its id or position."""
    return key == line.id or (key == line.position and not isinstance(key, bool))


def _contents(step: Step, request: ApprovalRequest, subject: Subject) -> dict[str, Content]:
    limits = step.reading.limits(step.type.key, request.action)
    return {limit.key: bound_content(subject, limit.content) for limit in limits}


def _vote(step: Step, request: ApprovalRequest, contents: dict[str, Content]) -> Vote | None:
    """The vote this approval is, None for one more try of what has all approvals."""
    if problems := tuple(_involved(step, request)):
        step.take(problems)
        return None
    if not request.open():
        step.take(_not_entitled(step, request, voted=True))
        return None
    due = [one.requirement for one in request.due()]
    for principal in _principals(step):
        if principal.id in {who for vote in request.votes for who in vote.people}:
            continue
        if principal.id in request.authors or not _meets(step, request, principal, due):
            continue
        met = _met(step, request, principal, request.requirements)
        return Vote(
            voter=step.reading.actor.id,
            principal=principal.id,
            meets=met,
            bound={key.partition("/")[0]: contents.get(key.partition("/")[0], {}) for key in met},
            at=step.reading.now,
        )
    step.take([_nobody(step, request, due)])
    return None


def _involved(step: Step, request: ApprovalRequest) -> Iterator[Problem]:
    """Four eyes: whoever asked for it or changed it does not approve it, nor anybody twice."""
    actor = step.reading.actor.id
    if actor in request.authors:
        who = _who(one.requirement for one in request.due()) if request.open() else "another"
        text = "You asked for it or changed it yourself. To have it approved, ask {who}."
        params = {"who": who}
        yield Problem("approval.own", text, params=params, lifted_by=who, forbidden=True)
    elif request.open() and any(actor in vote.people for vote in request.votes):
        who = _who(one.requirement for one in request.due())
        text = "You have approved it already. To go on, another has to: {who}."
        yield Problem("approval.twice", text, params={"who": who}, lifted_by=who)


def _not_entitled(
    step: Step, request: ApprovalRequest, *, voted: bool = False
) -> Iterator[Problem]:
    """A problem if the actor could not approve it by any of its requirements."""
    actor = step.reading.actor.id
    if actor in request.authors:
        yield from _involved(step, request)
        return
    if voted and any(actor in vote.people for vote in request.votes):
        return
    for principal in _principals(step):
        if principal.id not in request.authors and _meets(
            step, request, principal, request.requirements
        ):
            return
    yield _nobody(step, request, request.requirements)


def _nobody(step: Step, request: ApprovalRequest, due: Iterable[Requirement]) -> Problem:
    later = [one for one in request.requirements if one not in tuple(due)]
    who = _who(due)
    if any(_meets(step, request, one, later) for one in _principals(step)):
        text = "It is not your turn yet: first it needs {who}. To go on, wait for that."
        code = "approval.not_yet"
    else:
        text = "You may not approve it. To have it approved, ask {who}."
        code = "approval.not_yours"
    return Problem(code, text, params={"who": who}, lifted_by=who, forbidden=True)


def _principals(step: Step) -> Iterator[Actor]:
    """The actor himself, then whose rights he may use; not whose rights those may use."""
    yield step.reading.actor
    for id in step.reading.principals(step.reading.actor.id):
        if (known := step.reading.known_actor(id)) is not None:
            yield known


def _met(
    step: Step, request: ApprovalRequest, actor: Actor, requirements: Iterable[Requirement]
) -> tuple[str, ...]:
    return tuple(one.key for one in requirements if _meets(step, request, actor, (one,)))


def _meets(
    step: Step, request: ApprovalRequest, actor: Actor, requirements: Iterable[Requirement]
) -> bool:
    return any(_fits(step, request, actor, one) for one in requirements)


def _fits(step: Step, request: ApprovalRequest, actor: Actor, one: Requirement) -> bool:
    if one.person:
        fits = actor.id == one.person
    elif one.side:
        fits = plays(actor, step.existing, one.side, step.assembly)
    else:
        fits = _holds(step, actor, one.role, one.scope)
    if not fits and one.escalation is not None and one.key in request.escalated:
        fits = _holds(step, actor, one.escalation.role, one.escalation.scope)
    return fits


def _holds(step: Step, actor: Actor, role: str, scope: Scope) -> bool:
    return any(
        grant.role in (role, "admin") and grant.scope in (scope, TENANT_SCOPE)
        for grant in actor.grants
        if grant.role in step.assembly.roles
    )


def _who(requirements: Iterable[Requirement]) -> str:
    """Who may approve, in words."""
    return " and ".join(dict.fromkeys(map(named, requirements))) or "nobody"


def named(one: Requirement) -> str:
    """Whom a requirement names, and how many: "2 × role outlet_admin in party o1"."""
    return f"{one.count} × {one.approver}" if one.count > 1 else one.approver


def _after(request: ApprovalRequest, hours: int) -> datetime:
    return request.requested_at + timedelta(hours=hours)


def _expired(step: Step, request: ApprovalRequest) -> bool:
    hours = [one.expires_hours for one in request.requirements if one.expires_hours]
    return bool(hours) and step.reading.now >= _after(request, min(hours))


def _not_expired(step: Step, request: ApprovalRequest) -> Iterator[Problem]:
    if not _expired(step, request):
        text = "It has not expired. To refuse it, give a reason of your own."
        yield Problem("approval.not_expired", text)
