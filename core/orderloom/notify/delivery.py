"""A delivery: one thing owed to one recipient because of one event."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderloom.modules.contributions import notifications
from orderloom.orders.events import Event
from orderloom.orders.subject import SubjectRef
from orderloom.store import due
from orderloom.values import uuid7

MAIL = notifications.MAIL
DIGEST = "digest"
INBOX = notifications.INBOX
HOOK = due.HOOK

OWED = due.OWED
DONE = "done"
DEAD = "dead"
STATES = (OWED, DONE, DEAD)


@attrs.frozen(kw_only=True)
class Delivery:
    """One row of the outbox.

    Attributes:
        id: UUIDv7; the same however often it is sent, so that receivers can remove duplicates.
        channel: MAIL, DIGEST for mail that waits to be gathered, INBOX, "webhook", or HOOK for an
            `after_*` hook of a module.
        source: key of the notification, "webhook:name", or "module:hook".
        subject: what the event is about.
        seq: of the event within its subject.
        recipient: e-mail address, id of a user for the inbox; "" for hooks.
        payload: the message as frozen when it was owed, JSON-ready.
        document_id: the issued document that goes with it.
        state: OWED until it is DONE or, when nothing more is tried, DEAD.
        attempts: how often it was tried and answered for.
        next_at: not tried before; aware UTC.
        leased_until: the worker named has it until then.
        worker: who has it, "" for nobody.
        error: why the latest attempt failed.
        done_at: when it came to rest, done or dead.
    """

    id: UUID
    channel: str
    source: str
    subject: SubjectRef
    seq: int
    recipient: str = ""
    payload: dict[str, Any] = attrs.field(factory=dict)
    document_id: UUID | None = None
    state: str = OWED
    attempts: int = 0
    next_at: datetime
    leased_until: datetime | None = None
    worker: str = ""
    error: str = ""
    created_at: datetime
    done_at: datetime | None = None


def delivery_id(event: Event, channel: str, source: str, recipient: str = "") -> UUID:
    """The id of what an event owes somebody: always the same, so that it is owed once."""
    name = "\n".join((str(event.id), channel, source, recipient))
    return uuid7(event.at, hashlib.sha256(name.encode()).digest()[:10])


@attrs.frozen
class Sent:
    """It arrived where we hand it over."""


@attrs.frozen
class Retry:
    """It did not arrive; a later attempt may succeed.

    Attributes:
        counts: towards the attempts after which it is given up; false if it was not even tried.
    """

    reason: str
    counts: bool = True


@attrs.frozen
class Dead:
    """It will never arrive as it is; a person has to look."""

    reason: str


Outcome = Sent | Retry | Dead
