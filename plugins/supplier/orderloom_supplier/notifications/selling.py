"""What the supplier is told.

Source: Order Ez, order status (pending, abandoned, in dispute).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from orderloom import Event, Notification, Subject
from orderloom_supplier.notifications import recipients
from orderloom_supplier.notifications.telling import letter, told

_ORDER: Final = (
    "{order.items}",
    "{order.remarks}",
    "Wanted for: {order.wanted_for}",
    "To answer it: orderloom order do {order.number} accept",
)
_DISPUTED: Final = ("{order.buyer} disputes order {order.number}.", "{order.note}")
_DISPUTED_SUBJECT: Final = "Order {order.number}: {order.buyer} disputes it"
_told = partial(told, further={recipients.OTHERS: "Orders of other account owners"})


def _is_new(event: Event, order: Subject) -> bool:
    """In force for the first time, whether it had to wait for that or not."""
    return order.status == "pending" and event.name == "placed"


def _is_changed(event: Event, order: Subject) -> bool:
    """In force again: it was sent back to wait by a change, which was approved."""
    return order.status == "pending" and event.name != "placed"


def _was_seen(event: Event, order: Subject) -> bool:
    """Abandoned after the supplier knew of it: what never was in force has no number."""
    return bool(order.number)


def _with_images(event: Event, order: Subject) -> bool:
    return bool(event.body.get("files"))


def _without_images(event: Event, order: Subject) -> bool:
    return not _with_images(event, order)


TO_SUPPLIER: Final[tuple[Notification, ...]] = (
    _told(
        "pending",
        "A new order",
        "place",
        recipients.supplier,
        letter(
            "Order {order.number} of {order.buyer}",
            "{order.buyer} ordered for {order.total}: order {order.number} waits for your answer.",
            *_ORDER,
        ),
        when=_is_new,
        topic="supplier.orders",
    ),
    _told(
        "changed",
        "A changed order",
        "place",
        recipients.supplier,
        letter(
            "Order {order.number} of {order.buyer} was changed",
            "{order.buyer} changed order {order.number}. It is for {order.total} now and waits for "
            "your answer.",
            *_ORDER,
        ),
        when=_is_changed,
        topic="supplier.orders",
    ),
    _told(
        "abandon",
        "Order abandoned",
        "abandon",
        recipients.supplier,
        letter(
            "Order {order.number}: {order.buyer} abandoned it",
            "{order.buyer} abandoned order {order.number}. Please do not deliver it.",
            "{reason}",
        ),
        when=_was_seen,
        topic="supplier.abandoned",
    ),
    _told(
        "dispute",
        "Order disputed",
        "dispute",
        recipients.supplier,
        letter(_DISPUTED_SUBJECT, *_DISPUTED),
        when=_without_images,
        topic="supplier.disputes",
    ),
    _told(
        "dispute_with_images",
        "Order disputed, with images",
        "dispute",
        recipients.supplier,
        letter(
            _DISPUTED_SUBJECT,
            *_DISPUTED,
            "Images: {order.images}",
            "To see them: orderloom order files {order.number}",
        ),
        when=_with_images,
        files="image",
        topic="supplier.disputes",
    ),
)
