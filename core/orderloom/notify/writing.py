"""What an event brings about: who is owed a message, which modules' hooks are owed a call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import attrs
from sqlalchemy import bindparam, select

from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly
from orderloom.modules.contributions import Message, Notification, Reading, Recipient
from orderloom.notify.addresses import mailable
from orderloom.notify.asking import answering, asked
from orderloom.notify.delivery import HOOK, Delivery
from orderloom.notify.messages import Letter
from orderloom.notify.rows import row_of
from orderloom.orders.events import MOVED, PLACED, Event
from orderloom.orders.subject import ORDER, Subject
from orderloom.store.schema import documents
from orderloom.values import Gather, shown, uuid7

_HEARD: dict[str, Callable[[Event], bool]] = {
    "after_order_event": lambda event: event.subject.kind == ORDER,
    "after_status_changed": lambda event: event.name == MOVED,
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
    event: Event, subject: Subject, assembly: Assembly, reading: Reading
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
    event: Event, subject: Subject, assembly: Assembly, reading: Reading
) -> tuple[Delivery, ...]:
    """The messages among what is `owed`."""
    _check_appended(event)
    with Gather() as gather:
        return tuple(
            mail
            for notification in _listening(event, subject, assembly)
            for mail in _mails(notification, event, subject, reading, gather)
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
    return [{**row, "id": _id(event, HOOK, source), "source": source} for source in sources]


def _called(event: Event, subject: Subject, assembly: Assembly) -> list[str]:
    _check_appended(event)
    return [
        f"{module}:{hook}"
        for hook, hears in _HEARD.items()
        if hears(event)
        for module in assembly.dispatcher.modules_for(hook, type=subject.type)
    ]


def _call(event: Event, source: str) -> Delivery:
    return _delivery(event, HOOK, source, "", {"event": str(event.id)})


def _check_appended(event: Event) -> None:
    if event.seq < 1:
        raise ValueError("an event is owed to others only after it was appended")


def problems_of(
    event: Event, subject: Subject, assembly: Assembly, reading: Reading
) -> tuple[Problem, ...]:
    """Which recipients of an event could not be reached; for deciding, before it is appended.

    Raises:
        ModuleFault: a notification's function failed.
    """
    gather = Gather()
    for notification in _listening(event, subject, assembly):
        _recipients(notification, event, subject, reading, gather)
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


def _recipients(
    notification: Notification, event: Event, subject: Subject, reading: Reading, gather: Gather
) -> list[Recipient]:
    """Who gets it, once per address, each with the language to write in."""
    rule = answering(Recipient, notification.recipients)
    answer = asked(notification, "recipients", rule, event, subject, reading)
    found: dict[str, Recipient] = {}
    for recipient in answer:
        address = gather.take(_reachable, notification, recipient)
        if address is not None:
            language = recipient.language or reading.tenant.language
            found.setdefault(address, attrs.evolve(recipient, address=address, language=language))
    return list(found.values())


def _mails(
    notification: Notification, event: Event, subject: Subject, reading: Reading, gather: Gather
) -> Iterator[Delivery]:
    recipients = _recipients(notification, event, subject, reading, gather)
    document = gather.take(_document, notification, subject, reading) if recipients else None
    for recipient in recipients:
        letter = gather.take(_letter, notification, event, subject, recipient, reading)
        if letter is not None:
            yield _delivery(
                event, notification.channel, notification.key, recipient.address,
                letter.to_payload(), document,
            )  # fmt: skip


def _delivery(
    event: Event,
    channel: str,
    source: str,
    recipient: str,
    payload: dict[str, Any],
    document: UUID | None = None,
) -> Delivery:
    return Delivery(
        id=_id(event, channel, source, recipient),
        channel=channel,
        source=source,
        subject=event.subject,
        seq=event.seq,
        recipient=recipient,
        payload=payload,
        document_id=document,
        next_at=event.at,
        created_at=event.at,
    )


def _id(event: Event, channel: str, source: str, recipient: str = "") -> UUID:
    name = "\n".join((str(event.id), channel, source, recipient))
    return uuid7(event.at, hashlib.sha256(name.encode()).digest()[:10])


def _reachable(notification: Notification, recipient: Recipient) -> str:
    params = {
        "title": notification.title,
        "name": shown(recipient.name or recipient.address or "a recipient"),
    }
    if not recipient.address:
        text = "“{title}” is mailed to {name}, who has no address. To go on, give {name} one."
        raise _refusal(notification, "no_address", text, params)
    try:
        return mailable(recipient.address, "")
    except Refused as refusal:
        text = "“{title}” cannot be mailed to {name}: {reason}"
        params["reason"] = str(refusal)
        raise _refusal(notification, "bad_address", text, params) from refusal


def _letter(
    notification: Notification,
    event: Event,
    subject: Subject,
    recipient: Recipient,
    reading: Reading,
) -> Letter:
    write = answering(Message, lambda *args: [notification.write(*args)])
    (written,) = asked(notification, "write", write, event, subject, recipient, reading)
    try:
        return Letter.read(recipient.name, written.subject, written.text)
    except Refused as refusal:
        text = "“{title}” to {name} cannot be mailed as it is written: {reason}"
        params = {"title": notification.title, "name": shown(recipient.name or recipient.address)}
        reason = "; ".join(map(str, refusal.problems))
        raise _refusal(notification, "bad_message", text, params | {"reason": reason}) from refusal


def _document(notification: Notification, subject: Subject, reading: Reading) -> UUID | None:
    """The latest issue of what is attached, if anything is."""
    if not notification.attach:
        return None
    params = {"kind": subject.kind, "subject": subject.id, "type": notification.attach}
    rows = reading.rows(_LATEST, params)
    if not rows:
        text = "“{title}” is mailed with {document}, which was never issued. To go on, issue it."
        params = {"title": notification.title, "document": notification.attach}
        raise _refusal(notification, "no_document", text, params)
    found: UUID = rows[0].id
    return found


def _refusal(notification: Notification, code: str, text: str, params: dict[str, Any]) -> Refused:
    module = notification.key.partition(".")[0]
    field = f"notifications.{notification.key}"
    return Refused([Problem(f"notification.{code}", text, field, params=params, module=module)])
