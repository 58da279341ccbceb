"""Whose turn it is to approve: what waits for an actor, himself or in somebody's stead."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from orderloom.approvals import ledger
from orderloom.desk.context import Context
from orderloom.orders.approvals import ApprovalRequest
from orderloom.values import Actor


def to_approve(do: Context, after: UUID | None, limit: int) -> tuple[ApprovalRequest, ...]:
    """What waits for the actor, oldest first; not what he asked for himself or has approved.

    Args:
        do: of the actor.
        after: id of the last one seen.
        limit: how many at most.
    """
    people = tuple(_people(do))
    turns = [turn for one in people for turn in ledger.turns_of(one.id, one.grants)]
    found: list[ApprovalRequest] = []
    while len(found) < limit:
        page = ledger.waiting_for(
            do.connection, do.state.tenant.key, turns, after=after, limit=limit
        )
        found += (one for one in page if _is_his(do, one, people))
        if len(page) < limit:
            break
        after = page[-1].id
    return tuple(found[:limit])


def _people(do: Context) -> Iterator[Actor]:
    yield do.actor
    for id in do.principals(do.actor.id):
        if (known := do.known_actor(id)) is not None:
            yield known


def _is_his(do: Context, request: ApprovalRequest, people: tuple[Actor, ...]) -> bool:
    if do.actor.id in request.authors:
        return False
    voted = {who for vote in request.votes for who in vote.people}
    if request.open() and (
        do.actor.id in voted or all(one.id in voted or one.id in request.authors for one in people)
    ):
        return False
    subject = do.subject(request.subject.kind, request.subject.id)
    if subject is None or subject.parked or subject.type not in do.assembly.lifecycles:
        return False
    return do.may_read(subject)
