"""One command of a story: what is asked for, by whom, and what should come of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import attrs

from orderloom.decide import Decision, needed_for
from orderloom.desk import ActionView, Desk, Reader
from orderloom.errors import Conflict, ModuleFault, NotFound, Refused
from orderloom.orders.commands import Command, Perform, Place
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.testing.fuzzing.broken import BrokenInvariantError, require
from orderloom.testing.fuzzing.cast import actor_of
from orderloom.testing.fuzzing.facts import differing_fields

PREVIEW: Final = "preview equals outcome"
EXPLAIN: Final = "explain agrees with perform"
STALE: Final = "whoever saw an older version gets a conflict"
FAULTLESS: Final = "no module fails"
TENANTS: Final = "nothing of another tenant"
RIGHTS: Final = "nothing without a right"
_BAD_ROUTE: Final = "lifecycle.bad_route"


Ask = Callable[[Desk, str | None, Any], Any]
"""`ask(desk, key, target)`: asks a desk for it, with an idempotency key or None."""


@attrs.frozen(kw_only=True)
class Asked:
    """A command of a story.

    Attributes:
        at: name of the tenant whose desk is asked.
        by: name of the actor.
        ref: what it is about, None if something is placed.
        foreign: it is about something of another tenant.
        seen: the value the actor saw; None means "whatever it is now".
        command: as `decide` knows it, None for a note.
        call: asks a desk for it.
    """

    at: str
    by: str
    ref: SubjectRef | None
    foreign: bool
    seen: Subject | None
    command: Command | None
    call: Ask

    @property
    def target(self) -> Subject | SubjectRef | None:
        """What the desk is handed: the value that was seen, else the id."""
        return self.seen or self.ref


@attrs.frozen(kw_only=True)
class Expected:
    """What should come of a command, found out beforehand and without writing.

    Attributes:
        error: the class it should be refused with, None if it should be carried out.
        codes: of the problems, sorted.
        decision: as previewed, None if there was nothing to decide.
        view: of the action, as explained.
        now: the subject as it is before.
    """

    error: type[Exception] | None = None
    codes: tuple[str, ...] = ()
    decision: Decision | None = None
    view: ActionView | None = None
    now: Subject | None = None


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a command: what the desk answered, or how it refused."""

    answer: Any = None
    error: BaseException | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the problems, sorted."""
        return tuple(sorted(self.error.codes)) if isinstance(self.error, Refused) else ()


def expected(asked: Asked, reader: Reader) -> Expected:
    """Find out what should come of a command."""
    try:
        now = None if asked.ref is None else reader.get(asked.ref)
    except NotFound:
        return Expected(error=NotFound)
    if now is not None and asked.seen is not None and asked.seen.version != now.version:
        return Expected(error=Conflict, now=now)
    if asked.command is None:
        return Expected(now=now)
    try:
        before = None if isinstance(asked.command, Place) else now
        decision = reader.reading.decided(asked.command, before).decision
    except ModuleFault as fault:
        raise BrokenInvariantError(FAULTLESS, str(fault)) from fault
    return Expected(
        error=None if decision.allowed else Refused,
        codes=tuple(sorted(problem.code for problem in decision.problems)),
        decision=decision,
        view=_view(asked.command, now, reader),
        now=now,
    )


def _view(command: Command, now: Subject | None, reader: Reader) -> ActionView | None:
    if not isinstance(command, Perform) or now is None:
        return None
    views = (view for view in reader.explain(now) if view.action.name == command.action)
    return next(views, None)


def check_outcome(asked: Asked, due: Expected, outcome: Outcome) -> None:
    """Check what came of a command against what should have come of it.

    Raises:
        BrokenInvariantError: it is something else.
    """
    error = outcome.error
    _check_kind(error)
    if asked.foreign:
        require(isinstance(error, NotFound), TENANTS, f"Another tenant's {asked.ref} was found.")
        return
    if asked.command is None:  # a note: nothing says beforehand whether it may be written
        return
    told = f"It was to be {_told(due)}, and was {_done(outcome)}."
    if due.error is Conflict:
        require(isinstance(error, Conflict) and error.current == due.now, STALE, told)
        return
    require(isinstance(error, due.error) if due.error else error is None, PREVIEW, told)
    require(outcome.codes == due.codes, PREVIEW, told)
    if due.view is not None and isinstance(asked.command, Perform):
        _check_view(due.view, asked.command.options, outcome)


def check_rights(asked: Asked, due: Expected, reader: Reader) -> None:
    """Check that nobody without grants got a command carried out.

    Raises:
        BrokenInvariantError: it was, and is not everybody's.
    """
    decision = due.decision
    if (
        actor_of(asked.by).grants
        or asked.command is None
        or decision is None
        or decision.after is None
    ):
        return
    assembly, type = reader.assembly, decision.after.type
    declared = {**assembly.order_types, **assembly.subject_types}[type]
    needed = needed_for(asked.command, declared, assembly.lifecycles[type].lifecycle)
    require(not needed, RIGHTS, f"It was carried out for an actor without {needed}.")


def check_previewed(due: Expected, answer: Subject) -> None:
    """Check that what was written is what the preview showed.

    Raises:
        BrokenInvariantError: it is something else.
    """
    decision = due.decision
    if decision is None or decision.after is None:
        return
    shown, found = _anonymous(decision.after), _anonymous(answer)
    if decision.series is not None:
        shown = attrs.evolve(shown, number=found.number)
    if decision.before is None:
        found = attrs.evolve(found, id=shown.id)
    require(shown == found, PREVIEW, f"It has {differing_fields(found, shown)}.")


def _anonymous(subject: Subject) -> Subject:
    """The subject with the ids of its lines, made anew by every decision, by position."""
    if not isinstance(subject, Order):
        return subject
    ids = {line.id: UUID(int=line.position) for line in subject.lines}
    return attrs.evolve(
        subject,
        lines=tuple(attrs.evolve(line, id=ids[line.id]) for line in subject.lines),
        adjustments=tuple(
            attrs.evolve(one, line=ids.get(one.line) if one.line else None)
            for one in subject.adjustments
        ),
    )


def _check_kind(error: BaseException | None) -> None:
    if isinstance(error, Refused):
        routes = [str(problem) for problem in error.problems if problem.code == _BAD_ROUTE]
        require(not routes, FAULTLESS, " ".join(routes))
    meant = error is None or isinstance(error, Refused | NotFound | Conflict)
    require(meant, FAULTLESS, f"{type(error).__name__}: {error}")


def _check_view(view: ActionView, options: object, outcome: Outcome) -> None:
    """An action may be refused for the options it is given, never allowed in spite of explain."""
    codes = tuple(sorted(problem.code for problem in view.problems))
    told = f"Explained as {_listed(codes) or 'allowed'}, it was {_done(outcome)}."
    if view.action.options is None and not options:
        require(outcome.codes == codes, EXPLAIN, told)
    else:
        require(view.allowed or outcome.error is not None, EXPLAIN, told)


def _told(due: Expected) -> str:
    if due.error is None:
        return "carried out"
    return f"{due.error.__name__} {_listed(due.codes)}".rstrip()


def _done(outcome: Outcome) -> str:
    if outcome.error is None:
        return "carried out"
    return f"{type(outcome.error).__name__} {_listed(outcome.codes)}".rstrip()


def _listed(codes: tuple[str, ...]) -> str:
    return f"[{', '.join(codes)}]" if codes else ""
