"""The one ledger of approvals: requests, votes and whose turn it is, written with the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.decide import Approval
from orderloom.orders import codec
from orderloom.orders.approvals import WAITING, ApprovalRequest, Requirement
from orderloom.orders.subject import SubjectRef
from orderloom.store import timers
from orderloom.store.prepared import Prepared
from orderloom.store.schema import approval_turns, approvals
from orderloom.values import Grant, Scope

ESCALATE: Final = "approval:escalate"
EXPIRE: Final = "approval:expire"
_HOUR: Final = timedelta(hours=1)

_insert: Final = Prepared(approvals.insert(), columns=approvals.c.keys())
_update: Final = Prepared(
    approvals.update().where(
        approvals.c.tenant_id == bindparam("at_tenant"), approvals.c.id == bindparam("at_id")
    ),
    columns=("state", "amount", "currency", "record", "settled_at"),
)
_take_turn: Final = Prepared(approval_turns.insert(), columns=approval_turns.c.keys())
_clear_turns: Final = Prepared(
    approval_turns.delete().where(
        approval_turns.c.tenant_id == bindparam("at_tenant"),
        approval_turns.c.approval_id == bindparam("at_id"),
    )
)
_latest: Final = Prepared(
    sa.select(approvals.c.record)
    .where(
        approvals.c.tenant_id == bindparam("tenant"),
        approvals.c.kind == bindparam("kind"),
        approvals.c.subject_id == bindparam("subject"),
    )
    .order_by(approvals.c.id.desc())
    .limit(1)
)
_of_subject: Final = (
    sa.select(approvals.c.record)
    .where(
        approvals.c.tenant_id == bindparam("tenant"),
        approvals.c.kind == bindparam("kind"),
        approvals.c.subject_id == bindparam("subject"),
    )
    .order_by(approvals.c.id)
)


def record(connection: Connection, tenant: str, approval: Approval) -> None:
    """Write what a command does to the ledger, in its transaction; sets and clears its timers.

    Args:
        connection: of the command, its subject written.
        tenant: key.
        approval: of its decision.
    """
    request = approval.request
    row = {
        "state": request.state,
        "amount": request.amount.amount if request.amount else None,
        "currency": request.amount.currency if request.amount else "",
        "record": codec.dumps(codec.to_plain(request)),
        "settled_at": request.settled_at,
    }
    at = {"at_tenant": tenant, "at_id": request.id}
    if approval.new:
        fixed = {
            "tenant_id": tenant,
            "id": request.id,
            "kind": request.subject.kind,
            "subject_id": request.subject.id,
            "type": request.type,
            "requester": request.requester,
            "requested_at": request.requested_at,
        }
        _insert.execute(connection, {**fixed, **row})
    else:
        _update.execute(connection, {**at, **row})
        _clear_turns.execute(connection, at)
    for who, scope in dict.fromkeys(_turns(request)):
        turn = {"who": who, "scope_kind": scope.kind, "scope_id": scope.id}
        _take_turn.execute(connection, {"tenant_id": tenant, "approval_id": request.id, **turn})
    _set_timers(connection, tenant, request, new=approval.new)


def latest(connection: Connection, tenant: str, ref: SubjectRef) -> ApprovalRequest | None:
    """The newest request of a subject, None if there never was one."""
    given = {"tenant": tenant, "kind": ref.kind, "subject": ref.id}
    text = _latest.scalar(connection, given)
    return None if text is None else _read(text)


def of_subject(connection: Connection, tenant: str, ref: SubjectRef) -> tuple[ApprovalRequest, ...]:
    """All requests of a subject, oldest first."""
    given = {"tenant": tenant, "kind": ref.kind, "subject": ref.id}
    return tuple(map(_read, connection.execute(_of_subject, given).scalars()))


def turns_of(user: str, grants: Iterable[Grant]) -> Iterator[tuple[str, Scope]]:
    """Under which names a user's turns are written, the scope `tenant` standing for any.

    Args:
        user: id.
        grants: he holds; as `admin` it may be his turn by any role there.
    """
    yield f"person:{user}", _ANY
    for grant in grants:
        if grant.role == "admin":
            yield "role", grant.scope
        else:
            yield f"role:{grant.role}", grant.scope
        if grant.scope.kind == "party":
            yield "side", grant.scope


_ANY: Final = Scope("tenant", "")


def waiting_for(
    connection: Connection,
    tenant: str,
    turns: Sequence[tuple[str, Scope]],
    *,
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[ApprovalRequest, ...]:
    """The requests whose turn it is for one of some names, oldest first, from `after` on."""
    if not turns:
        return ()
    column = approval_turns.c
    names = sa.or_(*(_matches(who, scope) for who, scope in dict.fromkeys(turns)))
    ids = (
        sa.select(column.approval_id)
        .where(column.tenant_id == tenant, names)
        .distinct()
        .order_by(column.approval_id)
        .limit(limit)
    )
    if after is not None:
        ids = ids.where(column.approval_id > after)
    found = connection.execute(ids).scalars().all()
    if not found:
        return ()
    rows = sa.select(approvals.c.record).where(
        approvals.c.tenant_id == tenant, approvals.c.id.in_(found)
    )
    return tuple(map(_read, connection.execute(rows.order_by(approvals.c.id)).scalars()))


def _matches(who: str, scope: Scope) -> sa.ColumnElement[bool]:
    column = approval_turns.c
    named = column.who == who
    if who == "role":
        named = column.who.startswith("role:")
    if who == "side":
        named = column.who.in_(("side:buyer", "side:seller"))
    if scope.kind == "tenant":
        return named
    return sa.and_(named, column.scope_kind == scope.kind, column.scope_id == scope.id)


def _turns(request: ApprovalRequest) -> Iterator[tuple[str, Scope]]:
    if request.state != WAITING:
        return
    for one in request.due():
        yield from _names(request, one.requirement)
    if not request.open():  # it has all approvals, and can be tried again by those who gave them
        for requirement in request.requirements:
            yield from _names(request, requirement)


def _names(request: ApprovalRequest, one: Requirement) -> Iterator[tuple[str, Scope]]:
    if one.person:
        yield f"person:{one.person}", _ANY
    elif one.side:
        yield f"side:{one.side}", one.scope
    else:
        yield f"role:{one.role}", one.scope
    if one.escalation is not None and one.key in request.escalated:
        yield f"role:{one.escalation.role}", one.escalation.scope


def _set_timers(
    connection: Connection, tenant: str, request: ApprovalRequest, *, new: bool
) -> None:
    """When nobody approves in time: others may, later nobody any more."""
    waits = request.state == WAITING
    left = [one.requirement for one in request.open()] if waits else []
    escalations = [
        one.escalation.hours for one in left if one.escalation and one.key not in request.escalated
    ]
    expiries = [one.expires_hours for one in request.requirements if waits and one.expires_hours]
    for timer, hours in ((ESCALATE, escalations), (EXPIRE, expiries)):
        at = (connection, tenant, request.subject, timer)
        if hours:
            timers.set_timer(*at, request.requested_at + min(hours) * _HOUR)
        elif not new and any(one.escalation or one.expires_hours for one in request.requirements):
            timers.clear_timer(*at)


def _read(text: str) -> ApprovalRequest:
    raw: Any = codec.loads(text)
    return codec.from_plain(ApprovalRequest, raw)
