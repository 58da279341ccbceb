"""Notifications: who is told what when an event happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from orderloom.modules.contributions.contexts import Reading
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject


@attrs.frozen
class Recipient:
    """Who gets it.

    Attributes:
        address: e-mail address.
        name: shown beside it.
        language: of the message, "" for the tenant's.
    """

    address: str
    name: str = ""
    language: str = ""


@attrs.frozen(kw_only=True)
class Message:
    """What is written to one recipient, frozen when it is owed."""

    subject: str
    text: str


@attrs.frozen(kw_only=True)
class Notification:
    """A message owed because of an event.

    Attributes:
        key: "procurement.rfq".
        type: the subject type it listens to.
        on: event name ("issued", "moved", "placed" …) or the name of an action ("send").
        when: narrows it further; None takes every such event.
        recipients: rule that names them; one delivery row each. Nobody → nothing is owed.
        write: the message for one recipient.
        attach: key of the document type whose latest issue goes with it, "" for none.
        channel: "mail".
    """

    key: str
    title: str
    type: str
    on: str
    recipients: Callable[[Event, Subject, Reading], Iterable[Recipient]]
    write: Callable[[Event, Subject, Recipient, Reading], Message]
    when: Callable[[Event, Subject], bool] | None = None
    attach: str = ""
    channel: str = "mail"
