"""What an event brings about: who is owed a message, which modules' hooks are owed a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import attrs
from sqlalchemy import bindparam, select

from orderloom.errors import Problem
from orderloom.modules import Assembly
from orderloom.modules.contributions import Notification, Recipient
from orderloom.notify.asking import asked
from orderloom.notify.composing import letter
from orderloom.notify.delivery import DIGEST, HOOK, MAIL, Delivery, delivery_id
from orderloom.notify.enclosing import enclosed
from orderloom.notify.reaching import reached, refusal_of
from orderloom.notify.rows import row_of
from orderloom.notify.telling import Telling
from orderloom.orders.events import MOVED, PLACED, Event
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.store.schema import documents
from orderloom.values import Gather

_HEARD: dict[str, Callable[[Event, Subject], bool]] = {
    "after_order_event": lambda event, subject: isinstance(subject, Order),
    "after_status_changed": lambda event, subject: event.name == MOVED,
}
_LATEST = (
    select(documents.c.id)
    .where(
        documents.c.kind == bindparam("kind"),
        documents.c.subject_id == bindparam("subject"),
        documents.c.type == bindparam("type"),
    )
    .order_by(documents.c.revision.desc())
    .limit(1)
)


def owed(
    event: Event, subject: Subject, assembly: Assembly, reading: Telling
) -> tuple[Delivery, ...]:
    """Everything owed because of an event, to be written in the event's transaction.

    One delivery per notification and recipient, with the message as it is now; one per module and
    `after_*` hook it implements for the subject's type. Ids follow from event, source and
    recipient, so that one event cannot be owed twice.

    Args:
        event: appended to its subject, as its `seq` is the order in which hooks hear of it.
        subject: after the event.

    Raises:
        Refused: [notification.no_address], [notification.bad_address],
            [notification.bad_message], [notification.no_document]; all at once.
        ModuleFault: a notification's function failed.
        ValueError: the event was not appended yet.
    """
    return (
        *owed_messages(event, subject, assembly, reading),
        *owed_calls(event, subject, assembly),
    )


def owed_messages(
    event: Event, subject: Subject, assembly: Assembly, reading: Telling
) -> tuple[Delivery, ...]:
    """The messages among what is `owed`."""
    _check_appended(event)
    with Gather() as gather:
        return tuple(
            message
            for notification in _listening(event, subject, assembly)
            for message in _messages(notification, event, subject, assembly, reading, gather)
        )


def owed_calls(event: Event, subject: Subject, assembly: Assembly) -> tuple[Delivery, ...]:
    """The calls of hooks among what is `owed`; they depend on nothing but the event."""
    return tuple([_call(event, source) for source in _called(event, subject, assembly)])


def call_rows(
    tenant: str, event: Event, subject: Subject, assembly: Assembly
) -> list[dict[str, Any]]:
    """The rows of `owed_calls`, which differ in id and source only and are made by the dozen."""
    sources = _called(event, subject, assembly)
    if not sources:
        return []
    row = row_of(tenant, _call(event, sources[0]))
    return [{**row, "id": delivery_id(event, HOOK, source), "source": source} for source in sources]


def _called(event: Event, subject: Subject, assembly: Assembly) -> list[str]:
    _check_appended(event)
    return [
        f"{module}:{hook}"
        for hook, hears in _HEARD.items()
        if hears(event, subject)
        for module in assembly.dispatcher.modules_for(hook, type=subject.type)
    ]


def _call(event: Event, source: str) -> Delivery:
    return _delivery(event, HOOK, source, "", {"event": str(event.id)})


def _check_appended(event: Event) -> None:
    if event.seq < 1:
        raise ValueError("an event is owed to others only after it was appended")


def problems_of(
    event: Event, subject: Subject, assembly: Assembly, reading: Telling
) -> tuple[Problem, ...]:
    """Which recipients of an event could not be reached; for deciding, before it is appended.

    Raises:
        ModuleFault: a notification's function failed.
    """
    gather = Gather()
    for notification in _listening(event, subject, assembly):
        reached(notification, event, subject, reading, gather)
    return gather.problems


def _listening(event: Event, subject: Subject, assembly: Assembly) -> Iterator[Notification]:
    for notification in assembly.notifications.values():
        if notification.type == subject.type and _fits(notification, event):
            when = notification.when
            if when is None or asked(notification, "when", when, event, subject):
                yield notification


def _fits(notification: Notification, event: Event) -> bool:
    """By the event's name, or by its action: then only the action itself, not what it issued."""
    performed = event.name in (MOVED, PLACED)
    return notification.on == event.name or (performed and notification.on == event.action)


def _messages(
    notification: Notification,
    event: Event,
    subject: Subject,
    assembly: Assembly,
    reading: Telling,
    gather: Gather,
) -> Iterator[Delivery]:
    told = reached(notification, event, subject, reading, gather)
    mailed = any(one.channel == MAIL for one in told)
    document = gather.take(_document, notification, subject, reading) if mailed else None
    who = dict.fromkeys(one.recipient for one in told)
    seen = {each: _seen_by(each, event, subject, reading) for each in who}
    letters = {
        each: gather.take(letter, notification, *seen[each], each, reading, assembly)
        for each in who
    }
    attached = assembly.documents.get(notification.attach)
    shows = set(attached.shows) if attached else set()
    for one in told:
        if (written := letters[one.recipient]) is not None:
            payload = written.to_payload()
            if one.channel == DIGEST:
                payload |= {"user": one.recipient.user, "language": one.recipient.language}
            hidden = getattr(seen[one.recipient][1], "hidden", ())
            if one.channel == MAIL:
                payload |= enclosed(notification, event, assembly, hidden)
            made = _delivery(event, one.channel, notification.key, one.to, payload)
            goes_along = one.channel == MAIL and shows.isdisjoint(hidden)
            yield attrs.evolve(made, document_id=document if goes_along else None, next_at=one.due)


def _seen_by(
    recipient: Recipient, event: Event, subject: Subject, reading: Telling
) -> tuple[Event, Subject]:
    """An event and its subject as a user sees them; who is no user is told what the module says."""
    user = reading.user(recipient.user) if recipient.user else None
    return (event, subject) if user is None else reading.told_to(user, event, subject)


def _delivery(
    event: Event,
    channel: str,
    source: str,
    recipient: str,
    payload: dict[str, Any],
) -> Delivery:
    return Delivery(
        id=delivery_id(event, channel, source, recipient),
        channel=channel,
        source=source,
        subject=event.subject,
        seq=event.seq,
        recipient=recipient,
        payload=payload,
        next_at=event.at,
        created_at=event.at,
    )


def _document(notification: Notification, subject: Subject, reading: Telling) -> UUID | None:
    """The latest issue of what is attached, if anything is."""
    if not notification.attach:
        return None
    params = {"kind": subject.kind, "subject": subject.id, "type": notification.attach}
    rows = reading.rows(_LATEST, params)
    if not rows:
        text = "“{title}” is mailed with {document}, which was never issued. To go on, issue it."
        params = {"title": notification.title, "document": notification.attach}
        raise refusal_of(notification, "no_document", text, params)
    found: UUID = rows[0].id
    return found
