"""From a decided subject to its event and the columns kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import attrs

from orderloom.decide import Approval, Decision, as_told
from orderloom.desk.context import Context
from orderloom.modules import Assembly, contained
from orderloom.orders import codec
from orderloom.orders.approvals import WAITING, Escalation, Requirement
from orderloom.orders.attachments import told_files
from orderloom.orders.binding import digest_of
from orderloom.orders.difference import difference
from orderloom.orders.events import APPROVED, ESCALATED, MOVED, Event
from orderloom.orders.order import Order
from orderloom.orders.snapshot import snapshot
from orderloom.orders.subject import Subject
from orderloom.store import search
from orderloom.store.subjects import Beside
from orderloom.values import uuid7

#: What `_words` are made of.
_worded: Final = {
    Subject: attrgetter("number", "title", "project"),
    Order: attrgetter("number", "title", "project", "buyer", "seller", "lines"),
}


def row_facts(subject: Subject, assembly: Assembly, before: Subject | None = None) -> Beside:
    """Work out what is kept beside a subject.

    Args:
        subject: to be written.
        assembly: of the tenant.
        before: as it is stored, if it is; its search words stay if they would be the same.
    """
    worded = _worded[type(subject)]
    same = before is not None and worded(before) == worded(subject)
    lifecycle = assembly.lifecycles[subject.type].lifecycle
    fields = {}
    for field in assembly.fields.get(subject.type, ()):
        with contained(field.key.partition(".")[0], f"field {field.key}"):
            told = as_told(subject, field.shows, assembly) if field.indexed else subject
            if field.indexed and (value := field.of(told)):
                fields[field.key] = value
    return Beside(
        stage=lifecycle.status(subject.status).stage,
        search=None if same else search.tokens(_words(subject)),
        fields=fields,
    )


def _words(subject: Subject) -> Iterator[str]:
    yield from (subject.number, subject.title, subject.project)
    if isinstance(subject, Order):
        for party in (subject.buyer, subject.seller):
            if party is not None:
                yield from (party.id, party.name)
        for line in subject.lines:
            yield from (line.name, line.product)


def event_of(
    decision: Decision, after: Subject, context: Context, cause: UUID | None, reason: str
) -> Event:
    """The fact a decided command becomes, not yet chained.

    It carries the full subject if the content changed; so does the first one under another
    lifecycle than the one before, which may read the same subject otherwise (`Context.present`).

    Args:
        decision: what was decided.
        after: the subject it leaves.
        context: when and by whom.
        cause: the event whose hook asked for it.
        reason: free text.
    """
    before, action = decision.before, decision.action
    changed = _content_changed(before, after)
    current = context.assembly.lifecycles[after.type].lifecycle.digest
    full = changed or before is None or before.lifecycle != current
    record, personal = snapshot(after) if full else (None, None)
    source = target = ""
    if action is not None:
        source = _status(before, action.facet)
        target = _status(after, action.facet)
    return Event(
        id=uuid7(context.now),
        subject=after.ref,
        seq=0,
        at=context.now,
        actor=context.actor.id,
        name=decision.event_name,
        action=action.name if action else "",
        source=source,
        target=target,
        version=after.version,
        lifecycle=after.lifecycle,
        reason=reason,
        cause=cause,
        body=_body(decision, after, changed),
        record=record,
        personal=personal or None,
    )


def _status(subject: Subject | None, facet: str) -> str:
    if subject is None:
        return ""
    return subject.facet(facet) if facet else subject.status


def _content_changed(before: Subject | None, after: Subject) -> bool:
    """Whether more moved than status and bookkeeping."""
    if before is None:
        return True
    content = _content[type(after)]
    return bool(content(before) != content(after))


_BOOKKEEPING: Final = {
    "status", "facets", "version", "updated_at", "lifecycle", "deleted_at",
}  # fmt: skip
_content: Final = {
    cls: attrgetter(*(one.name for one in attrs.fields(cls) if one.name not in _BOOKKEEPING))
    for cls in (Subject, Order)
}


def approval_body(approval: Approval, event: str) -> dict[str, Any]:
    """What an event says of approvals: who asked for what, who approved, what is still in the way.

    Under "approval": "request" (its id), "state", "requester", "action"; where there is something
    to say "vote" (voter, principal), "digests" (limit -> SHA-256 of the content it was given for),
    "votes" (everybody who approved), "open" (who is asked next), "asks" (whom it asks from now on:
    a "role" in a "scope", a "person", or a "side"), "escalated", and "held_by" (codes of the
    problems a fully approved command met).
    """
    request, vote = approval.request, approval.vote
    body: dict[str, Any] = {
        "request": str(request.id),
        "state": request.state,
        "requester": request.requester,
        "action": request.action,
    }
    more = {
        "vote": [vote.voter, vote.principal] if vote else None,
        "digests": {limit: digest_of(seen) for limit, seen in vote.bound.items()} if vote else None,
        "votes": [[one.voter, one.principal] for one in request.votes],
        "open": [one.requirement.key for one in request.due()] if request.state == WAITING else [],
        "asks": list(_asks(approval, event)) if request.state == WAITING else [],
        "escalated": list(request.escalated),
        "held_by": [one.code for one in request.held_by],
    }
    return body | {name: value for name, value in more.items() if value}


def _asks(approval: Approval, event: str) -> Iterator[dict[str, Any]]:
    """Whom a request asks from now on; who was asked before this event, was told then."""
    request, vote = approval.request, approval.vote
    due = [one.requirement for one in request.due()]
    if event == APPROVED and vote is not None:
        votes = tuple(one for one in request.votes if one is not vote)
        before = {one.requirement.key for one in attrs.evolve(request, votes=votes).due()}
        due = [one for one in due if one.key not in before]
    for one in due:
        if event != ESCALATED:
            yield _asked(one)
        if one.escalation is not None and one.key in request.escalated:
            yield _asked(one.escalation)


def _asked(one: Requirement | Escalation) -> dict[str, Any]:
    if isinstance(one, Requirement) and not one.role:
        return {"person": one.person} if one.person else {"side": one.side}
    return {"role": one.role, "scope": [one.scope.kind, one.scope.id]}


def _body(decision: Decision, after: Subject, changed: bool) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if decision.action is not None and decision.action.facet:
        body["facet"] = decision.action.facet
    if decision.options is not None:
        body["options"] = codec.to_plain(decision.options)
    if decision.before is not None and changed:
        body["changes"] = difference(decision.before, after)
    if decision.gate is not None:
        body["gate"] = decision.gate
    if decision.approval is not None:
        body["approval"] = approval_body(decision.approval, decision.event_name)
    if decision.event_name == MOVED and decision.series is not None:
        body["number"] = after.number
    return body | told_files(decision.files)
