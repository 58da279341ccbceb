"""Creating and changing: place, edit, perform, approve, delete, restore."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, cast
from uuid import UUID

from orderloom.desk.copying import copied
from orderloom.desk.execution import Execution
from orderloom.desk.keyed import lost, once
from orderloom.desk.reader import Reader
from orderloom.desk.rehearsal import Rehearsal, rehearse, seen_rehearsal
from orderloom.errors import NotFound, Refused
from orderloom.orders.attachments import Upload
from orderloom.orders.commands import (
    Approve,
    Change,
    Command,
    Copy,
    Delete,
    Edit,
    Escalate,
    NewOrder,
    NewSubject,
    Perform,
    Place,
    Refuse,
    Restore,
)
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.orders.unfit import unfit
from orderloom.store.faults import translated
from orderloom.values import decimal_of, text_of

Target = Subject | SubjectRef | UUID | str
LONGEST_REASON = 2000


class Changing(Reader):
    """A reader that can also create and change: one path for every command.

    Commands are refused before anything is written. Once writing has begun, an error leaves the
    transaction fit only for rolling back, and the door refuses to commit it.
    """

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution)
        self._broken: BaseException | None = None

    def check_whole(self) -> None:
        """Raise what broke the desk, if something did and was swallowed; before committing."""
        if self._broken is not None:
            raise self._broken

    def _check_readable(self, ref: SubjectRef) -> None:
        """Make sure that the actor may read a subject, which may have moved since he last did."""
        self._whole(ref)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commands that take effect whole or not at all; if one fails, the desk stays usable.

        They run in a SAVEPOINT of the desk's transaction. What the commands answered is void once
        the block has failed.

        Raises:
            whatever the block raises, or swallowed after writing had begun.
        """
        self.check_whole()
        try:
            with self._do.connection.begin_nested():
                yield
                self.check_whole()
        except BaseException:
            self._do.held.let_go()
            if not lost(self._do.connection):
                self._broken = None
            raise

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
            Forbidden: a right is missing; whoever lacks it is told of nothing else.
            ModuleFault: a hook failed.
        """
        return self._create(Place(new, action), key)

    def _create(self, command: Place, key: str | None) -> Any:
        def work() -> list[Subject]:
            return [self._do.carry_out(command)]

        made = self._write(lambda: once(self._do, key, [command], None, work))[0]
        return self._do.seen(made)

    def place_many(
        self,
        news: Iterable[NewOrder | NewSubject],
        *,
        action: str = "place",
        chunk: int = 500,
        key: str | None = None,
        each: Callable[[Any], object] | None = None,
    ) -> list[Any]:
        """Create many, all or none, with one write per table and chunk.

        What depends on one another is decided one after the other. Rows are claimed chunk by
        chunk: a later chunk claims its rows after an earlier one drew numbers, so that two callers
        of several chunks may get in each other's way (a retryable `Conflict`).

        Args:
            news: in order; may be a generator, of which one chunk at a time is held.
            action: the creating action of the lifecycle.
            chunk: how many are decided and written together, at least 1.
            key: as for `place`; binds all of them, which are then held at once.
            each: is given every one in turn, as soon as its chunk is written, and the answer stays
                empty: however many there are, they take the memory of one chunk. It must not use
                the desk; what it was given is void if a later one is refused.

        Raises:
            Refused: the problems of every order of the chunk, fields starting with its index
                among all; nothing is written, of the chunks before neither.
            Forbidden, ModuleFault: as `place`.
        """
        size = int(decimal_of(chunk, "chunk", minimum=1))
        commands = (Place(new, action) for new in news)
        made: list[Any] = []
        given = made.append if each is None else each

        def take(one: Any) -> None:
            given(self._do.seen(one))

        if key is None:
            self._write(lambda: self._all_or_none(commands, size, take))
            return made
        held = tuple(commands)

        def work() -> list[Subject]:
            placed: list[Subject] = []
            self._all_or_none(held, size, placed.append)
            return placed

        for one in self._write(lambda: once(self._do, key, held, None, work)):
            take(one)
        return made

    def _all_or_none(
        self, commands: Iterable[Place], chunk: int, take: Callable[[Any], object]
    ) -> None:
        """Place chunk by chunk; if one is refused, none was ever placed and the desk is whole."""
        placed = 0
        source = iter(commands)
        try:
            with self._do.connection.begin_nested():
                while part := list(islice(source, chunk)):
                    for one in self._do.place_all(part, first=placed):
                        take(one)
                    placed += len(part)
        except Refused:
            self._do.progress.written = False
            raise

    def copy(self, order: Target, *, key: str | None = None) -> Order:
        """A new order with the same content, as if placed afresh: new prices, no history.

        Args:
            order: as it is now, whichever version is handed in.
            key: as for `place`.

        Raises:
            NotFound: there is no such order, or the actor may not read it.
            Refused: [input.unfit] it is another subject than an order; the copy could not be
                placed now.
        """
        found = self._whole(self._ref(order))
        if not isinstance(found, Order):
            raise unfit("order", found.ref, "an order, its ref or its id")
        return cast(Order, self._create(Copy(copied(found, self.assembly)), key))

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
        return self._carry_out(Change(edits), target, reason, key)

    def perform(
        self,
        target: Target,
        action: str,
        options: object = None,
        *,
        files: Upload | Iterable[Upload] = (),
        reason: str = "",
        key: str | None = None,
    ) -> Any:
        """Perform an action of the lifecycle.

        Args:
            options: the action's options class, or a mapping of its fields.
            files: what comes with it, of the kinds it declares (`Action.attaches`).

        Raises:
            Refused: [action.illegal] from this status, [attachment.*], or any other problem;
                nothing is written.
            Forbidden: a right is missing, or the action is the other side's.
            Conflict: the subject handed in is not the newest version; carries both.
        """
        return self._carry_out(Perform(action, options, files=files), target, reason, key)

    def rehearse(
        self, target: Target, action: str, options: object = None, *, reason: str = ""
    ) -> Rehearsal:
        """Perform an action up to the last hook and take everything back: nothing is sent.

        Unlike `preview` it claims rows and runs the `on_*` hooks, and tells of every hook call.
        What refuses or fails the action is answered, not raised.

        Raises:
            NotFound: there is no such subject, or the actor may not read it.
        """
        ref = self._whole(self._ref(target)).ref
        text = _reason(reason)
        command = Perform(action, options)
        found = self._write(lambda: rehearse(self._do, command, ref, reason=text))
        return seen_rehearsal(cast(Rehearsal, found), self._readable[ref])

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

    # ── approvals ──────────────────────────────────────────────────────────────────────────

    def approve(
        self,
        target: Target,
        *,
        strike: Iterable[UUID | int] = (),
        reason: str = "",
        key: str | None = None,
    ) -> Any:
        """Approve what waits; with the last approval it takes effect, in this transaction.

        It is decided again then, as its requester and as the world is now. If a rule is in the
        way, the approvals stay and it goes on waiting: `approval(order).held_by` says why, and
        approving once more tries again.

        Args:
            target: an order (or another subject) that waits.
            strike: ids or positions of lines that are not approved; they are taken off. Earlier
                approvals stay.
            reason: kept with the event.

        Raises:
            Refused: [approval.none] it does not wait; [approval.twice]; [approval.strike_all];
                any other problem.
            Forbidden: [approval.own] whoever asked for it or changed it does not approve it;
                [approval.not_yours], [approval.not_yet] it needs somebody else (first).
            Conflict: the subject handed in is not the newest version; carries both.
        """
        return self._carry_out(Approve(tuple(strike)), target, reason, key)

    def refuse(self, target: Target, *, reason: str = "", key: str | None = None) -> Any:
        """Refuse what waits: whoever could approve it drops it instead.

        Raises:
            Refused, Forbidden, Conflict: as `approve`.
        """
        return self._carry_out(Refuse(), target, reason, key)

    def escalate(self, target: Target) -> Any:
        """Let those approve, too, whom requirements name once they are overdue; workers do so.

        Raises:
            Refused: [approval.none] it does not wait.
        """
        return self._carry_out(Escalate(), target, "", None)

    def expire(self, target: Target) -> Any:
        """Refuse what nobody approved in time; workers do so.

        Raises:
            Refused: [approval.none] it does not wait; [approval.not_expired].
        """
        return self._carry_out(Refuse(expired=True), target, "nobody approved it in time", None)

    @property
    def brought(self) -> tuple[Any, ...]:
        """What hooks placed because of the last command, as it is now, in the order they did.

        Such as the order that a reorder placed, or the invoice that an acceptance asked for. What
        the actor may not read is not among it; of `place_many` nothing is kept.
        """
        found = []
        for ref in self._do.progress.placed:
            with suppress(NotFound):  # not his to read, or taken back by the hook
                found.append(self._do.seen(self._whole(ref)))
        return tuple(found)

    # ── how ─────────────────────────────────────────────────────────────────────────────────

    def _carry_out(self, command: Command, target: Target, reason: str, key: str | None) -> Any:
        ref = self._ref(target)
        seen = target if isinstance(target, Subject) else None
        text = _reason(reason)

        def work() -> list[Subject]:
            return [self._do.carry_out(command, ref, seen=seen, reason=text)]

        done = self._write(lambda: once(self._do, key, [command], ref, work, reason=text))[0]
        return self._do.seen(done)

    def _write(self, work: Any) -> Any:
        """Run a command; if it fails after writing began, the desk can only roll back."""
        self._begin()
        try:
            with translated():
                return work()
        except BaseException as error:
            self._do.held.let_go()
            if self._do.progress.written or lost(self._do.connection):
                self._broken = error
            raise


def _reason(raw: str) -> str:
    return text_of(raw, "reason", longest=LONGEST_REASON, multiline=True, required=False)
