"""Problems and errors: coded, worded, filled in, and fit to travel between processes."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator

from orderloom.errors import OrderloomError, Problem
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import TOURED, Finding, check
from orderloom.testing.contract.probe import InjectedFault
from orderloom.testing.contract.wording import told

_PLACEHOLDER = re.compile(r"\{\w+\}")
_AMOUNT = re.compile(r"\d EUR\b")  # what orders of a bench are in
_REMEDY = re.compile(r"\bTo \w")


@check(TOURED)
def problems_are_well_made(case: Case) -> Iterator[Finding]:
    """What it refuses with says what to do, hides amounts, and survives another process."""
    for problem in dict.fromkeys(_problems(case)):
        yield from _badly_worded(case, problem)
        yield from _unpicklable(problem, f"Problem {problem.code}")
    seen: set[str] = set()
    for hook, error in case.probe.raised:
        name = type(error).__name__
        if isinstance(error, InjectedFault) or name in seen:
            continue
        if isinstance(error, OrderloomError):
            seen.add(name)
            yield from _unpicklable(error, f"{name} of {hook}")


def _problems(case: Case) -> Iterator[Problem]:
    """Every problem the module was heard to answer."""
    for attempt in case.tour.attempts:
        for problem in getattr(attempt.error, "problems", ()):
            if problem.module == case.key:
                yield problem
    for station in case.tour.all_stations():
        with case.bench.reader() as reader:
            for view in reader.explain(station.subject.ref):
                yield from (one for one in view.problems if one.module == case.key)


def _badly_worded(case: Case, problem: Problem) -> Iterator[Finding]:
    if problem.code == "module.fault":
        return
    if not problem.code.startswith(f"{case.key}."):
        yield Finding(
            f"The code of problem {problem.code} could be any module's.",
            f"To keep it apart, begin it with {case.key}.",
        )
    if _PLACEHOLDER.search(problem.message):
        yield Finding(
            f"Problem {problem.code} is not filled in: {problem.message}",
            "To fill it in, hand the values over in params=.",
        )
    if not _REMEDY.search(problem.message):
        yield Finding(
            f"Problem {problem.code} does not say what to do: {problem.message}",
            'To help, add a sentence: "To …, do …".',
        )
    if not problem.tells_figures and _AMOUNT.search(problem.message):
        yield Finding(
            f"Problem {problem.code} tells an amount to whoever may not see prices, too: "
            f"{problem.message}",
            "To have it hidden from them, hand it over in params= as Money or Price.",
        )


def _unpicklable(value: object, what: str) -> Iterator[Finding]:
    try:
        back = pickle.loads(pickle.dumps(value))
    except Exception as error:
        yield Finding(
            f"{what} cannot be handed to another process: {told(error)}",
            "To let it travel, hand all its arguments to super().__init__.",
        )
        return
    if str(back) != str(value):
        yield Finding(
            f"{what} is another one in another process: {back}",
            "To let it travel, hand all its arguments to super().__init__.",
        )
