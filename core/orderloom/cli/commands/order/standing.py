"""Whether an order can be worked with."""

from __future__ import annotations

from typing import TypeVar

import attrs

from orderloom.desk import Reader
from orderloom.errors import NotFound
from orderloom.orders.listed import Listed
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject

S = TypeVar("S", Listed, Order, Subject)


def as_it_stands(reader: Reader, order: S) -> S:
    """An order, parked where its lifecycle has lost its status: no action is open to it either."""
    if order.type not in reader.assembly.lifecycles:
        return order
    try:
        reader.status(order)
    except NotFound:
        return attrs.evolve(order, parked=True)
    return order
