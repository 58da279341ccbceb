"""What this module keeps on orders, and how much of each line came about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs

from orderloom import LineItem, Order, Subject, module_data

ORDER_TYPE: Final = "supplier.order"
ACCEPTED: Final = "accepted"
RECEIVED: Final = "received"
_PROGRESS: Final = "supplier"
_REORDER: Final = "supplier.reorder"
#: Keys of what is said of one order and of no other.
OWN_DATA: Final = (_PROGRESS, _REORDER)


@module_data(_PROGRESS, v=1)
@attrs.frozen(kw_only=True)
class SupplierData:
    """Where the delivery of an order stands; read it with `progress`.

    Attributes:
        order: whose it is; on another one it counts for nothing.
        accepted_on: the day the supplier accepted it; None for what he entered himself.
        received_on: the day the outlet confirmed the delivery.
        scheduled_for: the day the supplier delivers, in the tenant's zone.
        disputes: how often it was disputed.
        action_needed: whoever completed it asks to look into it; a resolved dispute clears it.
    """

    order: UUID
    accepted_on: date | None = None
    received_on: date | None = None
    scheduled_for: date | None = None
    disputes: int = 0
    action_needed: bool = False


@attrs.frozen(kw_only=True)
class Dropped:
    """A line a reorder left out, and why.

    Attributes:
        position: of the line in the order that was ordered again.
    """

    position: int
    name: str
    reason: str


@module_data(_REORDER, v=1)
@attrs.frozen(kw_only=True)
class ReorderData:
    """On an order that orders another one again.

    Attributes:
        of: id of the other order.
        number: its number.
        dropped: its lines that cannot be had any more.
    """

    of: UUID
    number: str
    dropped: tuple[Dropped, ...] = ()


def progress(order: Subject) -> SupplierData:
    """What is kept of an order; what is another one's counts for nothing."""
    found = order.data.get(SupplierData)
    if found is None or found.order != order.id:
        return SupplierData(order=order.id)
    return found


def accepted_of(order: Order) -> dict[UUID, Decimal]:
    """How much of each line the supplier accepted, by line; 0 for a struck one.

    What a supplier entered on behalf of an outlet nobody had to accept: all of it counts. Before
    anything is accepted it answers what would be if all of it were.
    """
    return _happened(order, ACCEPTED) or {line.id: line.quantity for line in order.lines}


def received_of(order: Order) -> dict[UUID, Decimal]:
    """How much of each line arrived, by line; all 0 until the delivery is confirmed."""
    return _happened(order, RECEIVED) or {line.id: Decimal(0) for line in order.lines}


def is_struck(order: Order, line: LineItem) -> bool:
    """Whether the supplier struck out a line: nothing of it is delivered."""
    return not accepted_of(order)[line.id]


def _happened(order: Order, name: str) -> dict[UUID, Decimal]:
    found = {line.id: line.happened(name) for line in order.lines}
    return found if any(found.values()) else {}
