"""The writing doors: place, edit, perform, delete, note, issue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from orderloom.desk.administration import Administration
from orderloom.desk.copying import copied
from orderloom.desk.execution import Execution
from orderloom.desk.keyed import once
from orderloom.desk.nested import whole
from orderloom.desk.reader import Reader
from orderloom.directory import BoundDirectory, StandaloneDirectory
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import Forbidden, Problem, Refused
from orderloom.modules import Assemblies
from orderloom.orders.commands import (
    Change,
    Command,
    Delete,
    Edit,
    NewOrder,
    NewSubject,
    Perform,
    Place,
    Restore,
)
from orderloom.orders.events import ERASED, NOTED, Event
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events
from orderloom.tenants import Sources
from orderloom.values import text_of

S = TypeVar("S", bound=Subject)
Target = Subject | SubjectRef | UUID | str


class Desk(Reader):
    """A reader that can also write; every change passes here.

    Handing in the subject itself means "I saw this version": if someone changed it meanwhile,
    the command is a `Conflict` carrying both. Handing in its id means "whatever it is now".

    Commands are refused before anything is written. Once writing has begun, an error leaves the
    transaction fit only for rolling back, and the desk refuses to commit it.
    """

    def __init__(self, execution: Execution, assemblies: Assemblies, sources: Sources) -> None:
        super().__init__(execution)
        self._admin = Administration(execution, assemblies, sources)
        self._broken: BaseException | None = None

    def check_whole(self) -> None:
        """Raise what broke the desk, if something did and was swallowed; before committing."""
        if self._broken is not None:
            raise self._broken

    @property
    def tenant_changed(self) -> bool:
        """Whether this desk changed the tenant itself: modules, settings, overlays."""
        return self._admin.used

    @property
    def admin(self) -> Administration:
        """The tenant's own affairs: modules, settings, overlays."""
        return whole(self._admin, self._do.connection, self._begin)

    @property
    def directory(self) -> BoundDirectory:
        """The stand-alone directory, writable: parties, products, units, projects, users.

        Raises:
            Refused: [directory.host_owned] the host brought its own.
        """
        if not isinstance(self._do.directory, StandaloneDirectory):
            text = "Parties, products and users are the host's here. To change them, use the host."
            raise Refused([Problem("directory.host_owned", text)])
        bound = BoundDirectory(self._do.connection, self.tenant.key, self._admin.changed)
        return whole(bound, self._do.connection, self._begin)

    def _begin(self) -> None:
        self.check_whole()
        self._do.begin_command()

    # ── creating ───────────────────────────────────────────────────────────────────────────

    def place(
        self, new: NewOrder | NewSubject, *, action: str = "place", key: str | None = None
    ) -> Any:
        """Create an order (or another subject) through an action from `START`.

        Args:
            new: what is wanted; raw input, read by the gates.
            action: the creating action of the lifecycle.
            key: idempotency key; the same key and input give the same result.

        Raises:
            Refused: all problems of the input and of the modules' rules; nothing is written.
            Forbidden: a right is missing.
            ModuleFault: a hook failed.
        """
        return self.place_many([new], action=action, key=key)[0]

    def place_many(
        self,
        news: Iterable[NewOrder | NewSubject],
        *,
        action: str = "place",
        chunk: int = 500,
        key: str | None = None,
    ) -> list[Any]:
        """Create many, all or none, with one write per table and chunk.

        Args:
            news: in order; may be a generator, of which one chunk at a time is held.
            chunk: how many are decided and written together.
            key: as for `place`; binds all of them.

        Raises:
            Refused: the problems of every order of the chunk, fields starting with its index.
        """
        if key is not None:
            commands = [Place(new, action) for new in news]
            return list(self._write(lambda: self._once(key, commands, None, chunk)))
        made: list[Any] = []
        source = iter(news)
        while part := [Place(new, action) for new in islice(source, chunk)]:
            made += self._write(partial(self._place, part, chunk))
        return made

    def _once(
        self, key: str, commands: list[Place], target: SubjectRef | None, chunk: int
    ) -> Sequence[Subject]:
        return once(self._do, key, commands, target, lambda: self._place(commands, chunk))

    def _place(self, commands: list[Place], chunk: int) -> list[Subject]:
        if len(commands) == 1:
            return [self._do.carry_out(commands[0])]
        made: list[Subject] = []
        for start in range(0, len(commands), chunk):
            made += self._do.place_all(commands[start : start + chunk])
        return made

    def copy(self, order: Order, *, key: str | None = None) -> Order:
        """A new order with the same content, as if placed afresh: new prices, no history.

        Raises:
            Refused: the copy could not be placed now.
        """
        return cast(Order, self.place(copied(self.get(order.ref)), key=key))

    # ── changing ───────────────────────────────────────────────────────────────────────────

    def edit(
        self,
        target: Target,
        edits: Sequence[Edit] | Edit,
        *,
        reason: str = "",
        key: str | None = None,
    ) -> Any:
        """Change the content of a subject; an edit that changes nothing writes nothing.

        Raises:
            Refused: all problems; nothing is written.
            Forbidden: a right is missing, or the status is not editable for the actor's side.
            Conflict: the subject handed in is not the newest version; carries both.
        """
        change = Change(edits)
        return self._carry_out(change, target, reason, key)

    def perform(
        self,
        target: Target,
        action: str,
        options: object = None,
        *,
        reason: str = "",
        key: str | None = None,
    ) -> Any:
        """Perform an action of the lifecycle.

        Args:
            options: the action's options class, or a mapping of its fields.

        Raises:
            Refused: [action.illegal] from this status, or any other problem; nothing is written.
            Forbidden: a right is missing, or the action is the other side's.
            Conflict: the subject handed in is not the newest version; carries both.
        """
        return self._carry_out(Perform(action, options), target, reason, key)

    def delete(self, target: Target, *, reason: str = "", key: str | None = None) -> Any:
        """Hide a subject behind a tombstone: number and history stay, `restore` brings it back.

        Raises:
            Refused: [subject.not_deletable] in this status.
        """
        return self._carry_out(Delete(), target, reason, key)

    def restore(self, target: Target, *, reason: str = "", key: str | None = None) -> Any:
        """Bring a deleted subject back as it was.

        Raises:
            Refused: [subject.not_deleted], or what its content runs against today.
        """
        return self._carry_out(Restore(), target, reason, key)

    def _carry_out(self, command: Command, target: Target, reason: str, key: str | None) -> Any:
        ref = self._ref(target)
        seen = target if isinstance(target, Subject) else None
        self.get(ref)
        text = text_of(reason, "reason", longest=2000, multiline=True, required=False)

        def work() -> list[Subject]:
            return [self._do.carry_out(command, ref, seen=seen, reason=text)]

        return self._write(lambda: once(self._do, key, [command], ref, work))[0]

    def _write(self, work: Any) -> Any:
        """Run a command; if it fails after writing began, the desk can only roll back."""
        self._begin()
        try:
            return work()
        except BaseException as error:
            if self._do.written:
                self._broken = error
            raise

    # ── facts beside the content ───────────────────────────────────────────────────────────

    def note(self, target: Target, text: str) -> Event:
        """Write a note into the history; the content and the version stay.

        Raises:
            Refused: the text is empty, too long or holds control characters.
            Forbidden: the permission for notes is missing.
        """
        subject = self.get(self._ref(target))
        self._need(subject, "note")
        taken = text_of(text, "text", longest=10_000, multiline=True)
        return cast(
            Event,
            self._write(lambda: self._do.append(subject.ref, NOTED, {}, personal={"text": taken})),
        )

    def issue(self, target: Target, document: str) -> Issued:
        """Issue a document by hand: number and revision now, bytes after commit.

        Raises:
            Refused: [document.unknown], or its texts cannot be printed.
            Forbidden: the document's permission is missing.
        """
        subject = self.get(self._ref(target))
        type = self._do.document_type(document, subject)
        self._need(subject, "edit", type.permission)
        return cast(Issued, self._write(lambda: self._do.issue(subject, document)))

    def render(self, issued: Issued, format: str = "pdf") -> Rendered:
        """An issued document as a file; the bytes are kept with their SHA-256."""
        file = super().render(issued, format)
        self._write(
            lambda: issuing.keep(self._do.connection, self.tenant.key, issued, file, self._do.now)
        )
        return file

    def erase_personal(self, target: Target, *, reason: str) -> Event:
        """Erase names, addresses, contacts and notes from the history of a subject.

        The chain stays verifiable: its hashes cover salted digests of what is erased. The
        subject's present content is not touched; edit it first if it names people.

        Raises:
            Forbidden: only an admin may.
        """
        subject = self.get(self._ref(target))
        self._need(subject, "erase")

        def work() -> Event:
            self._do.load(subject.ref, lock=True)
            events.erase_personal(self._do.connection, self.tenant.key, subject.ref)
            return self._do.append(subject.ref, ERASED, {}, reason=reason)

        return cast(Event, self._write(work))

    def _need(self, subject: Subject, command: str, permission: str = "") -> None:
        needed = permission or self._permission(subject, command)
        if not self._do.allows(needed, subject):
            text = "You may not do this: it needs the permission {permission}."
            params = {"permission": needed}
            raise Forbidden([Problem("right.missing", text, params=params, forbidden=True)])
