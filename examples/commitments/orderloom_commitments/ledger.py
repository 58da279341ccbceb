"""The rows: what is committed by which order, and the sum of it for each project."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from orderloom import Conflict, Money, Order, Reading, Writing
from orderloom_commitments.tables import orders, projects

_PROJECTS = UUID("6f1f7d9e-5d0c-4e0e-9a53-0d2b1c6f4a10")  # the name space of the ids of their rows

_COMMITTED = sa.select(orders.c.order_id, orders.c.amount).where(
    orders.c.project == bindparam("project"), orders.c.currency == bindparam("currency")
)
_PROJECT = sa.select(projects.c.id).where(projects.c.id == bindparam("id"))
_ADD_PROJECT = insert(projects).on_conflict_do_nothing()
_ADD = sa.insert(orders)
_TAKE = sa.delete(orders).where(orders.c.order_id == bindparam("at_order"))


def row_of(project: str) -> UUID:
    """Id of the row of a project; the same in every process."""
    return uuid5(_PROJECTS, project)


def is_known(project: str, reading: Reading) -> bool:
    """Whether a project has a row; it gets one with its first order."""
    return bool(reading.rows(_PROJECT, {"id": row_of(project)}))


def committed(project: str, currency: str, reading: Reading, *, but: UUID | None = None) -> Money:
    """What the orders of a project cost together, one of them perhaps left out."""
    rows = reading.rows(_COMMITTED, {"project": project, "currency": currency})
    return Money.sum([Money(row.amount, currency) for row in rows if row.order_id != but], currency)


def keep(order: Order, writing: Writing) -> None:
    """Write what an order commits its project to, in place of what it did before."""
    writing.execute(_TAKE, {"at_order": order.id})
    if not (order.project and writing.status(order).commits and order.deleted_at is None):
        return
    _know(order.project, writing)
    total = order.totals.total
    writing.execute(
        _ADD,
        {
            "order_id": order.id,
            "project": order.project,
            "amount": total.amount,
            "currency": total.currency,
        },
    )


def _know(project: str, writing: Writing) -> None:
    """Have a row of the project to claim.

    Raises:
        Conflict: retryable; somebody else made it at this moment, and their order was not seen.
    """
    if is_known(project, writing):
        return
    if not writing.execute(_ADD_PROJECT, {"id": row_of(project), "project": project}):
        text = "Somebody else ordered for the project at this moment. To go on, try again."
        raise Conflict(text, retryable=True)
