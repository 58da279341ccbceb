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
from orderloom.notify.enclosing import brought
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
    answer = asked(notification, "recipients", _named, notification, event, subject, reading)
    known = list(_knowing(notification, answer, subject, reading))
    if not known:
        return []
    users = frozenset(one.user for one in known if one.user)
    wishes = reading.wishes(users) if users and not notification.mandatory else Wishes({})
    alone = bool(notification.attach or brought(notification, event))
    found: dict[tuple[str, str], Reached] = {}
    for recipient in known:
        for channel in _channels(notification, recipient, subject, reading):
            how = _how(notification, recipient, channel, wishes)
            to = "" if how == OFF else gather.take(_place, notification, recipient, channel)
            if to:
                one = Reached(recipient=recipient, channel=channel, to=to, due=event.at)
                kind = INBOX if channel == INBOX else MAIL
                found.setdefault((kind, to), one if alone else _gathered(one, how, reading))
    return list(found.values())


def _how(notification: Notification, recipient: Recipient, channel: str, wishes: Wishes) -> str:
    """How a recipient is told: a user as he wishes of all topics it belongs to."""
    if not recipient.user:
        return NOW
    topics = (notification.topic, recipient.topic or notification.topic)
    return wishes.strictest(recipient.user, topics, channel)


def _gathered(one: Reached, how: str, reading: Telling) -> Reached:
    """One who is told, in his digest if he wishes that."""
    if one.channel != MAIL or how not in GATHERED:
        return one
    return attrs.evolve(one, channel=DIGEST, due=due_at(how, one.due, reading.tenant.timezone))


def _named(
    notification: Notification, event: Event, subject: Subject, reading: Telling
) -> list[Recipient]:
    """Whom the rule names, under topics users have heard of."""
    found = answering(Recipient, notification.recipients)(event, subject, reading)
    for one in found:
        if one.topic and one.topic not in notification.further:
            raise ValueError(f"it named the topic {one.topic}, which is not among `further`")
    return found


def _knowing(
    notification: Notification,
    answer: Iterable[Recipient],
    subject: Subject,
    reading: Telling,
) -> Iterator[Recipient]:
    """Recipients with all that is known of them, without users who may not know of the subject."""
    needed = notification.permission
    for recipient in answer:
        user = reading.user(recipient.user) if recipient.user else None
        if recipient.user and (user is None or not reading.lets_know(user, subject, needed)):
            continue
        yield attrs.evolve(
            recipient,
            address=recipient.address or (user.email if user else ""),
            name=recipient.name or (user.name if user else ""),
            language=(
                recipient.language or (user.language if user else "") or reading.tenant.language
            ),
        )


def _channels(
    notification: Notification, recipient: Recipient, subject: Subject, reading: Telling
) -> list[str]:
    """Those that reach a recipient.

    The inbox is a user's, who needs no address for it, but has to be let in to the subject.
    """
    user = reading.user(recipient.user) if recipient.user else None
    boxed = INBOX in notification.channels and user is not None
    mail = MAIL in notification.channels and bool(recipient.address or not boxed)
    inbox = boxed and user is not None and reading.lets_know(user, subject)
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
