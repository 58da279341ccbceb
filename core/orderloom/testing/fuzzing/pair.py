"""The two tenants of a story: commands are carried out in one, and neither may notice the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs

from orderloom.desk import Reader
from orderloom.errors import Conflict, NotFound, Refused
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.store.engine import reading
from orderloom.testing.fuzzing.asking import (
    FAULTLESS,
    PREVIEW,
    TENANTS,
    Asked,
    Expected,
    Outcome,
    check_outcome,
    check_previewed,
    check_rights,
    expected,
)
from orderloom.testing.fuzzing.broken import require
from orderloom.testing.fuzzing.cast import ADMIN, actor_of
from orderloom.testing.fuzzing.facts import QUANTITIES, check_recorded
from orderloom.testing.fuzzing.settling import Book, check_due, check_end
from orderloom.testing.fuzzing.tables import Condensed, differing
from orderloom.testing.fuzzing.world import World

__tracebackhide__ = True  # of pytest: what is broken says all there is to see

UNTOUCHED: Final = "what is refused leaves everything as it is"
ONCE: Final = "a repeated command takes effect once"


class Pair:
    """Two fresh tenants of a world, each there from its first step on, and what is known of them.

    Every method raises `BrokenInvariantError` if something does not hold that must.

    Attributes:
        keys: name in stories -> key of the tenant.
        books: by name.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys: dict[str, str] = {}
        self.books: dict[str, Book] = {}
        self._left: dict[str, Condensed] = {}
        self._steps = 0

    def take(self, asked: Asked, *, fault: str = "", again: bool = False) -> Outcome:
        """Carry out a command, then check everything.

        Args:
            asked: the command.
            fault: what fails meanwhile; if it did, it is carried out once more without.
            again: carry it out twice, with one key.
        """
        self.world.clock.move(seconds=1)
        self._steps += 1
        key = f"step {self._steps}" if fault or again else None
        self._arrive(asked.at)
        outcome = self._attempt(asked, key, fault)
        if fault and self.world.injector.fired and outcome.error is not None:
            outcome = self._attempt(asked, key, "")
        if isinstance(outcome.error, Conflict):
            asked = attrs.evolve(asked, seen=None)
            outcome = self._attempt(asked, key, "")
        if again and asked.command is not None:
            self._repeat(asked, key, outcome)
        return outcome

    def wait(self, days: int) -> None:
        """Let days pass and the timers of both tenants run."""
        self.world.clock.move(days=days)
        for name, key in self.keys.items():
            self._arrive(name)
            # Not a whole round of the worker: mails and documents would take most of the time.
            done = list(self.world.worker._timers(key))
            failed = [one.reason for one in done if one.outcome == "failed"]
            require(not failed, FAULTLESS, " ".join(failed))
            run = sum(one.outcome == "run" for one in done)
            with self._reader(name) as reader:
                facts = None if _leaving_timers(reader) else run
                self.books[name].settle(reader, self.world.ground.check, facts)
                check_due(reader, self.world.clock())

    def end(self) -> None:
        """Check what must hold when a story is over."""
        for name, book in self.books.items():
            self._arrive(name)
            others = [
                ref for other in self.books.values() if other is not book for ref in other.known
            ]
            with self._reader(name) as reader:
                check_end(reader, book, others)

    # ── one attempt ────────────────────────────────────────────────────────────────────────

    def _attempt(self, asked: Asked, key: str | None, fault: str) -> Outcome:
        with self._reader(asked.at, asked.by) as reader:
            due = expected(asked, reader)
        guarded = fault or due.error or asked.command is None
        before = self._state(asked.at) if guarded else {}
        outcome = self._ask(asked, key, fault)
        if fault and self.world.injector.fired and fault not in self.world.ground.contained:
            require(outcome.error, UNTOUCHED, f"{fault} failed, and it was carried out.")
        elif outcome.error is None or not (fault and self.world.injector.fired):
            check_outcome(asked, due, outcome)
        if outcome.error is not None:
            self._same(before, self._state(asked.at), UNTOUCHED, asked.at)
            return outcome
        with self._reader(asked.at) as reader:
            self._settle(asked, due, outcome, reader)
            check_rights(asked, due, reader)
        return outcome

    def _ask(self, asked: Asked, key: str | None, fault: str) -> Outcome:
        answer, error = None, None
        world = self.world
        try:
            with (
                world.injector.armed(fault, world.engine),
                world.loom.desk(self.keys[asked.at], actor_of(asked.by)) as desk,
            ):
                try:
                    answer = asked.call(desk, key, asked.target)
                except (Refused, NotFound, Conflict) as refusal:
                    if fault:
                        raise
                    error = refusal  # it wrote nothing, so the desk may as well commit
        except Exception as failure:
            return Outcome(error=failure)
        return Outcome(answer=answer, error=error)

    def _settle(self, asked: Asked, due: Expected, outcome: Outcome, reader: Reader) -> None:
        book, answer = self.books[asked.at], outcome.answer
        stays = isinstance(answer, Subject) and answer == due.now
        action = due.decision.action if due.decision else None
        facts = None if action and action.leaves else 0 if stays else 1  # or what its hooks do
        book.settle(reader, self.world.ground.check, facts)
        if not isinstance(answer, Subject):
            return
        now = book.known[answer.ref]
        require(answer == now, PREVIEW, "What the desk answered is not what it wrote.")
        after = due.decision.after if due.decision else None
        if after is not None and after.version != answer.version:  # hooks went on with it
            decided = reader.at(answer.ref, after.version)
            require(
                _ordered(decided) == _ordered(answer), QUANTITIES, "Hooks changed what is ordered."
            )
            answer = decided
        check_recorded(asked.command, due.decision.before if due.decision else None, answer)
        check_previewed(due, answer)

    def _repeat(self, asked: Asked, key: str | None, first: Outcome) -> None:
        before = self._state(asked.at)
        second = self._ask(asked, key, "")
        self._same(before, self._state(asked.at), ONCE, asked.at)
        if first.error is None and isinstance(second.error, Refused | NotFound):
            rights = getattr(second.error, "problems", ())
            alike = all(problem.forbidden for problem in rights)
        else:
            alike = type(second.error) is type(first.error) and second.answer == first.answer
        require(alike, ONCE, f"First it was {first}, then {second}.")

    # ── states ─────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _reader(self, name: str, by: str = ADMIN) -> Iterator[Reader]:
        with self.world.loom.reader(self.keys[name], actor_of(by)) as reader:
            yield reader

    def _arrive(self, name: str) -> None:
        """Turn to a tenant: nothing of it may have changed while the story was elsewhere."""
        if name not in self.keys:
            self.keys[name], self.books[name] = self.world.tenant(name), Book()
        if name in self._left:
            self._same(self._left.pop(name), self._state(name), TENANTS, name)
        for other in self.keys.keys() - self._left.keys() - {name}:
            self._left[other] = self._state(other)

    def _state(self, name: str) -> Condensed:
        with reading(self.world.engine, self.keys[name]) as connection:
            return self.world.tables.condensed(connection, self.keys[name])

    def _same(self, before: Condensed, after: Condensed, invariant: str, name: str) -> None:
        tables = differing(before, after)
        require(not tables, invariant, f"Of the tenant {name}, rows of {tables} are others now.")


def _leaving_timers(reader: Reader) -> bool:
    """Whether some timer performs an action that is no fact of its own."""
    lifecycles = [merged.lifecycle for merged in reader.assembly.lifecycles.values()]
    return any(one.action(timer.action).leaves for one in lifecycles for timer in one.timers)


def _ordered(subject: Subject) -> dict[UUID, Decimal]:
    lines = subject.lines if isinstance(subject, Order) else ()
    return {line.id: line.quantity for line in lines}
