"""What limits look up, as it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.approvals import allowances
from orderloom.orders.approvals import Allowance
from orderloom.orders.order import Order
from orderloom.store.columns import split_sum
from orderloom.store.schema import lines, subjects
from orderloom.values import Actor, Money, Scope

_LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))")
_row: Final = subjects.c
_unpriced: Final = sa.exists().where(
    lines.c.tenant_id == _row.tenant_id,
    lines.c.kind == _row.kind,
    lines.c.subject_id == _row.id,
    lines.c.price.is_(None),
)
_mixed: Final = sa.or_(_row.total.is_(None), _row.currency != bindparam("currency"), _unpriced)
_spent: Final = sa.select(
    split_sum(_row.total).label("sum"), sa.func.count().filter(_mixed).label("unclear")
).where(
    _row.tenant_id == bindparam("tenant"),
    _row.kind == bindparam("kind"),
    _row.created_by == bindparam("user"),
    _row.type == bindparam("type"),
    _row.created_at >= bindparam("since"),
    _row.deleted_at.is_(None),
    _row.id != bindparam("beside"),
    _row.status.in_(bindparam("counting", expanding=True)),
)


@attrs.frozen(kw_only=True)
class LiveFacts:
    """Facts read in the running transaction.

    Attributes:
        connection: of the command.
        tenant: key.
        timezone: of the tenant: a day begins there.
        counting: the statuses of a type in which orders count (`Status.commits`).
        lock: whether what is counted may not change before the transaction ends: while a command
            is written. Two orders of one user then wait for each other.
    """

    connection: Connection
    tenant: str
    timezone: str
    counting: Callable[[str], list[str]]
    lock: bool

    def own(self, limit: str, actor: Actor, scope: Scope) -> tuple[Allowance, ...]:
        """What a user may order on his own in a scope."""
        return allowances.binding(self.connection, self.tenant, limit, actor, scope)

    def spent(self, actor: Actor, order: Order, since: date) -> Money | None:
        """What a user has ordered since a day, beside one order; None if it cannot be added up."""
        if self.lock and self.connection.dialect.name == "postgresql":
            self.connection.execute(_LOCK, {"who": f"{self.tenant}/{actor.id}"})
        row = self.connection.execute(
            _spent,
            {
                "tenant": self.tenant,
                "kind": order.kind,
                "user": actor.id,
                "type": order.type,
                "since": datetime.combine(since, time.min, ZoneInfo(self.timezone)),
                "beside": order.id,
                "currency": order.currency,
                "counting": self.counting(order.type),
            },
        ).one()
        return None if row.unclear else Money(row.sum, order.currency)
