"""The outbox as people see it: list, count, resend, purge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.notify.delivery import DEAD, DONE, OWED, STATES, Delivery
from orderloom.notify.inbox import forget_entries
from orderloom.notify.rows import COLUMNS, delivery_of
from orderloom.orders.subject import SubjectRef
from orderloom.orders.unfit import unfit
from orderloom.store.schema import deliveries
from orderloom.values import Gather, id_of

_row = deliveries.c
_OF_TENANT = _row.tenant_id == bindparam("tenant")

_NEWEST = (
    select(*COLUMNS)
    .where(_OF_TENANT)
    .order_by(_row.id.desc())
    .limit(bindparam("limit", type_=sa.Integer))
)
_NEWEST_IN_STATE = _NEWEST.where(_row.state == bindparam("state"))
_COUNT = select(_row.state, sa.func.count().label("number")).where(_OF_TENANT).group_by(_row.state)
_RESEND = (
    sa.update(deliveries)
    .where(_OF_TENANT, _row.state.in_((DONE, DEAD)))
    .values(
        state=OWED, attempts=0, next_at=bindparam("now"), error="", done_at=sa.null(),
    )
)  # fmt: skip
_GIVE_UP = (
    sa.update(deliveries)
    .where(_OF_TENANT, _row.source == bindparam("of"), _row.state == OWED)
    .values(state=DEAD, error=bindparam("why"), done_at=bindparam("now"))
)
_BEFORE = bindparam("before", type_=_row.done_at.type)
# Nothing comes to rest before it is due, so the first condition loses no row; it has the index.
_PURGE = sa.delete(deliveries).where(
    _OF_TENANT, _row.state == bindparam("state"), _row.next_at < _BEFORE, _row.done_at < _BEFORE
)

_FORGET = sa.delete(deliveries).where(
    _OF_TENANT,
    _row.state.in_((DONE, DEAD)),
    _row.kind == bindparam("about_kind"),
    _row.subject_id == bindparam("about"),
)


@attrs.frozen(kw_only=True)
class Resting:
    """Which deliveries that came to rest; what is left empty narrows nothing.

    Attributes:
        state: DEAD or DONE.
        source: key of the notification, or "module:hook".
        subject: what they are about.
    """

    state: str = attrs.field(default=DEAD, validator=attrs.validators.in_((DEAD, DONE)))
    source: str = ""
    subject: SubjectRef | None = None


def list_deliveries(
    connection: Connection, tenant: str, state: str | None, limit: int
) -> tuple[Delivery, ...]:
    """The newest deliveries, all or those in one state."""
    statement = _NEWEST if state is None else _NEWEST_IN_STATE
    params = {"tenant": tenant, "limit": limit} | ({} if state is None else {"state": state})
    return tuple(delivery_of(row) for row in connection.execute(statement, params))


def counts(connection: Connection, tenant: str) -> Mapping[str, int]:
    """How many deliveries are in each state."""
    found = connection.execute(_COUNT, {"tenant": tenant})
    return dict.fromkeys(STATES, 0) | {row.state: row.number for row in found}


def resend(
    connection: Connection,
    tenant: str,
    which: Iterable[UUID | str] | UUID | str | Resting,
    now: datetime,
) -> int:
    """Owe deliveries again that are dead or done, under their old ids, all attempts before them.

    Args:
        which: ids or one id, of which those still owed are passed over; or all that fit a
            description.

    Returns:
        How many are owed again.

    Raises:
        Refused: [input.unfit] it is none of these, [id.malformed] for each that is no id.
    """
    statement, params = _RESEND, {"tenant": tenant, "now": now}
    if isinstance(which, Resting):
        statement = statement.where(*_conditions(which))
    else:
        statement = statement.where(_row.id.in_(_ids(which)))
    return connection.execute(statement, params).rowcount


def give_up(connection: Connection, tenant: str, source: str, now: datetime, reason: str) -> int:
    """Try nothing more of what is owed from one source; answers how much that was."""
    params = {"tenant": tenant, "now": now, "of": source, "why": reason}
    return connection.execute(_GIVE_UP, params).rowcount


def purge(connection: Connection, tenant: str, before: datetime, state: str = DONE) -> int:
    """Delete deliveries that came to rest before an instant.

    Args:
        state: DONE; dead ones are kept until they are resent, unless DEAD is asked for.

    Returns:
        How many were deleted.

    Raises:
        ValueError: the state is neither; what is owed is never deleted.
    """
    if state not in (DONE, DEAD):
        raise ValueError(f"deliveries that are {state} are not purged")
    params = {"tenant": tenant, "before": before, "state": state}
    return connection.execute(_PURGE, params).rowcount


def forget(connection: Connection, tenant: str, subject: SubjectRef) -> int:
    """Delete what was sent, told or given up about a subject, addresses and texts with it.

    What is still owed stays; answers how many were deleted.
    """
    params = {"tenant": tenant, "about_kind": subject.kind, "about": subject.id}
    told = forget_entries(connection, tenant, subject)
    return told + connection.execute(_FORGET, params).rowcount


def _conditions(which: Resting) -> list[sa.ColumnElement[bool]]:
    found = [_row.state == which.state]
    if which.source:
        found.append(_row.source == which.source)
    if which.subject is not None:
        found += [_row.kind == which.subject.kind, _row.subject_id == which.subject.id]
    return found


def _ids(given: Iterable[UUID | str] | UUID | str) -> list[UUID]:
    """The ids of deliveries, however many were handed in."""
    if isinstance(given, UUID | str):
        return [id_of(given, "which")]
    if not isinstance(given, Iterable):
        raise unfit("which", given, "ids of deliveries, or a Resting that describes them")
    with Gather() as gather:
        read = [gather.take(id_of, one, f"which[{index}]") for index, one in enumerate(given)]
    return [id for id in read if id is not None]
