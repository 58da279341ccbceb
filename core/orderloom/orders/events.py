"""Events: immutable facts, chained per subject."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderloom.orders import codec
from orderloom.orders.subject import SubjectRef

PLACED = "placed"
EDITED = "edited"
MOVED = "moved"
DELETED = "deleted"
RESTORED = "restored"
NOTED = "noted"
ISSUED = "issued"
ERASED = "erased"
CHANGED = "changed"  # the subject `tenant`: settings, roles, modules, overlays


@attrs.frozen(kw_only=True)
class Event:
    """One fact about one subject.

    Attributes:
        id: UUIDv7; receivers remove duplicates by it.
        seq: 1, 2, 3 … within the subject.
        name: what kind of fact ("placed", "edited", "moved", "issued" …).
        action: the action that was performed, "" for edits and notes.
        actor: who.
        version: the subject's version after it.
        lifecycle: digest of the lifecycle it ran under.
        reason: free text given with the command.
        body: further facts, JSON-ready (no personal data).
        record: the full subject after a content change, JSON-ready, without personal data;
            None when the content stayed.
        personal: names, addresses, contacts; kept apart so that they can be erased.
        cause: id of the event whose hook brought this one about.
        hash, previous: links of the subject's chain, hex; "" before it is appended.
    """

    id: UUID
    subject: SubjectRef
    seq: int
    at: datetime
    actor: str
    name: str
    action: str = ""
    source: str = ""
    target: str = ""
    version: int
    lifecycle: str = ""
    reason: str = ""
    body: dict[str, Any] = attrs.field(factory=dict)
    record: dict[str, Any] | None = None
    personal: dict[str, Any] | None = None
    cause: UUID | None = None
    previous: str = ""
    hash: str = ""


def chained_text(event: Event, personal_digest: str) -> str:
    """The text an event's hash covers: everything but the personal part, of which the digest."""
    raw = {
        field.name: getattr(event, field.name)
        for field in attrs.fields(Event)
        if field.name not in ("hash", "personal", "subject")
    }
    return codec.dumps(
        {
            **{name: _scalar(value) for name, value in raw.items()},
            "kind": event.subject.kind,
            "subject": str(event.subject.id),
            "personal": personal_digest,
        }
    )


def _scalar(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value
