"""Issuing documents: number and revision in the transaction, bytes after commit."""

from __future__ import annotations

from typing import Any

from orderloom.desk.context import unprintable
from orderloom.desk.ledger import Ledger
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued
from orderloom.errors import Refused
from orderloom.orders.events import ISSUED
from orderloom.orders.subject import Subject
from orderloom.values import uuid7


def issue(ledger: Ledger, subject: Subject, document: str) -> Issued:
    """Issue a document of a subject.

    Raises:
        Refused: the document type is unknown, its texts cannot be printed, or somebody who is to
            hear of it cannot be reached; nothing was written.
    """
    key, ref = ledger.tenant.key, subject.ref
    ledger.document_type(document, subject)
    stored = ledger.load(ref, lock=True)  # two issues at once would both be the next revision
    before = issuing.latest(ledger.connection, key, ref, document)
    revision = 1 if before is None else before.revision + 1
    frozen = ledger.freeze(document, subject, number=subject.number, revision=revision)
    if problems := unprintable(frozen):
        raise Refused(problems)
    id = uuid7(ledger.now)
    said = issue_body(document, subject.number, document=str(id), revision=revision)
    event = ledger.fact(stored.subject, ISSUED, said)
    issued = Issued(
        id=id,
        subject=ref,
        type=document,
        number=subject.number,
        revision=revision,
        event_id=event.id,
        issued_at=ledger.now,
        language=frozen.language,
        frozen=frozen.to_json(),
    )
    ledger.progress.written = True
    issuing.store(ledger.connection, key, issued)
    ledger.write(stored, event)
    return issued


def issue_body(type: str, number: str, **more: Any) -> dict[str, Any]:
    """What the event of an issue says; "document" (its id) and "revision" once it is issued."""
    return {"type": type, "number": number, **more}
