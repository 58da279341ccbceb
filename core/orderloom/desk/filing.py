"""Files of subjects: kept before the transaction commits, named by it, read with a check."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import attrs

from orderloom.attachments import erase_names, key_of, of_subject, store
from orderloom.decide.attaching import by_hand
from orderloom.desk.context import Context
from orderloom.desk.ledger import Ledger
from orderloom.desk.veiling import unveiled
from orderloom.errors import Problem, Refused
from orderloom.lifecycle import BY_HAND, Merged
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
            raise _trouble("not_kept", "{name} could not be kept: {reason}.", one, error) from error


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
        told = {event.id: event.actor for event in unveiled(events.history(*at), veil)}
        known = (one for one in found if one.event in told)
        found = tuple(attrs.evolve(one, by=told[one.event]) for one in known)
    if found and (hidden := reading.hidden(subject)):
        kinds = _kinds_without(hidden, reading.assembly.lifecycles.get(subject.type))
        found = tuple(one for one in found if one.kind in kinds)
    return found


def _kinds_without(hidden: tuple[str, ...], merged: Merged | None) -> set[str]:
    """The kinds of files that show nothing of what is hidden."""
    actions = merged.lifecycle.all_actions if merged else ()
    declared = [one for action in actions for one in action.attaches]
    telling = {one.kind for one in declared if not set(hidden).isdisjoint(one.shows)}
    return {BY_HAND, *(one.kind for one in declared)} - telling


def attach(ledger: Ledger, stored: Stored, uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Attach files to a subject that is locked, by hand.

    What the actor attached so before counts; others have room of their own.

    Raises:
        Refused: [attachment.*], [files.nowhere]; nothing was written.
    """
    subject = stored.subject
    merged = ledger.assembly.lifecycles.get(subject.type)
    files = by_hand(
        merged.lifecycle if merged else None,
        [
            one
            for one in ledger.attachments(subject)
            if not one.action and one.by == ledger.actor.id
        ],
        uploads,
        ledger.settings(CoreSettings).attachment_most_by_hand,
        ledger.read_upload,
    )
    event = ledger.fact(subject, ATTACHED, told_files(files))
    keep(ledger, files)
    ledger.write(stored, event)
    name(ledger, event, files)
    there = of_subject(ledger.connection, ledger.tenant.key, subject.ref)
    return tuple(one for one in there if one.event == event.id)


def read(ledger: Ledger, attachment: Attachment) -> bytes:
    """The bytes of an attachment, as they were when it was attached.

    Raises:
        Refused: [attachment.missing], [attachment.changed], [attachment.not_read].
    """
    try:
        content = ledger.files.get(key_of(ledger.tenant.key, attachment.id))
    except FileNotFoundError:
        text = "The file of {name} is not where files are kept."
        raise _trouble("missing", text, attachment) from None
    except Exception as error:  # of whatever stands behind the port
        raise _trouble("not_read", "{name} cannot be read: {reason}.", attachment, error) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        text = "The file of {name} is not the one that was attached: somebody changed it."
        raise _trouble("changed", text, attachment)
    return content


def forget_names(ledger: Ledger, ref: SubjectRef) -> None:
    """Forget what the files of a subject were called, which may name people."""
    erase_names(ledger.connection, ledger.tenant.key, ref)


def _trouble(
    code: str, template: str, file: CheckedFile | Attachment, error: Exception | None = None
) -> Refused:
    remedy = {
        "not_kept": "To go on, try again, or have the place for files looked at.",
        "not_read": "To go on, try again, or have the place for files looked at.",
    }.get(code, "To have it again, restore it from a backup.")
    params = {"name": file.name, "reason": error}
    return Refused([Problem(f"attachment.{code}", f"{template} {remedy}", "files", params=params)])
