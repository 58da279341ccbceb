"""Carrying commands out inside one open transaction: claim, load, decide, store, hooks, owe."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderloom.decide import Decision, decide
from orderloom.desk.context import Context
from orderloom.desk.facts import event_of, row_facts
from orderloom.desk.hooks import run_hooks
from orderloom.desk.scoping import PARAMETER, scoped_change
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued
from orderloom.errors import Conflict, Forbidden, NotFound, Problem, Refused
from orderloom.modules.contributions import Claim, Series
from orderloom.notify import owe, owed
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
from orderloom.orders.events import ISSUED, Event
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import claims, events, numbering, schema, subjects, timers
from orderloom.store.faults import translated
from orderloom.store.subjects import NewRow, Stored
from orderloom.values import uuid7

S = TypeVar("S", bound=Subject)

DEEPEST = 8  # commands of `on_*` hooks nested deeper than this are a loop between two modules


@attrs.frozen
class Cause:
    """The event whose hooks are running, and how deep they are nested."""

    event: UUID | None = None
    depth: int = 0


@attrs.define(slots=False, eq=False, kw_only=True)
class Execution(Context):
    """`Writing` over one connection.

    Attributes:
        tables: tables rows of which may be claimed, by name.
        clock: gives every command its one instant.
        cause: set while hooks run.
        latest: what this transaction wrote, by subject.
        written: not empty as soon as the running command wrote something.
    """

    tables: Mapping[str, sa.Table]
    clock: Callable[[], datetime]
    cause: Cause = Cause()
    latest: dict[SubjectRef, Stored] = attrs.field(factory=dict)
    written: list[bool] = attrs.field(factory=list)

    def begin_command(self) -> None:
        """Give the next command its instant."""
        self.now = self.clock()
        self.__dict__.pop("today", None)
        self.written.clear()
        self.looked_up.clear()

    # ── the path ───────────────────────────────────────────────────────────────────────────

    def carry_out(
        self,
        command: Command,
        ref: SubjectRef | None = None,
        *,
        seen: Subject | None = None,
        reason: str = "",
    ) -> Subject:
        """Decide a command and write its outcome.

        Args:
            command: what to do.
            ref: the subject, None for `Place`.
            seen: the subject as the caller saw it; None means "whatever it is now".
            reason: kept with the event.

        Raises:
            Refused: the decision's problems; nothing was written.
            Forbidden: a right is missing; nothing was written.
            NotFound: there is no such subject, or the actor may not know of it.
            Conflict: the caller saw another version; carries both.
            ModuleFault: a hook failed; the transaction must be rolled back.
        """
        self._check_depth()
        stored = None if ref is None else self._claimed(command, ref)
        if ref is None:
            self._claim(command, None)
        before = None if stored is None else stored.subject
        if before is not None and seen is not None and seen.version != before.version:
            raise stale(seen, before)
        decision = decide(command, before, self.assembly, self)
        after = decision.subject()
        if after is before:
            return before
        return self._store([(decision, stored)], reason)[0]

    def place_all(self, commands: Sequence[Place], *, first: int = 0) -> list[Subject]:
        """Create many subjects, writing together what does not depend on one another.

        Two commands depend on one another if they claim the same row; the later one is then
        decided after the earlier one was written.

        Args:
            commands: in order.
            first: index of the first one among all that the caller places.

        Raises:
            Refused: all problems of all commands, with `[index].` before their fields.
            Forbidden: the same, if nothing but rights is missing.
        """
        made: list[Subject] = []
        group: list[Decision] = []
        held: set[Claim] = set()
        problems: list[Problem] = []
        self._lock(claim for command in commands for claim in self._claims(command, None))
        for index, command in enumerate(commands, start=first):
            wanted = self._claims(command, None)
            if held & wanted and not problems:
                made += self._store([(one, None) for one in group], "")
                group, held = [], set()
            decision = decide(command, None, self.assembly, self)
            problems += (_placed_at(index, problem) for problem in decision.problems)
            group.append(decision)
            held |= wanted
        if problems:
            only_rights = all(problem.forbidden for problem in problems)
            raise (Forbidden if only_rights else Refused)(problems)
        return made + self._store([(one, None) for one in group], "")

    def _store(
        self, decisions: Sequence[tuple[Decision, Stored | None]], reason: str
    ) -> list[Subject]:
        """Write decided commands, run their hooks, owe what their events bring about."""
        self.written.append(True)
        new: list[NewRow] = []
        done: list[tuple[Decision, Subject, Event]] = []
        for decision, stored in decisions:
            after = self._numbered(decision)
            head = events.START if stored is None else stored.head
            event = event_of(decision, after, self, reason)
            chained = events.chain(head, (event,), self.salt)
            facts = row_facts(after, self.assembly)
            if stored is None:
                new.append(NewRow(subject=after, events=chained, **facts))
                self.latest[after.ref] = Stored(after, chained[-1].seq, chained[-1].hash)
            else:
                self.latest[after.ref] = subjects.update(
                    self.connection, self.tenant.key, stored, after, chained, **facts
                )
            done.append((decision, after, chained[-1]))
        if new:
            subjects.insert(self.connection, self.tenant.key, new)
        for decision, after, event in done:
            self._follow(decision, after, event)
        return [self.latest[after.ref].subject for _, after, _ in done]

    def _follow(self, decision: Decision, after: Subject, event: Event) -> None:
        """What one written command brings about in the same transaction."""
        self.set_timers(decision.before, after)
        run_hooks(decision, after, self.assembly, self._caused_by(event))
        for key in decision.action.issues if decision.action else ():
            self._caused_by(event).issue(self.latest[after.ref].subject, key)
        self._owe(event, after)

    def _numbered(self, decision: Decision) -> Subject:
        after = decision.subject()
        if decision.series is None:
            return after
        return attrs.evolve(after, number=self._draw(decision.series, after))

    def _draw(self, series: Series, subject: Subject) -> str:
        year = self.today.year
        project = self.project(subject.project) if subject.project else None
        period = "/".join(
            part
            for part in (
                str(year) if series.yearly else "",
                subject.project if series.per_project else "",
            )
            if part
        )
        seq = numbering.draw(self.connection, self.tenant.key, series.key, period)
        prefix = project.prefix if project else ""
        return series.pattern.format(prefix=prefix, year=year, seq=seq)

    @staticmethod
    def salt() -> str:
        """Unguessable text for the digest of an event's personal part."""
        return secrets.token_hex(16)

    # ── loading and locking ────────────────────────────────────────────────────────────────

    def load(self, ref: SubjectRef, *, lock: bool = False) -> Stored:
        """A subject of the tenant.

        Raises:
            NotFound: there is none.
        """
        stored = subjects.load(self.connection, self.tenant.key, ref, lock=lock)
        if stored is None:
            raise NotFound(ref.kind, ref.id)
        return attrs.evolve(stored, subject=self.present(stored.subject))

    def _claimed(self, command: Command, ref: SubjectRef) -> Stored:
        """The subject, locked after everything its decision depends on."""
        if not self.assembly.dispatcher.implements("claim_rows"):
            return self._known(self.load(ref, lock=True))
        seen = self._known(self.load(ref))
        held = self._claim(command, seen.subject)
        stored = self.load(ref, lock=True)
        if stored.subject.version != seen.subject.version:
            missed = self._claims(command, stored.subject) - held
            if missed:
                text = "It was changed by someone else at this moment. To go on, try again."
                raise Conflict(text, seen.subject, stored.subject, retryable=True)
        return stored

    def _known(self, stored: Stored) -> Stored:
        """The subject, if the actor may know of it; what hooks do, they do in his stead.

        Raises:
            NotFound: he may not.
        """
        if self.cause.depth == 0 and not self.may_read(stored.subject):
            raise NotFound(stored.subject.kind, stored.subject.id)
        return stored

    def _claim(self, command: Command, before: Subject | None) -> set[Claim]:
        wanted = self._claims(command, before)
        self._lock(wanted)
        return wanted

    def _lock(self, wanted: Iterable[Claim]) -> None:
        claims.lock(self.connection, self.tenant.key, wanted, self.tables)

    def _claims(self, command: Command, before: Subject | None) -> set[Claim]:
        type = command.new.type if isinstance(command, Place) else before.type if before else ""
        found = self.assembly.dispatcher.collect(
            "claim_rows", type=type, command=command, before=before, reading=self
        )
        return {claim for _, claim in found}

    # ── what follows an event ──────────────────────────────────────────────────────────────

    def _owe(self, event: Event, subject: Subject) -> None:
        if deliveries := owed(event, subject, self.assembly, self):
            owe(self.connection, self.tenant.key, deliveries)

    def set_timers(self, before: Subject | None, after: Subject) -> None:
        """Start the timers of the status a subject now rests in, stop those of the one it left."""
        left, rests = _rests(before), _rests(after)
        if left == rests:
            return
        at = (self.connection, self.tenant.key, after.ref)
        for timer in self.assembly.lifecycles[after.type].lifecycle.timers:
            if timer.source == rests:
                timers.set_timer(*at, timer.name, self.now + timer.after)
            elif timer.source == left:
                timers.clear_timer(*at, timer.name)

    def append(self, ref: SubjectRef, name: str, body: dict[str, Any], **more: Any) -> Event:
        """Append a fact that leaves the subject's version as it is; it is owed like any other."""
        self.written.append(True)
        stored = self.load(ref, lock=True)
        event = Event(
            id=more.pop("id", None) or uuid7(self.now),
            subject=ref,
            seq=0,
            at=self.now,
            actor=self.actor.id,
            name=name,
            version=stored.subject.version,
            lifecycle=stored.subject.lifecycle,
            cause=self.cause.event,
            body=body,
            **more,
        )
        chained = events.chain(stored.head, (event,), self.salt)
        self.latest[ref] = subjects.append(self.connection, self.tenant.key, stored, chained)
        self._owe(chained[-1], stored.subject)
        return chained[-1]

    # ── Writing ────────────────────────────────────────────────────────────────────────────

    def _caused_by(self, event: Event) -> Execution:
        return attrs.evolve(self, cause=Cause(event.id, self.cause.depth + 1))

    def _check_depth(self) -> None:
        if self.cause.depth > DEEPEST:
            text = (
                "Commands of hooks are nested more than {deepest} deep. To go on, switch off one "
                "of the modules that answer each other."
            )
            raise Refused([Problem("command.too_deep", text, params={"deepest": DEEPEST})])

    def execute(
        self,
        statement: Any,
        params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Run an insert, update or delete on a table of a module."""
        self.written.append(True)
        scoped = scoped_change(statement, schema.metadata)
        key = "tenant_id" if isinstance(statement, sa.Insert) else PARAMETER
        many = [params or {}] if isinstance(params, Mapping) or params is None else params
        rows = [{**row, key: self.tenant.key} for row in many]
        if not rows:
            return 0
        with translated():
            result = self.connection.execute(scoped, rows if len(rows) > 1 else rows[0])
        return int(result.rowcount)

    def place(self, new: NewOrder | NewSubject, *, action: str = "place") -> Subject:
        """Create another subject."""
        return self.carry_out(Place(new, action))

    def edit(self, subject: S, edits: Sequence[Edit] | Edit, *, reason: str = "") -> S:
        """Edit another subject."""
        change = Change(edits)
        return cast(S, self.carry_out(change, subject.ref, reason=reason))

    def perform(self, subject: S, action: str, options: object = None, *, reason: str = "") -> S:
        """Perform an action on another subject."""
        return cast(S, self.carry_out(Perform(action, options), subject.ref, reason=reason))

    def delete(self, subject: Subject, *, reason: str = "") -> Subject:
        """Delete another subject."""
        return self.carry_out(Delete(), subject.ref, reason=reason)

    def restore(self, subject: Subject, *, reason: str = "") -> Subject:
        """Bring back a deleted subject."""
        return self.carry_out(Restore(), subject.ref, reason=reason)

    def issue(self, subject: Subject, document: str) -> Issued:
        """Issue a document: number and revision now, bytes after commit.

        Raises:
            Refused: the document type is unknown, or its texts cannot be printed.
        """
        if problems := self.document_problems(document, subject):
            raise Refused(problems)
        self.load(subject.ref, lock=True)  # two issues at once would both be the next revision
        before = issuing.latest(self.connection, self.tenant.key, subject.ref, document)
        revision = 1 if before is None else before.revision + 1
        frozen = self.freeze(document, subject, number=subject.number, revision=revision)
        event_id = uuid7(self.now)
        issued = Issued(
            id=uuid7(self.now),
            subject=subject.ref,
            type=document,
            number=subject.number,
            revision=revision,
            event_id=event_id,
            issued_at=self.now,
            language=frozen.language,
            frozen=frozen.to_json(),
        )
        self.written.append(True)
        issuing.store(self.connection, self.tenant.key, issued)
        body = {
            "document": str(issued.id),
            "type": document,
            "number": issued.number,
            "revision": revision,
        }
        self.append(subject.ref, ISSUED, body, id=event_id)
        return issued


def _rests(subject: Subject | None) -> str:
    """The status whose timers run; none for a subject that is deleted or not there yet."""
    return subject.status if subject is not None and subject.deleted_at is None else ""


def stale(seen: Subject, now: Subject) -> Conflict:
    """The conflict of whoever saw an older version; carries both."""
    text = (
        f"It was changed meanwhile: you saw version {seen.version}, it is now version "
        f"{now.version}. To go on, look at what changed and do it again."
    )
    return Conflict(text, seen, now)


def _placed_at(index: int, problem: Problem) -> Problem:
    field = f"[{index}].{problem.field}" if problem.field else f"[{index}]"
    return attrs.evolve(problem, field=field)
