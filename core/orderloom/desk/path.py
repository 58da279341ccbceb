"""The one path of every command: claim, load, decide, store, hooks, owe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self, cast
from uuid import UUID

import attrs

from orderloom.approvals import record
from orderloom.decide import Decision, decide
from orderloom.desk import filing
from orderloom.desk.facts import event_of, row_facts
from orderloom.desk.hooks import run_hooks
from orderloom.desk.issuing import issue, issue_body
from orderloom.desk.ledger import Cause, Ledger
from orderloom.desk.numbering import numbered
from orderloom.desk.sight import silent_fault
from orderloom.errors import Conflict, Forbidden, ModuleFault, NotFound, Problem, Refused
from orderloom.modules.contributions import Claim, Writing
from orderloom.orders.commands import Command, Perform, Place
from orderloom.orders.events import ISSUED, Event
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import claims, events, subjects
from orderloom.store.events import Chained
from orderloom.store.subjects import NewRow, Stored

DEEPEST = 8  # commands of `on_*` hooks nested deeper than this are a loop between two modules


@attrs.frozen
class Decided:
    """A decision, and the event it becomes; None as long as something speaks against it."""

    decision: Decision
    event: Event | None = None


@attrs.define(slots=False, eq=False, kw_only=True)
class Path(Ledger):
    """A ledger that carries out commands."""

    def decided(self, command: Command, before: Subject | None, reason: str = "") -> Decided:
        """Decide a command, with all that speaks against writing its outcome; writes nothing.

        As long as its options are open, nobody knows whom an action is told to.

        Args:
            command: what to do.
            before: the subject, None for `Place`.
            reason: kept with the event.

        Raises:
            ModuleFault: a hook failed.
        """
        try:
            decision = decide(command, before, self.assembly, self)
        except ModuleFault as fault:
            if not self._hidden_by(command, before):
                raise
            raise silent_fault(fault) from None
        after = decision.after
        if decision.problems or after is None or after is before:
            return Decided(decision)
        event = event_of(decision, after, self, self.cause.event, reason)
        action = decision.action
        if action is not None and action.options is not None and decision.options is None:
            return Decided(decision, event)
        issued = () if decision.waits else self._issues(decision, after)
        told = (event, *issued)
        problems = tuple(problem for one in told for problem in self.unreachable(one, after))
        return Decided(attrs.evolve(decision, problems=problems), None if problems else event)

    def _hidden_by(self, command: Command, before: Subject | None) -> tuple[str, ...]:
        """What the actor may not see of the subject of a command, be it still to be placed."""
        if before is not None or not isinstance(command, Place):
            return self.hidden(before) if before is not None else ()
        return self.hidden_of_new(command.new)

    def _issues(self, decision: Decision, after: Subject) -> Iterator[Event]:
        """The facts that documents will have been issued, as far as they are known."""
        for key in decision.action.issues if decision.action else ():
            yield self.drafted(after, ISSUED, issue_body(key, after.number))

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
        self.progress.begun = True
        stored = None if ref is None else self._claimed(command, ref)
        if ref is None:
            self._claim(command, None)
        before = None if stored is None else stored.subject
        if before is not None and seen is not None and seen.version != before.version:
            raise stale(seen, self.seen(before))
        decided = self.decided(command, before, reason)
        after = self._outcome(decided.decision)
        if before is not None and after is before:
            return self._left(decided.decision, before)
        filing.keep(self, decided.decision.files)
        return self._store([(decided, stored)], reason)[0]

    def place_all(self, commands: Sequence[Place], *, first: int = 0) -> list[Subject]:
        """Create many subjects, writing together what does not depend on one another.

        Two commands depend on one another if they claim the same row, or if a budget counts both;
        the later one is then decided after the earlier one was written.

        Args:
            commands: in order.
            first: index of the first one among all that the caller places.

        Raises:
            Refused: all problems of all commands, with `[index].` before their fields.
            Forbidden: the same, if nothing but rights is missing.
        """
        made: list[Subject] = []
        group: list[Decided] = []
        held: set[Claim] = set()
        problems: list[Problem] = []
        self.progress.begun = True
        self._lock(claim for command in commands for claim in self._claims(command, None))
        for index, command in enumerate(commands, start=first):
            wanted = self._claims(command, None)
            if held & wanted and not problems:
                made += self._store([(one, None) for one in group], "")
                group, held = [], set()
            decided = self.decided(command, None)
            if group and not problems and _counts_others(decided.decision):
                made += self._store([(one, None) for one in group], "")
                group, held = [], set()
                decided = self.decided(command, None)
            told = self.seen_problems(decided.decision)
            problems += (_placed_at(index, problem) for problem in told)
            group.append(decided)
            held |= wanted
        if problems:
            only_rights = all(problem.forbidden for problem in problems)
            raise (Forbidden if only_rights else Refused)(problems)
        made += self._store([(one, None) for one in group], "")
        self.latest.clear()  # nothing reads it any more, and there may be many chunks
        self.progress.placed.clear()
        return made

    def _outcome(self, decision: Decision) -> Subject:
        """The subject as it would be; what speaks against it is told as the actor may read it."""
        if decision.problems:
            decision = attrs.evolve(decision, problems=self.seen_problems(decision))
        return decision.subject()

    # ── writing ────────────────────────────────────────────────────────────────────────────

    def _store(
        self, decided: Sequence[tuple[Decided, Stored | None]], reason: str
    ) -> list[Subject]:
        """Write decided commands; what then stops them is told as the actor may read it."""
        decision = decided[0][0].decision
        with self._stopping(decision.before or decision.after):
            return self._write_all(decided, reason)

    @contextmanager
    def _stopping(self, subject: Subject | None) -> Iterator[None]:
        """What stops a command about a subject is told as the actor may read it."""
        try:
            yield
        except (Refused, Conflict, ModuleFault) as error:
            seen = error if subject is None else self.seen_error(error, subject)
            if seen is error:
                raise
            raise seen from None

    def _left(self, decision: Decision, before: Subject) -> Subject:
        """The subject of a command that writes nothing of it; hooks may, if its action is theirs.

        An action that leaves its subject is told to the hooks, and what they do takes place.
        """
        if decision.action is None or not decision.action.leaves:
            return before
        self.progress.written = True
        with self._stopping(before):
            nested = self._below(self.cause.event)
            run_hooks(decision, before, self.assembly, cast(Writing, nested))
        stored = self.latest.get(before.ref)
        return before if stored is None else stored.subject

    def _write_all(
        self, decided: Sequence[tuple[Decided, Stored | None]], reason: str
    ) -> list[Subject]:
        """Write decided commands, run their hooks, owe what their events bring about."""
        self.progress.written = True
        new: list[NewRow] = []
        done: list[tuple[Decision, Subject, Event]] = []
        afters = numbered([one.decision for one, _ in decided], self)
        for (one, stored), after in zip(decided, afters, strict=True):
            event = self._told(one, after, reason)
            head = events.START if stored is None else stored.head
            chained = events.chain(head, (event,), self.salt)
            done.append((one.decision, after, chained[-1]))
            if stored is None:
                new.append(self._new_row(after, chained))
                if self.cause.depth:
                    self.progress.placed.append(after.ref)
                self.latest[after.ref] = Stored(after, chained[-1].seq, chained[-1].hash)
            else:
                self.latest[after.ref] = subjects.update(
                    self.connection,
                    self.tenant.key,
                    stored,
                    after,
                    chained,
                    along=self.along([(chained[-1], after)]),
                    **row_facts(after, self.assembly, stored.subject),
                )
        if new:
            along = self.along((event, after) for _, after, event in done)
            subjects.insert(self.connection, self.tenant.key, new, along)
        for decision, after, written in done:
            filing.name(self, written, decision.files)
            self._follow(decision, after, written)
        return [self.latest[after.ref].subject for _, after, _ in done]

    def _new_row(self, after: Subject, chained: tuple[Chained, ...]) -> NewRow:
        record, personal = chained[-1].record, chained[-1].personal
        facts = row_facts(after, self.assembly)
        return NewRow(
            subject=after,
            events=chained,
            stage=facts["stage"],
            search=facts["search"] or "",
            fields=facts["fields"],
            plain=None if record is None else {**record, **(personal or {})},
        )

    def _told(self, decided: Decided, after: Subject, reason: str) -> Event:
        """The event that tells of a subject as it is with its number."""
        decision, event = decided.decision, decided.event
        if event is not None and after is decision.after:
            return event
        if event is not None and event.record is not None and decision.before is None:
            return attrs.evolve(event, record={**event.record, "number": after.number})
        return event_of(decision, after, self, self.cause.event, reason)

    def _follow(self, decision: Decision, after: Subject, event: Event) -> None:
        """What one written command brings about in the same transaction."""
        self.set_timers(decision.before, after)
        nested = self._below(event.id)
        if decision.approval is not None:
            record(self.connection, self.tenant.key, decision.approval)
            nested = nested.acting_as(decision.approval.actor or self.actor)
        run_hooks(decision, after, self.assembly, cast(Writing, nested))  # an `Execution`
        for key in decision.action.issues if decision.action and not decision.waits else ():
            issue(nested, self.latest[after.ref].subject, key)
        self.owe(event, after)

    def _below(self, cause: UUID | None) -> Self:
        """The same, as hooks use it: one deeper, because of an event."""
        nested = object.__new__(type(self))  # `copy` and `attrs.evolve` take several times as long
        nested.__dict__.update(self.__dict__, cause=Cause(cause, self.cause.depth + 1))
        return nested

    def _check_depth(self) -> None:
        if self.cause.depth > DEEPEST:
            text = (
                "Commands of hooks are nested more than {deepest} deep. To go on, switch off one "
                "of the modules that answer each other."
            )
            raise Refused([Problem("command.too_deep", text, params={"deepest": DEEPEST})])

    # ── loading and locking ────────────────────────────────────────────────────────────────

    def _claimed(self, command: Command, ref: SubjectRef) -> Stored:
        """The subject, locked after everything its decision depends on."""
        if not self.assembly.dispatcher.implements("claim_rows"):
            return self._known(self.load(ref, lock=True))
        seen = self._known(self.load(ref))
        held = self._claim(command, seen.subject)
        stored = self.hold(seen)
        if stored.subject.version != seen.subject.version:
            missed = self._claims(command, stored.subject) - held
            if missed:
                text = "It was changed by someone else at this moment. To go on, try again."
                both = self.seen(seen.subject), self.seen(stored.subject)
                raise Conflict(text, *both, retryable=True)
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
        if before is not None and (waiting := self._waiting(before)) is not None:
            wanted |= self._claims(waiting, before)
        self._lock(wanted)
        return wanted

    def _waiting(self, subject: Subject) -> Perform | None:
        """The action a subject waits to have approved: what now happens may let it take effect."""
        merged = self.assembly.lifecycles.get(subject.type)
        if merged is None or subject.status not in merged.lifecycle.waiting:
            return None
        request = self.approval(subject)
        return None if request is None else Perform(request.action, request.options)

    def _lock(self, wanted: Iterable[Claim]) -> None:
        claims.lock(self.connection, self.tenant.key, wanted, self.tables)

    def _claims(self, command: Command, before: Subject | None) -> set[Claim]:
        type = command.new.type if isinstance(command, Place) else before.type if before else ""
        found = self.assembly.dispatcher.collect(
            "claim_rows", type=type, command=command, before=before, reading=self
        )
        return {claim for _, claim in found}


def _counts_others(decision: Decision) -> bool:
    """Whether a limit added up what its user ordered: then what comes before has to be written."""
    return "spent" in (decision.gate or {})


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
