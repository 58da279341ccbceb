"""What those at the outlet who pay are told: pay, look into it first, hold the payment.

Source: Order Ez, order status (completed, in dispute); systems.md 1.1 (completing signals that it
may be paid).
"""

from __future__ import annotations

from typing import Final

from orderloom import Event, Notification, Order, Subject
from orderloom_supplier.notifications import recipients
from orderloom_supplier.notifications.telling import letter, told
from orderloom_supplier.notifications.values import missing_lines
from orderloom_supplier.records import progress

_TOPIC: Final = "supplier.payments"
_NOTE: Final = "{order.note}"
_OF: Final = "Order {order.number} from {order.seller}: "


def _flagged(event: Event, order: Subject) -> bool:
    """Whoever completed it asks to look into it."""
    return progress(order).action_needed


def _short(event: Event, order: Subject) -> bool:
    """Less arrived than was accepted, which nobody asked to look into."""
    return isinstance(order, Order) and bool(missing_lines(order)) and not _flagged(event, order)


def _all_well(event: Event, order: Subject) -> bool:
    return not _short(event, order) and not _flagged(event, order)


TO_FINANCE: Final[tuple[Notification, ...]] = (
    told(
        "complete_finance",
        "Delivery confirmed",
        "complete",
        recipients.finance,
        letter(
            f"{_OF}it may be paid",
            "The delivery of order {order.number} from {order.seller} was confirmed.",
            _NOTE,
        ),
        when=_all_well,
        topic=_TOPIC,
    ),
    told(
        "complete_finance_short",
        "Delivery confirmed in part",
        "complete",
        recipients.finance,
        letter(
            f"{_OF}not all of it arrived",
            "The delivery of order {order.number} from {order.seller} was confirmed, but not all "
            "of it arrived. Please pay for nothing that is missing.",
            "Missing: {order.missing}",
            _NOTE,
        ),
        when=_short,
        topic=_TOPIC,
    ),
    told(
        "complete_finance_flagged",
        "Delivery to be looked into",
        "complete",
        recipients.finance,
        letter(
            f"{_OF}action needed before it is paid",
            "The delivery of order {order.number} from {order.seller} was confirmed, and "
            "{actor.name} asks to look into it before it is paid.",
            "Missing: {order.missing}",
            _NOTE,
        ),
        when=_flagged,
        topic=_TOPIC,
    ),
    told(
        "dispute_finance",
        "Payment to be held",
        "dispute",
        recipients.finance,
        letter(
            f"{_OF}please hold the payment",
            "Order {order.number} from {order.seller} is in dispute.",
            _NOTE,
        ),
        topic=_TOPIC,
    ),
    told(
        "resolve_finance",
        "Dispute resolved",
        "resolve",
        recipients.finance,
        letter(
            f"{_OF}it may be paid",
            "The dispute about order {order.number} from {order.seller} is resolved.",
            _NOTE,
        ),
        topic=_TOPIC,
    ),
)
