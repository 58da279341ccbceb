"""A delivery: one thing owed to one recipient because of one event."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderloom.orders.subject import SubjectRef
from orderloom.store import due

MAIL = "mail"
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
        channel: MAIL, or HOOK for an `after_*` hook of a module.
        source: key of the notification, or "module:hook".
        subject: what the event is about.
        seq: of the event within its subject.
        recipient: e-mail address; "" for hooks.
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


@attrs.frozen
class Sent:
    """It arrived where we hand it over."""


@attrs.frozen
class Retry:
    """It did not arrive; a later attempt may succeed."""

    reason: str


@attrs.frozen
class Dead:
    """It will never arrive as it is; a person has to look."""

    reason: str


Outcome = Sent | Retry | Dead
