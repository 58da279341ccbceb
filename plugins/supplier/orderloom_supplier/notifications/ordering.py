"""What the outlet is told of its supplier's answers and deliveries.

Source: Order Ez, order status (accepted, scheduled for delivery, declined).
"""

from __future__ import annotations

from typing import Final

from orderloom import Event, Notification, Order, Subject
from orderloom_supplier.notifications import recipients
from orderloom_supplier.notifications.telling import letter, told
from orderloom_supplier.notifications.values import refused_lines

_ACCEPTED: Final = "supplier.accepted"
_SCHEDULED: Final = "supplier.scheduled"
_REFUSED: Final = "Not delivered: {order.refused}"
_NOTE: Final = "{order.note}"


def _whole(event: Event, order: Subject) -> bool:
    return isinstance(order, Order) and not refused_lines(order)


def _in_part(event: Event, order: Subject) -> bool:
    return not _whole(event, order)


TO_OUTLET: Final[tuple[Notification, ...]] = (
    told(
        "accept_whole",
        "Order accepted",
        "accept",
        recipients.outlet,
        letter(
            "Order {order.number}: {order.seller} accepted it",
            "{order.seller} accepted order {order.number} of {order.buyer} for {order.total}.",
            _NOTE,
        ),
        when=_whole,
        topic=_ACCEPTED,
    ),
    told(
        "accept_in_part",
        "Order accepted in part",
        "accept",
        recipients.outlet,
        letter(
            "Order {order.number}: {order.seller} accepted it in part",
            "{order.seller} accepted order {order.number} of {order.buyer} in part.",
            _REFUSED,
            _NOTE,
        ),
        when=_in_part,
        topic=_ACCEPTED,
    ),
    told(
        "accept_and_schedule_whole",
        "Order accepted and scheduled",
        "accept_and_schedule",
        recipients.outlet_awaiting,
        letter(
            "Order {order.number}: accepted, delivery on {order.scheduled_for}",
            "{order.seller} accepted order {order.number} of {order.buyer} and delivers it on "
            "{order.scheduled_for}.",
            _NOTE,
        ),
        when=_whole,
        topic=_SCHEDULED,
    ),
    told(
        "accept_and_schedule_in_part",
        "Order accepted in part and scheduled",
        "accept_and_schedule",
        recipients.outlet_awaiting,
        letter(
            "Order {order.number}: accepted in part, delivery on {order.scheduled_for}",
            "{order.seller} accepted order {order.number} of {order.buyer} in part and delivers it "
            "on {order.scheduled_for}.",
            _REFUSED,
            _NOTE,
        ),
        when=_in_part,
        topic=_SCHEDULED,
    ),
    told(
        "place_on_behalf",
        "Order entered by the supplier",
        "place_on_behalf",
        recipients.outlet,
        letter(
            "Order {order.number}: {order.seller} entered it for {order.buyer}",
            "{order.seller} entered order {order.number} for {order.buyer}, for {order.total}. It "
            "is accepted already.",
        ),
        topic=_ACCEPTED,
    ),
    told(
        "schedule",
        "Delivery scheduled",
        "schedule",
        recipients.outlet_awaiting,
        letter(
            "Order {order.number}: delivery on {order.scheduled_for}",
            "{order.seller} delivers order {order.number} of {order.buyer} on "
            "{order.scheduled_for}.",
        ),
        topic=_SCHEDULED,
    ),
    told(
        "reschedule",
        "Delivery rescheduled",
        "reschedule",
        recipients.outlet_awaiting,
        letter(
            "Order {order.number}: delivery moved to {order.scheduled_for}",
            "{order.seller} delivers order {order.number} of {order.buyer} on "
            "{order.scheduled_for}, not on {order.scheduled_before}.",
        ),
        topic=_SCHEDULED,
    ),
    told(
        "decline",
        "Order declined",
        "decline",
        recipients.outlet,
        letter(
            "Order {order.number}: {order.seller} declined it",
            "{order.seller} declined order {order.number} of {order.buyer}.",
            _NOTE,
        ),
        topic="supplier.declined",
    ),
)
