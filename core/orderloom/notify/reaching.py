"""Whom a notification reaches: who may know, how each wants to be told, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules.contributions import Notification, Recipient
from orderloom.notify.addresses import mailable
from orderloom.notify.asking import answering, asked
from orderloom.notify.delivery import DIGEST, INBOX, MAIL
from orderloom.notify.telling import Telling
from orderloom.notify.wishes import GATHERED, NOW, OFF, Wishes, due_at
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject
from orderloom.values import Gather, shown


@attrs.frozen(kw_only=True)
class Reached:
    """One who is told, on one channel.

    Attributes:
        recipient: completed: with language, and with the name and address of his user.
        channel: MAIL, DIGEST or INBOX.
        to: e-mail address, or id of the user for the inbox.
        due: when it is sent.
    """

    recipient: Recipient
    channel: str
    to: str
    due: datetime


def reached(
    notification: Notification, event: Event, subject: Subject, reading: Telling, gather: Gather
) -> list[Reached]:
    """Who is told: once per address and once per inbox.

    Args:
        notification: that heard the event.
        event: what happened.
        subject: after it.
        reading: of the command.
        gather: takes up who cannot be reached.

    Raises:
        ModuleFault: the rule failed.
    """
    rule = answering(Recipient, notification.recipients)
    answer = asked(notification, "recipients", rule, event, subject, reading)
    known = list(_knowing(answer, subject, reading))
    if not known:
        return []
    users = frozenset(one.user for one in known if one.user)
    wishes = reading.wishes(users) if users and not notification.mandatory else Wishes({})
    found: dict[tuple[str, str], Reached] = {}
    for recipient in known:
        for channel in _channels(notification, recipient):
            how = wishes.how(recipient.user, notification.topic, channel) if recipient.user else NOW
            to = "" if how == OFF else gather.take(_place, notification, recipient, channel)
            if to:
                one = _reached(notification, recipient, channel, to, (how, event.at, reading))
                kind = INBOX if channel == INBOX else MAIL
                found.setdefault((kind, to), one)
    return list(found.values())


def _reached(
    notification: Notification,
    recipient: Recipient,
    channel: str,
    to: str,
    when: tuple[str, datetime, Telling],
) -> Reached:
    how, at, reading = when
    if channel != MAIL or how not in GATHERED or notification.attach:
        return Reached(recipient=recipient, channel=channel, to=to, due=at)
    due = due_at(how, at, reading.tenant.timezone)
    return Reached(recipient=recipient, channel=DIGEST, to=to, due=due)


def _knowing(
    answer: Iterable[Recipient], subject: Subject, reading: Telling
) -> Iterator[Recipient]:
    """Recipients with all that is known of them, without users who may not read the subject."""
    for recipient in answer:
        user = reading.user(recipient.user) if recipient.user else None
        if recipient.user and (user is None or not reading.lets_read(user, subject)):
            continue
        yield attrs.evolve(
            recipient,
            address=recipient.address or (user.email if user else ""),
            name=recipient.name or (user.name if user else ""),
            language=(
                recipient.language or (user.language if user else "") or reading.tenant.language
            ),
        )


def _channels(notification: Notification, recipient: Recipient) -> list[str]:
    """Those that reach a recipient: the inbox is a user's, and he needs no address for it."""
    inbox = INBOX in notification.channels and bool(recipient.user)
    mail = MAIL in notification.channels and bool(recipient.address or not inbox)
    return [channel for channel, there in ((MAIL, mail), (INBOX, inbox)) if there]


def _place(notification: Notification, recipient: Recipient, channel: str) -> str:
    if channel == INBOX:
        return recipient.user
    params = {
        "title": notification.title,
        "name": shown(recipient.name or recipient.address or recipient.user or "a recipient"),
    }
    if not recipient.address:
        text = "“{title}” is mailed to {name}, who has no address. To go on, give {name} one."
        raise refusal_of(notification, "no_address", text, params)
    try:
        return mailable(recipient.address, "")
    except Refused as refusal:
        text = "“{title}” cannot be mailed to {name}: {reason}"
        params["reason"] = str(refusal)
        raise refusal_of(notification, "bad_address", text, params) from refusal


def refusal_of(notification: Notification, code: str, text: str, params: dict[str, Any]) -> Refused:
    """Why a notification cannot be written or sent, in the name of its module."""
    module = notification.key.partition(".")[0]
    field = f"notifications.{notification.key}"
    return Refused([Problem(f"notification.{code}", text, field, params=params, module=module)])
