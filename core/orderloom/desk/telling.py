"""What deliveries tell of: an event, and its subject as it was right after it."""

from __future__ import annotations

from uuid import UUID

from orderloom.desk.reader import Reader
from orderloom.errors import NotFound
from orderloom.notify import Dead, Delivery, Retry
from orderloom.notify.webhooks import Endpoint, message_of
from orderloom.notify.webhooks.sending import Made
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject
from orderloom.store import events


def happened(reader: Reader, id: UUID) -> tuple[Event, Subject]:
    """An event and its subject as it was right after it.

    Raises:
        NotFound: there is no such event, or its subject is gone.
    """
    event = events.one(reader.reading.connection, reader.tenant.key, id)
    if event is None:
        raise NotFound("event", id)
    return event, reader.at(event.subject, event.version)


def message(reader: Reader, endpoint: Endpoint, delivery: Delivery) -> Made:
    """What a delivery tells an endpoint, or why it tells nothing.

    Args:
        reader: of somebody who sees everything.
        endpoint: as it is now; what was owed to another one of its name is none of its business.
    """
    try:
        event, subject = happened(reader, UUID(delivery.payload["event"]))
    except NotFound as error:
        return Dead(str(error))
    except Exception as error:  # one that cannot be made must not hold up the others
        return Retry(f"The message could not be made: {type(error).__name__}: {error}")
    known = reader.reading.heard(endpoint.actor, event, subject)
    if known is None:
        return Dead("It is not for this webhook to know any more.")
    return message_of(known, reader.reading.seen_by(endpoint.actor, subject))
