"""The outbox as workers see it: owe, lease, done, failed.

A delivery is written in the transaction of the event it follows and sent after commit, at least
once: a worker that stops between sending and `done` leaves a lease behind, and when that expires
the same delivery is sent again under the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.notify.delivery import DEAD, DONE, HOOK, INBOX, OWED, Dead, Delivery, Outcome, Retry
from orderloom.notify.inbox import row_of_entry
from orderloom.notify.quarantine import confine
from orderloom.notify.rows import COLUMNS, delivery_of, row_of
from orderloom.store import batch, due
from orderloom.store.schema import deliveries, inbox

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=91)  # so that eight attempts take some four hours
IDLE_WAIT = timedelta(minutes=5)
LEASE = timedelta(minutes=5)
_LONGEST_ERROR = 2000

_row = deliveries.c
_OF_TENANT = _row.tenant_id == bindparam("tenant")
_LEASABLE = due.leasable(bindparam("now", type_=_row.next_at.type))

_NEXT = (
    select(*COLUMNS)
    .where(_OF_TENANT, _LEASABLE)
    .order_by(_row.next_at, _row.id)
    .limit(bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=deliveries)
)
_DUE = _NEXT.where(_row.channel == bindparam("by"))
_DUE_OF = _NEXT.where(_row.source == bindparam("of"))
_LEASE = (
    sa.update(deliveries)
    .where(_OF_TENANT, _row.id.in_(bindparam("ids", expanding=True)))
    .values(worker=bindparam("holder"), leased_until=bindparam("until"))
)
_SETTLE = (
    sa.update(deliveries)
    .where(
        _OF_TENANT,
        _row.id == bindparam("delivery"),
        _row.state == OWED,
        _row.worker == bindparam("holder"),
        _row.leased_until.is_not(None),
    )
    .values(
        state=bindparam("state"),
        attempts=_row.attempts + bindparam("counted", type_=sa.Integer),
        next_at=sa.func.coalesce(
            bindparam("again", type_=_row.next_at.type), _row.next_at, type_=_row.next_at.type
        ),
        error=bindparam("error"),
        done_at=bindparam("done_at"),
        worker="",
        leased_until=sa.null(),
    )
)


def owe(connection: Connection, tenant: str, owed: Iterable[Delivery]) -> None:
    """Write what is owed, in the transaction of the events it follows; inboxes have it at once."""
    told = list(owed)
    rows = {
        deliveries: [row_of(tenant, one) for one in told if one.channel != INBOX],
        inbox: [row_of_entry(tenant, one) for one in told if one.channel == INBOX],
    }
    batch.insert(connection, {table: each for table, each in rows.items() if each})


def lease(
    connection: Connection,
    tenant: str,
    worker: str,
    now: datetime,
    channel: str,
    limit: int,
) -> tuple[Delivery, ...]:
    """Take deliveries that are due; nobody else gets them for the next `LEASE`.

    Of what a module's hook is owed about one subject, only the earliest event is handed out.

    Args:
        worker: names whoever answers for them; different for every process and thread.
        channel: MAIL, HOOK …
        limit: how many at most. What is not answered for when the lease expires is sent again,
            so all of them have to be done with well before.

    Transaction: the caller's, to be committed before anything is sent. On PostgreSQL rows that
        another worker is taking are passed over; on SQLite the caller has the write lock.
    """
    params = {"tenant": tenant, "now": now, "by": channel, "limit": limit}
    return _leased(connection, worker, _DUE, params)


def lease_of(
    connection: Connection, tenant: str, worker: str, now: datetime, source: str, limit: int
) -> tuple[Delivery, ...]:
    """Take deliveries of one source alone; as `lease`."""
    params = {"tenant": tenant, "now": now, "of": source, "limit": limit}
    return _leased(connection, worker, _DUE_OF, params)


def _leased(
    connection: Connection, worker: str, statement: sa.Select[Any], params: dict[str, Any]
) -> tuple[Delivery, ...]:
    found = [delivery_of(row) for row in connection.execute(statement, params)]
    if not found:
        return ()
    tenant, until = params["tenant"], params["now"] + LEASE
    ids = [delivery.id for delivery in found]
    connection.execute(_LEASE, {"tenant": tenant, "ids": ids, "holder": worker, "until": until})
    return tuple(attrs.evolve(each, worker=worker, leased_until=until) for each in found)


def done(connection: Connection, tenant: str, id: UUID, worker: str, now: datetime) -> bool:
    """Note that a delivery was sent.

    Returns:
        False if the worker no longer holds the lease; nothing is written then.
    """
    settled = {"state": DONE, "again": None, "error": "", "done_at": now, "counted": 1}
    return _settle(connection, tenant, id, worker, settled)


def failed(
    connection: Connection,
    tenant: str,
    delivery: Delivery,
    worker: str,
    now: datetime,
    outcome: Retry | Dead,
) -> bool:
    """Note that a delivery was not sent, and when to try again.

    Args:
        delivery: as it was leased.
        outcome: `Retry` waits (see `wait_after`) and after `MOST_ATTEMPTS` attempts gives up;
            `Dead` gives up at once. What a module's hook is owed is never given up: the hook is
            put into quarantine (see `quarantine`), so that it hears of everything in order.

    Returns:
        False if the worker no longer holds the lease; nothing is written then.
    """
    error, over = _storable(outcome.reason), is_over(delivery, outcome)
    settled: dict[str, object] = {
        "state": OWED, "again": None, "error": error, "done_at": None, "counted": 1,
    }  # fmt: skip
    if over and delivery.channel != HOOK:
        settled |= {"state": DEAD, "done_at": now}
    elif isinstance(outcome, Retry) and not outcome.counts:
        settled |= {"again": now + IDLE_WAIT, "counted": 0}
    else:
        settled["again"] = now + wait_after(delivery.attempts + 1, delivery.id)
    noted = _settle(connection, tenant, delivery.id, worker, settled)
    if noted and over and delivery.channel == HOOK:
        confine(connection, tenant, delivery.source, now, error)
    return noted


def is_over(delivery: Delivery, outcome: Outcome) -> bool:
    """Whether a delivery, as it was leased, is not tried again after this outcome."""
    if isinstance(outcome, Retry):
        return outcome.counts and delivery.attempts + 1 >= MOST_ATTEMPTS
    return True


def wait_after(attempts: int, id: UUID) -> timedelta:
    """How long to wait after so many failed attempts: 10 s, 40 s, 160 s … at most 91 minutes.

    It is shortened by up to a tenth, always the same for one delivery, so that what failed
    together does not come back together.
    """
    wait: timedelta = min(FIRST_WAIT * 4 ** min(attempts - 1, MOST_ATTEMPTS), LONGEST_WAIT)
    return wait - wait * (id.int % 1000) // 10_000


def _settle(
    connection: Connection, tenant: str, id: UUID, worker: str, settled: Mapping[str, object]
) -> bool:
    params = {"tenant": tenant, "delivery": id, "holder": worker, **settled}
    return connection.execute(_SETTLE, params).rowcount == 1


def _storable(reason: str) -> str:
    """Text any database takes: PostgreSQL refuses NUL and lone surrogates."""
    short = reason[:_LONGEST_ERROR]
    return "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in short)
