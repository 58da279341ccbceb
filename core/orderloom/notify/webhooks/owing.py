"""What an event owes to endpoints, and the message it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from orderloom.notify.delivery import Delivery, delivery_id
from orderloom.notify.rows import row_of
from orderloom.notify.webhooks.endpoint import WEBHOOK, Endpoint, type_of
from orderloom.orders import codec
from orderloom.orders.events import Event
from orderloom.orders.subject import TENANT, Subject
from orderloom.values import Actor


def webhook_rows(
    tenant: str,
    event: Event,
    subject: Subject,
    endpoints: Sequence[Endpoint],
    heard: Callable[[Actor, Event, Subject], Event | None],
) -> list[dict[str, Any]]:
    """The rows that owe an event to endpoints, to be written in its transaction.

    The message is made when it is sent, of the event and the subject right after it, which never
    change: the same bytes at every attempt, and nothing of it kept twice.

    Args:
        event: appended to its subject.
        subject: after the event.
        endpoints: of the tenant, those that are on.
        heard: the event as an actor knows it; None if he may not know of the subject as it is.
    """
    if not endpoints or subject.kind == TENANT:
        return []
    return [
        row_of(tenant, _delivery(event, one))
        for one in endpoints
        if (known := heard(one.actor, event, subject)) and one.wants(type_of(known, subject))
    ]


def message_of(event: Event, subject: Subject) -> bytes:
    """The body that tells of an event, canonical JSON.

    Args:
        event: as whoever hears it knows it; who did it and why stay inside.
        subject: right after it, as whoever hears it may see it.
    """
    data = {
        "event": {
            "id": str(event.id),
            "seq": event.seq,
            "name": event.name,
            "action": event.action,
        },
        "subject": codec.to_plain(subject),
    }
    return body_of(type_of(event, subject), event.at, data)


def body_of(type: str, at: datetime, data: dict[str, Any]) -> bytes:
    """A message by the Standard Webhooks scheme."""
    return codec.dumps({"type": type, "timestamp": at.isoformat(), "data": data}).encode()


def _delivery(event: Event, endpoint: Endpoint) -> Delivery:
    return Delivery(
        id=delivery_id(event, WEBHOOK, endpoint.source),
        channel=WEBHOOK,
        source=endpoint.source,
        subject=event.subject,
        seq=event.seq,
        recipient=urlsplit(endpoint.url).hostname or "",
        payload={"event": str(event.id)},
        next_at=event.at,
        created_at=event.at,
    )
