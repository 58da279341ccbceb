"""The messages: what happened, who is told, in which words.

Source: Order Ez, order status; systems.md 1.1 and 1.2 (side effects).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom import (
    Event,
    Money,
    Notification,
    Order,
    Reading,
    Recipient,
    Subject,
    Template,
    plain,
)
from orderloom_supplier.notifications import recipients
from orderloom_supplier.records import ORDER_TYPE, accepted_of, progress

_PLACEHOLDERS: Final[Mapping[str, Any]] = {
    "order.total": Money(Decimal("620.00"), "EUR"),
    "order.note": "Please ring at the back door.",
    "order.refused": "Butter, Bread (4 of 6)",
    "order.scheduled_for": date(2027, 6, 15),
}


def _values(
    event: Event, order: Subject, recipient: Recipient, reading: Reading
) -> Mapping[str, Any]:
    assert isinstance(order, Order)
    return {
        "order.total": order.totals.total,
        "order.note": event.body.get("options", {}).get("note", ""),
        "order.refused": refused_lines(order),
        "order.scheduled_for": progress(order).scheduled_for or "",
    }


def refused_lines(order: Order) -> str:
    """What the supplier does not deliver of what was ordered, in words; "" if he delivers all."""
    accepted = accepted_of(order)
    parts = []
    for line in order.lines:
        if not accepted[line.id]:
            parts.append(line.name)
        elif accepted[line.id] < line.quantity:
            parts.append(f"{line.name} ({plain(accepted[line.id])} / {plain(line.quantity)})")
    return ", ".join(parts)


def _told(
    key: str,
    title: str,
    on: str,
    whom: Callable[[Event, Subject, Reading], Iterable[Recipient]],
    template: Template,
    **more: Any,
) -> Notification:
    return Notification(
        key=f"supplier.{key}",
        title=title,
        type=ORDER_TYPE,
        on=on,
        recipients=whom,
        template=template,
        placeholders=_PLACEHOLDERS,
        values=_values,
        **{"channels": ("mail", "inbox"), **more},
    )


def _in_force(event: Event, order: Subject) -> bool:
    """Placed, and not waiting for an approval."""
    return order.status == "pending"


def _was_seen(event: Event, order: Subject) -> bool:
    """Abandoned after the supplier knew of it."""
    return event.source != "needs_approval"


def _whole(event: Event, order: Subject) -> bool:
    return isinstance(order, Order) and not refused_lines(order)


def _in_part(event: Event, order: Subject) -> bool:
    return not _whole(event, order)


_ACCEPTED = Template(
    subject="Order {order.number}: {order.seller} accepted it",
    text="Dear {recipient.name},\n\n{order.seller} accepted order {order.number} of {order.buyer} "
    "for {order.total}.\n\n{order.note}\n\n{tenant.title}",
)
_PARTIALLY = Template(
    subject="Order {order.number}: {order.seller} accepted it in part",
    text="Dear {recipient.name},\n\n{order.seller} accepted order {order.number} of {order.buyer} "
    "in part.\n\nNot delivered: {order.refused}\n\n{order.note}\n\n{tenant.title}",
)
_SCHEDULED = Template(
    subject="Order {order.number}: delivery on {order.scheduled_for}",
    text="Dear {recipient.name},\n\n{order.seller} delivers order {order.number} of {order.buyer} "
    "on {order.scheduled_for}.\n\n{tenant.title}",
)


def _accepted(on: str) -> tuple[Notification, Notification]:
    """Told when the supplier accepts an order, whole or in part."""
    return (
        _told(f"{on}_whole", "Order accepted", on, recipients.outlet, _ACCEPTED,
              when=_whole, topic="supplier.accepted"),
        _told(f"{on}_in_part", "Order accepted in part", on, recipients.outlet, _PARTIALLY,
              when=_in_part, topic="supplier.accepted"),
    )  # fmt: skip


NOTIFICATIONS: Final = (
    _told(
        "held",
        "An order waits for an approval",
        "held",
        recipients.approvers,
        Template(
            subject="{order.buyer}: an order for {order.total} waits for your approval",
            text="Dear {recipient.name},\n\n{actor.name} ordered for {order.total} from "
            "{order.seller}, which needs an approval. Until then {order.seller} knows nothing of "
            "it.\n\n{tenant.title}",
        ),
        topic="supplier.approvals",
    ),
    _told(
        "refused",
        "Your order was not approved",
        "refused",
        recipients.placer,
        Template(
            subject="Your order from {order.seller} was not approved",
            text="Dear {recipient.name},\n\n{actor.name} did not approve your order for "
            "{order.total} from {order.seller}.\n\n{reason}\n\n{tenant.title}",
        ),
        topic="supplier.approvals",
    ),
    _told(
        "pending",
        "A new order",
        "place",
        recipients.supplier,
        Template(
            subject="Order {order.number} of {order.buyer}",
            text="Dear {recipient.name},\n\n{order.buyer} ordered for {order.total}: order "
            "{order.number} waits for your answer.\n\n{tenant.title}",
        ),
        when=_in_force,
        topic="supplier.orders",
    ),
    *_accepted("accept"),
    *_accepted("accept_and_schedule"),
    _told(
        "place_on_behalf",
        "Ordered for you",
        "place_on_behalf",
        recipients.outlet,
        Template(
            subject="Order {order.number}: {order.seller} entered it for {order.buyer}",
            text="Dear {recipient.name},\n\n{order.seller} entered order {order.number} for "
            "{order.buyer}, for {order.total}. It is accepted already.\n\n{tenant.title}",
        ),
        topic="supplier.accepted",
    ),
    *(
        _told(
            on,
            "Delivery scheduled",
            on,
            recipients.outlet_awaiting,
            _SCHEDULED,
            topic="supplier.scheduled",
        )
        for on in ("schedule", "reschedule")
    ),
    _told(
        "accept_and_schedule",
        "Delivery scheduled",
        "accept_and_schedule",
        recipients.outlet_awaiting,
        _SCHEDULED,
        topic="supplier.scheduled",
    ),
    _told(
        "decline",
        "Order declined",
        "decline",
        recipients.outlet,
        Template(
            subject="Order {order.number}: {order.seller} declined it",
            text="Dear {recipient.name},\n\n{order.seller} declined order {order.number} of "
            "{order.buyer}.\n\n{order.note}\n\n{tenant.title}",
        ),
        topic="supplier.declined",
    ),
    _told(
        "abandon",
        "Order abandoned",
        "abandon",
        recipients.supplier,
        Template(
            subject="Order {order.number}: {order.buyer} abandoned it",
            text="Dear {recipient.name},\n\n{order.buyer} abandoned order {order.number}. Please "
            "do not deliver it.\n\n{reason}\n\n{tenant.title}",
        ),
        when=_was_seen,
        topic="supplier.abandoned",
    ),
    _told(
        "dispute",
        "Order disputed",
        "dispute",
        recipients.supplier,
        Template(
            subject="Order {order.number}: {order.buyer} disputes it",
            text="Dear {recipient.name},\n\n{order.buyer} disputes order {order.number}."
            "\n\n{order.note}\n\n{tenant.title}",
        ),
        topic="supplier.disputes",
    ),
    *(
        _told(
            f"{on}_finance",
            title,
            on,
            recipients.finance,
            Template(
                subject=f"Order {{order.number}} from {{order.seller}}: {subject}",
                text=f"Dear {{recipient.name}},\n\n{text}\n\n{{order.note}}\n\n{{tenant.title}}",
            ),
            topic="supplier.payments",
        )
        for on, title, subject, text in (
            (
                "complete",
                "Delivery confirmed",
                "it may be paid",
                "The delivery of order {order.number} from {order.seller} was confirmed.",
            ),
            (
                "dispute",
                "Payment to be held",
                "please hold the payment",
                "Order {order.number} from {order.seller} is in dispute.",
            ),
            (
                "resolve",
                "Dispute resolved",
                "it may be paid",
                "The dispute about order {order.number} from {order.seller} is resolved.",
            ),
        )
    ),
)
