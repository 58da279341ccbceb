"""What people of the outlet are told of approvals.

Source: Order Ez, purchasing limit.
"""

from __future__ import annotations

from typing import Final

from orderloom import Event, Notification, Subject
from orderloom_supplier.notifications import recipients
from orderloom_supplier.notifications.telling import letter, told

_TOPIC: Final = "supplier.approvals"
_ANSWER: Final = (
    "{order.items}\n{order.remarks}",
    "Wanted for: {order.wanted_for}",
    "To approve it: orderloom approvals approve {order.id}",
)

_TOO: Final = letter(
    "{order.buyer}: an order for {order.total} waits for your approval",
    "An order for {order.total} from {order.seller} needs your approval, too. Until then "
    "{order.seller} does not see it.",
    *_ANSWER,
)


def _is_held_again(event: Event, order: Subject) -> bool:
    """An edit took it from its supplier's list back to waiting."""
    _, target = event.body.get("changes", {}).get("status", ("", ""))
    return bool(target == "needs_approval")


def _is_back(event: Event, order: Subject) -> bool:
    """Refused, and in force as it was approved before."""
    return order.status == "pending"


def _is_over(event: Event, order: Subject) -> bool:
    return not _is_back(event, order)


APPROVALS: Final[tuple[Notification, ...]] = (
    told(
        "held",
        "An order waits for an approval",
        "held",
        recipients.asked,
        letter(
            "{order.buyer}: an order for {order.total} waits for your approval",
            "{actor.name} ordered for {order.total} from {order.seller}, which needs an approval. "
            "Until then {order.seller} knows nothing of it.",
            *_ANSWER,
        ),
        topic=_TOPIC,
    ),
    told(
        "held_again",
        "A changed order waits for an approval",
        "edited",
        recipients.asked,
        letter(
            "{order.buyer}: the change of order {order.number} waits for your approval",
            "{actor.name} changed order {order.number} to {order.total} from {order.seller}, which "
            "needs an approval. Until then {order.seller} does not see it.",
            *_ANSWER,
        ),
        when=_is_held_again,
        topic=_TOPIC,
    ),
    told(
        "next_level",
        "An order waits for your approval, too",
        "approved",
        recipients.asked,
        _TOO,
        topic=_TOPIC,
    ),
    told(
        "escalated",
        "An order nobody approved in time",
        "escalated",
        recipients.asked,
        _TOO,
        topic=_TOPIC,
    ),
    told(
        "refused",
        "Your order was not approved",
        "refused",
        recipients.placer,
        letter(
            "Your order from {order.seller} was not approved",
            "{actor.name} did not approve your order for {order.total} from {order.seller}.",
            "{reason}",
        ),
        when=_is_over,
        topic=_TOPIC,
    ),
    told(
        "change_refused",
        "The change of your order was not approved",
        "refused",
        recipients.placer,
        letter(
            "Order {order.number}: the change was not approved",
            "{actor.name} did not approve the change of order {order.number} from {order.seller}. "
            "It stays as it was before.",
            "{reason}",
        ),
        when=_is_back,
        topic=_TOPIC,
    ),
)
