"""Events: immutable facts, chained per subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderloom.orders import codec
from orderloom.orders.difference import without_texts
from orderloom.orders.subject import SubjectRef

PLACED = "placed"
EDITED = "edited"
MOVED = "moved"
DELETED = "deleted"
RESTORED = "restored"
NOTED = "noted"
ATTACHED = "attached"
ISSUED = "issued"
ERASED = "erased"
HELD = "held"  # it waits for approvals
APPROVED = "approved"  # a vote that does not let it go on yet
REFUSED = "refused"
ESCALATED = "escalated"  # others may approve it, too
CHANGED = "changed"  # the subject `tenant`: settings, roles, modules, overlays
NAMES = (
    PLACED, EDITED, MOVED, DELETED, RESTORED, NOTED, ATTACHED, ISSUED, ERASED, HELD, APPROVED,
    REFUSED, ESCALATED,
)  # fmt: skip
"""What can happen to subjects of modules."""


@attrs.frozen(kw_only=True)
class Event:
    """One fact about one subject.

    What is erasable lies beside the text the hash covers, and is empty once it was erased.

    Attributes:
        id: UUIDv7; receivers remove duplicates by it.
        seq: 1, 2, 3 … within the subject.
        name: what kind of fact ("placed", "edited", "moved", "issued" …).
        action: the action that was performed, "" for edits and notes.
        actor: who.
        version: the subject's version after it.
        lifecycle: digest of the lifecycle it ran under.
        reason: free text given with the command; erasable.
        body: further facts, JSON-ready. Its "options" and "file_names" are erasable, and so are
            the values of its "changes": which fields they were stays.
        record: the full subject after a content change, JSON-ready, without personal data;
            None when the content stayed.
        personal: names, addresses, contacts, the text of a note; erasable.
        cause: id of the event whose hook brought this one about.
        hidden: what whoever reads it may not see and does not find here; as `Order.hidden`.
        hash, previous: links of the subject's chain, hex; "" before it is appended, and where
            something is hidden.
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
    hidden: tuple[str, ...] = ()


#: Facts of a body that hold what somebody wrote, and values of the content before and after.
_TOLD = ("options", "changes", "file_names")
_SAID = "said"  # in the personal part: what was written beside the content
#: Fields that the text holds as they are.
_KEPT = (
    "seq", "actor", "name", "action", "source", "target", "version", "lifecycle", "record",
    "previous",
)  # fmt: skip


def chained_text(event: Event, seq: int, previous: str, personal_digest: str) -> str:
    """The text an event's hash covers: everything but what may be erased, of which the digest.

    Of the reason and the options nothing is kept in it, of the changes what was changed.

    Args:
        event: not chained yet.
        seq: its place in the chain of its subject.
        previous: hash of the event before it.
        personal_digest: of what may be erased, "" if there is nothing.
    """
    body = {name: value for name, value in event.body.items() if name not in _TOLD}
    if changes := event.body.get("changes"):
        body["changes"] = without_texts(changes)
    return codec.dumps(
        {
            "seq": seq,
            "actor": event.actor,
            "name": event.name,
            "action": event.action,
            "source": event.source,
            "target": event.target,
            "version": event.version,
            "lifecycle": event.lifecycle,
            "record": event.record,
            "previous": previous,
            "id": str(event.id),
            "kind": event.subject.kind,
            "subject": str(event.subject.id),
            "at": event.at.isoformat(),
            "cause": str(event.cause) if event.cause else None,
            "body": body,
            "personal": personal_digest,
        }
    )


def erasable(event: Event) -> dict[str, Any] | None:
    """What is kept beside the text of an event, so that it can be erased; None if nothing is.

    The personal part itself, and under a name of its own the reason, the options and the changes.
    """
    said = {name: event.body[name] for name in _TOLD if event.body.get(name)}
    if event.reason:
        said["reason"] = event.reason
    kept = {**(event.personal or {}), **({_SAID: said} if said else {})}
    return kept or None


def personal_of(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """The personal part of what `erasable` gave."""
    return {name: value for name, value in (kept or {}).items() if name != _SAID} or None


def whole_event(raw: Mapping[str, Any], kept: dict[str, Any] | None, hash: str) -> Event:
    """The event of a chained text, with what is kept beside it unless that was erased."""
    said = dict((kept or {}).get(_SAID, {}))
    fields = {name: raw[name] for name in _KEPT}
    return Event(
        **fields,
        id=UUID(raw["id"]),
        subject=SubjectRef(raw["kind"], UUID(raw["subject"])),
        at=datetime.fromisoformat(raw["at"]),
        cause=UUID(raw["cause"]) if raw["cause"] else None,
        reason=said.pop("reason", ""),
        body={**raw["body"], **said},
        personal=personal_of(kept),
        hash=hash,
    )
