"""Files of subjects: kept before the transaction commits, named by it, read with a check."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.attachments import erase_names, fetch, key_of, of_subject, store, trouble
from orderloom.decide import sides_of
from orderloom.decide.attaching import ByHand, by_hand
from orderloom.desk.context import Context
from orderloom.desk.ledger import Ledger
from orderloom.desk.veiling import unveiled
from orderloom.errors import Refused
from orderloom.lifecycle import kinds_without
from orderloom.orders.attachments import Attachment, CheckedFile, Upload, told_files
from orderloom.orders.events import ATTACHED, Event
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events
from orderloom.store.subjects import Stored
from orderloom.tenants import CoreSettings


def keep(ledger: Ledger, files: Sequence[CheckedFile]) -> None:
    """Put the bytes of files where they lie, before anything is written to the database.

    If the command fails after all, nothing names them and the worker's sweep takes them away.

    Raises:
        Refused: [files.nowhere], [attachment.not_kept]; nothing was written to the database.
    """
    for one in files:
        try:
            ledger.files.put(key_of(ledger.tenant.key, one.id), one.content)
        except Refused:
            raise
        except Exception as error:  # of whatever stands behind the port
            raise trouble("not_kept", "{name} could not be kept: {reason}.", one, error) from error


def name(ledger: Ledger, event: Event, files: Sequence[CheckedFile]) -> None:
    """Write the rows of files that are kept, in the transaction of the event that attaches them."""
    store(ledger.connection, ledger.tenant.key, event, files)


def visible(reading: Context, subject: Subject) -> tuple[Attachment, ...]:
    """The files of a subject that the actor may know of, oldest first.

    Left out is what came in a status that does not show to him, as it is of the history, and of
    what he may not see those kinds that show it; a kind that no action declares any more may.
    """
    at = (reading.connection, reading.tenant.key, subject.ref)
    found = of_subject(*at)
    if found and (veil := reading.veil(reading.actor, subject)):
        told = {event.id for event in unveiled(events.history(*at), veil)}
        found = tuple(one for one in found if one.event in told)
    if found and (hidden := reading.hidden(subject)):
        merged = reading.assembly.lifecycles.get(subject.type)
        kinds = kinds_without(hidden, merged.lifecycle.all_actions if merged else ())
        found = tuple(one for one in found if one.kind in kinds)
    return found


def attach(ledger: Ledger, stored: Stored, uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Attach files to a subject that is locked, by hand.

    Raises:
        Refused: [attachment.*], [files.nowhere]; nothing was written.
        Forbidden: [right.side] the other side attaches such files.
    """
    subject = stored.subject
    files = by_hand(_by_hand(ledger, subject), uploads, ledger.read_upload)
    event = ledger.fact(subject, ATTACHED, told_files(files))
    keep(ledger, files)
    ledger.write(stored, event)
    name(ledger, event, files)
    there = of_subject(ledger.connection, ledger.tenant.key, subject.ref)
    return tuple(one for one in there if one.event == event.id)


def _by_hand(ledger: Ledger, subject: Subject) -> ByHand:
    assembly = ledger.assembly
    merged = assembly.lifecycles.get(subject.type)
    types = (assembly.order_types, assembly.subject_types)
    return ByHand(
        lifecycle=merged.lifecycle if merged else None,
        type=next((known[subject.type] for known in types if subject.type in known), None),
        status=subject.status,
        sides=sides_of(ledger.actor, subject, ledger.permission(subject, "note"), assembly),
        by=ledger.actor.id,
        there=ledger.attachments(subject),
        seen=visible(ledger, subject),
        most=ledger.settings(CoreSettings).attachment_most_by_hand,
    )


def read(ledger: Ledger, attachment: Attachment) -> bytes:
    """The bytes of an attachment, as they were when it was attached.

    Raises:
        Refused: [attachment.missing], [attachment.changed], [attachment.not_read].
    """
    return fetch(ledger.files, ledger.tenant.key, attachment)


def forget_names(ledger: Ledger, ref: SubjectRef) -> None:
    """Forget what the files of a subject were called, which may name people."""
    erase_names(ledger.connection, ledger.tenant.key, ref)
