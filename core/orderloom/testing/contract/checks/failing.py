"""Faults: one raised in each hook harms nothing but the command it was part of."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.errors import ModuleFault
from orderloom.modules import FAULTED, HOOKS, ON, Assemblies, Catalogue
from orderloom.orders.commands import NewOrder
from orderloom.testing.contract.bystander import KEY as BYSTANDER
from orderloom.testing.contract.bystander import TYPE as BYSTANDERS
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import TOURED, Finding, check
from orderloom.testing.contract.rows import differing, dump
from orderloom.testing.contract.tour import Attempt
from orderloom.testing.contract.wording import told

_MOST_MOVES = 3  # kinds of commands a hook is made to fail in
_SWALLOWED = "To be told of it, let errors of hooks and of nested commands through."
_WHOLE = "To write all or nothing, write through `writing` and neither commit nor open connections."


@check(TOURED)
def faults_are_contained(case: Case) -> Iterator[Finding]:
    """A fault in any hook writes nothing, names the hook, and leaves other types alone."""
    for hook in case.probe.hooks:
        if HOOKS[hook].contributes:
            yield from _while_contributing(case, hook)
        elif HOOKS[hook].form == "after":
            yield from _after_commit(case, hook)
        else:
            yield from _within_a_command(case, hook)


def _while_contributing(case: Case, hook: str) -> Iterator[Finding]:
    with case.probe.failing(hook, after=False):
        catalogue = Catalogue.of([case.probe.plugin(), *case.others])
        assembly = Assemblies(catalogue).of(dict.fromkeys(catalogue.loaded, ON))
    if assembly.states[case.key].state != FAULTED:
        yield Finding(f"A fault in {hook} goes unnoticed.", _SWALLOWED)
    if assembly.states[BYSTANDER].state != ON:
        yield Finding(f"A fault in {hook} takes another module with it.", _SWALLOWED)


def _within_a_command(case: Case, hook: str) -> Iterator[Finding]:
    """Fail before the hook does anything, and after it has, in different kinds of commands."""
    moves = {one.move.name: one for one in reversed(case.tour.attempts) if _shows(one, hook)}
    attempts = [*moves.values()][::-1][:_MOST_MOVES]
    trials = [(one, False) for one in attempts[:1]] + [(one, True) for one in attempts]
    for attempt, after in trials:
        found = list(_faulty(case, hook, attempt, after=after))
        yield from found
        if found:
            return


def _shows(attempt: Attempt, hook: str) -> bool:
    """Whether a fault in the hook would stop this attempt: explaining only tells of it."""
    return attempt.error is None and hook in attempt.fired and attempt.move.name != "explain"


def _faulty(case: Case, hook: str, attempt: Attempt, *, after: bool) -> Iterator[Finding]:
    bench, move = case.bench, attempt.move
    before = dump(bench.loom.engine)
    error: Exception | None = None
    with case.probe.failing(hook, after=after):
        try:
            with bench.desk() as desk:
                move.run(desk, attempt.station.subject.ref if attempt.station else None)
        except Exception as caught:
            error = caught
        changed = differing(before, dump(bench.loom.engine))
        yield from _others_go_on(case, hook)
    if not case.probe.blown:
        return  # this time it did not run: what was tried changes nothing any more
    named = isinstance(error, ModuleFault) and (error.module, error.hook) == (case.key, hook)
    if error is None:
        yield Finding(f"A fault in {hook} during {move.name} is swallowed.", _SWALLOWED)
    elif changed:
        yield Finding(
            f"A fault in {hook} during {move.name} leaves half of it written ({changed}).", _WHOLE
        )
    elif not named:
        yield Finding(f"A fault in {hook} during {move.name} is told as: {told(error)}", _SWALLOWED)


def _others_go_on(case: Case, hook: str) -> Iterator[Finding]:
    attempt = _place_bystander(case)
    if attempt is not None:
        yield Finding(
            f"While {hook} fails, orders of other modules cannot be placed: {told(attempt)}",
            _SWALLOWED,
        )


def _place_bystander(case: Case) -> Exception | None:
    """Place an order nobody here has to do with, and take it back; what went wrong."""
    try:
        with case.bench.desk() as desk, desk.together():
            desk.place(NewOrder(BYSTANDERS))
            raise _TakeBack
    except _TakeBack:
        return None
    except Exception as error:
        return error


class _TakeBack(Exception):
    pass


def _after_commit(case: Case, hook: str) -> Iterator[Finding]:
    """Have an event heard of while the hook fails, and again when it does not."""
    source = f"{case.key}:{hook}"
    if not case.hear_again(source):
        return  # it never ran: another check says so
    with case.probe.failing(hook, after=False):
        done = case.bench.work()
    if not any(one.about == source and one.outcome == "retry" for one in done):
        yield Finding(f"A fault in {hook} counts as heard.", _SWALLOWED)
    case.bench.clock.move(hours=2)
    if any(one.about == source and one.outcome != "sent" for one in case.bench.work()):
        yield Finding(
            f"After a fault, {hook} does not get over it.", "To be tried again, keep no state."
        )
