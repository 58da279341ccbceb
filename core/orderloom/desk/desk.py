"""The writing doors: commands, what stands beside the content, and the tenant's own affairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from orderloom.decide import deleted_problems, parked_problems
from orderloom.desk import filing
from orderloom.desk.administration import Administration
from orderloom.desk.approving import ApprovalAffairs
from orderloom.desk.changing import LONGEST_REASON, Changing, Target
from orderloom.desk.execution import Execution
from orderloom.desk.granting import grantable, managing_of
from orderloom.desk.nested import whole
from orderloom.desk.notifications import Notifications
from orderloom.desk.path import stale
from orderloom.desk.reactions import Reactions
from orderloom.desk.webhooks import Webhooks
from orderloom.directory import BoundDirectory, StandaloneDirectory
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import Problem, Refused
from orderloom.modules import Assemblies
from orderloom.notify import forget
from orderloom.notify.inbox import mark_read
from orderloom.orders.attachments import Attachment, Upload, uploads_of
from orderloom.orders.events import ERASED, NOTED, Event
from orderloom.orders.subject import Subject
from orderloom.orders.unfit import unfit
from orderloom.store import events
from orderloom.tenants import Sources
from orderloom.values import Gather, id_of, text_of


class Desk(Changing):
    """A reader that can also write; every change passes here.

    Handing in the subject itself means "I saw this version": if someone changed it meanwhile,
    the command is a `Conflict` carrying both. Handing in its id means "whatever it is now".

    Commands are refused before anything is written. Once writing has begun, an error leaves the
    transaction fit only for rolling back, and the desk refuses to commit it.
    """

    def __init__(self, execution: Execution, assemblies: Assemblies, sources: Sources) -> None:
        super().__init__(execution)
        self._admin = Administration(execution, assemblies, sources)

    @property
    def tenant_changed(self) -> bool:
        """Whether this desk changed the tenant itself: modules, settings, overlays."""
        return self._admin.used

    @property
    def revision(self) -> int:
        """Of the tenant, what this desk changed of it included."""
        return self._admin.revision

    @property
    def admin(self) -> Administration:
        """The tenant's own affairs: modules, settings, overlays."""
        return whole(self._admin, self._do.connection, self._begin)

    @property
    def webhooks(self) -> Webhooks:
        """Where the tenant's events are told to other systems."""
        made = Webhooks(self._do, self._admin)
        return whole(made, self._do.connection, self._begin)

    @property
    def notifications(self) -> Notifications:
        """Whom the tenant tells what: topics and wishes, templates."""
        made = Notifications(self._do, self._admin)
        return whole(made, self._do.connection, self._begin)

    @property
    def reactions(self) -> Reactions:
        """Hooks of modules that are not called any more, since they kept failing."""
        made = Reactions(self._do, self._admin)
        return whole(made, self._do.connection, self._begin)

    @property
    def directory(self) -> BoundDirectory:
        """The stand-alone directory, writable: parties, products, units, projects, users.

        Raises:
            Refused: [directory.host_owned] the host brought its own.
        """
        if not isinstance(self._do.directory, StandaloneDirectory):
            text = "Parties, products and users are the host's here. To change them, use the host."
            raise Refused([Problem("directory.host_owned", text)])
        bound = BoundDirectory(
            self._do.connection,
            self.tenant.key,
            self._admin.changed,
            self._lookups,
            grantable(self.assembly, self.reading),
            managing_of(self.assembly, self.reading),
        )
        return whole(bound, self._do.connection, self._begin)

    @property
    def approvals(self) -> ApprovalAffairs:
        """Delegations, what users may order on their own, and the tenant's policy."""
        return whole(ApprovalAffairs(self._do, self._admin), self._do.connection, self._begin)

    # ── facts beside the content ───────────────────────────────────────────────────────────

    def note(self, target: Target, text: str) -> Event:
        """Write a note into the history; the content and the version stay.

        Raises:
            Refused: the text is empty, too long or holds control characters.
            Forbidden: the permission for notes is missing.
        """
        subject = self.get(self._ref(target))
        self._need(subject, "note")
        self._open(subject, allow_deleted=True)
        taken = text_of(text, "text", longest=10_000, multiline=True)
        return cast(
            Event,
            self._write(lambda: self._do.append(subject.ref, NOTED, {}, personal={"text": taken})),
        )

    def attach(self, target: Target, files: Upload | Iterable[Upload]) -> tuple[Attachment, ...]:
        """Attach files by hand; the content and the version stay.

        Their kinds are those that actions of the lifecycle declare, and "file" for any other.

        Raises:
            Refused: [attachment.*], [files.nowhere], [subject.deleted], [subject.parked]; nothing
                is written.
            Forbidden: the permission for notes is missing.
        """
        subject = self.get(self._ref(target))
        self._need(subject, "note")
        uploads = uploads_of(files)
        if not uploads:
            return ()

        def work() -> tuple[Attachment, ...]:
            stored = self._do.load(subject.ref, lock=True)
            self._open(stored.subject, allow_deleted=False)
            return filing.attach(self._do, stored, uploads)

        return cast(tuple[Attachment, ...], self._write(work))

    def mark_read(self, ids: Iterable[UUID | str] | None = None) -> int:
        """Mark messages of the actor's own inbox as read; answers how many were not yet.

        Args:
            ids: of `inbox`; None for all.

        Raises:
            Refused: [id.malformed], [input.unfit] no list at all.
        """
        if isinstance(ids, str) or not isinstance(ids, Iterable | None):
            raise unfit("ids", ids, "a list of ids")
        with Gather() as gather:
            read = None if ids is None else [gather.take(id_of, id, "ids") for id in ids]
        own = (self._do.connection, self.tenant.key, self.actor.id)
        wanted = None if read is None else [id for id in read if id]
        return cast(int, self._write(lambda: mark_read(*own, wanted, self._do.now)))

    def issue(self, target: Target, document: str) -> Issued:
        """Issue a document by hand: number and revision now, bytes after commit.

        Raises:
            Refused: [document.unknown], [subject.deleted], [subject.parked], or its texts cannot
                be printed.
            Forbidden: the document's permission is missing, or it shows what is hidden from him.
            Conflict: the subject handed in is not the newest version; carries both.
        """
        ref = self._ref(target)
        subject = self.get(ref)
        type = self._do.document_type(document, subject)
        self._need(subject, "edit", type.permission)
        self._need_sight(subject, document)

        def work() -> Issued:
            now = self._do.load(ref, lock=True).subject
            if isinstance(target, Subject) and target.version != now.version:
                raise stale(target, self._do.seen(now))
            self._open(now, allow_deleted=False)
            self._settled(now)
            return self._do.issue(now, document)

        return cast(Issued, self._write(work))

    def _settled(self, subject: Subject) -> None:
        """Make sure that it does not wait: documents tell of what took effect."""
        merged = self.assembly.lifecycles.get(subject.type)
        if merged is not None and subject.status in merged.lifecycle.waiting:
            text = "It waits for approval. To issue documents, have it approved first."
            raise Refused([Problem("subject.waits", text)])

    def render(self, issued: Issued | UUID | str, format: str = "") -> Rendered:
        """An issued document as a file; the bytes are kept with their SHA-256.

        Args, Raises: as of a reader.
        """
        at = (self._do.connection, self.tenant.key)
        stored = self._issued(issued)
        file = issuing.file_of(*at, stored, format)
        self._write(lambda: issuing.keep(*at, stored, file, self._do.now))
        return file

    def erase_personal(self, target: Target, *, reason: str) -> Event:
        """Erase what names people from the history and sent mail of a subject.

        Erased are parties, addresses, contacts and remarks, notes, reasons, the options of actions,
        the names of attached files and the values of changes; which fields were changed stays. The
        chain stays verifiable: its hashes cover salted digests of what is erased.

        Not touched are the subject's present content (edit it first if it names people), the
        titles, lines and module data of its former versions, what attached files contain, and
        issued documents: they are what was sent, and have to be kept.

        Raises:
            Forbidden: only an admin may.
        """
        subject = self.get(self._ref(target))
        self._need(subject, "erase")
        why = text_of(reason, "reason", longest=LONGEST_REASON, multiline=True)

        def work() -> Event:
            self._do.load(subject.ref, lock=True)
            self._do.progress.written = True
            events.erase_personal(self._do.connection, self.tenant.key, subject.ref)
            forget(self._do.connection, self.tenant.key, subject.ref)
            filing.forget_names(self._do, subject.ref)
            return self._do.append(subject.ref, ERASED, {}, reason=why)

        return cast(Event, self._write(work))

    def _open(self, subject: Subject, *, allow_deleted: bool) -> None:
        """Raise what keeps a subject from being worked with, outside of any decision."""
        if (blocked := self._do.assembly.blocked(subject.type)) is not None:
            raise blocked.with_traceback(None)  # it is shared: frames would pile up on it
        problems = list(parked_problems(subject, self._do))
        if not allow_deleted:
            problems += deleted_problems(subject)
        if problems:
            raise Refused(problems)
