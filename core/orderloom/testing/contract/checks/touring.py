"""Whether the tour got everywhere, so that the other checks are worth something."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.errors import ModuleFault
from orderloom.lifecycle import STAGES, Merged
from orderloom.modules import HOOKS
from orderloom.store.find import Query
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, TOURED, Finding, check
from orderloom.testing.contract.tour import Attempt, Station
from orderloom.testing.contract.wording import told

_SAMPLES = "To have it looked at, say in samples.py of the package how: samples = Samples(…)."


@check(SOUND)
def statuses_are_reached(case: Case) -> Iterator[Finding]:
    """Every status and action of its own is reached by its samples, and shown in a tab."""
    if case.tour_error is not None:
        remedy = "To have it tried, mend what raises that, perhaps in samples.py."
        yield _hindered("It could not be tried", case.tour_error, remedy)
        return
    for type in case.types:
        merged = case.assembly.lifecycles[type]
        stations = case.tour.stations[type]
        if not stations:
            yield _hindered(f"No {type} could be placed", _hindrance(case, type))
            continue
        yield from _unreached(case, merged, stations)
        for station in stations:
            yield from _not_listed(case, station)


def _hindered(what: str, error: Exception | None, remedy: str = _SAMPLES) -> Finding:
    """What the tour did not get to; samples do not mend a module that fails."""
    if isinstance(error, ModuleFault):
        return Finding(
            f"{what}: module {error.module} failed in {error.hook}: {error.reason}",
            f"To have it looked at, mend module {error.module}.",
        )
    return Finding(f"{what}: {told(error) if error else 'nothing leads there.'}", remedy)


def _hindrance(case: Case, type: str, action: str = "") -> Exception | None:
    """Why the tour got no further: a module that failed before anything that was refused."""
    errors = [
        attempt.error
        for attempt in case.tour.attempts
        if attempt.move.type == type
        and attempt.error is not None
        and (attempt.move.action == action if action else attempt.station is None)
    ]
    return min(errors, key=lambda error: not isinstance(error, ModuleFault), default=None)


def _unreached(case: Case, merged: Merged, stations: list[Station]) -> Iterator[Finding]:
    lifecycle, whose = merged.lifecycle, merged.provenance
    reached = {station.subject.status for station in stations}
    done = _performed(case, lifecycle.name, stations)
    for action in lifecycle.all_actions:
        if whose.of_action(action.name) == case.key and action.name not in done:
            yield _hindered(
                f"Action {action.name} of {lifecycle.name} was never performed",
                _hindrance(case, lifecycle.name, action.name),
            )
    for status in lifecycle.statuses:
        if whose.of_status(status.name) != case.key or status.name in reached:
            continue
        leads = [action.name for action in lifecycle.all_actions if status.name in action.target]
        if set(leads) & done:  # or an action above says why
            yield Finding(
                f"Status {status.name} of {lifecycle.name} was never reached by "
                f"{', '.join(leads)}.",
                _SAMPLES,
            )


def _performed(case: Case, type: str, stations: list[Station]) -> set[str]:
    """The actions that were performed, by the tour itself or by hooks in its wake."""
    attempts = (one for one in case.tour.attempts if one.move.type == type)
    done = {one.move.action for one in attempts if one.error is None}
    with case.bench.reader() as reader:
        for station in stations:
            done |= {event.action for event in reader.history(station.subject.ref)}
    return done


def _not_listed(case: Case, station: Station) -> Iterator[Finding]:
    subject = station.subject
    with case.bench.reader() as reader:
        status = reader.status(subject)
        if status.stage not in STAGES:
            yield Finding(
                f"Status {status.name} is in no tab: its stage is {status.stage!r}.",
                f"To show it, use a stage of {', '.join(STAGES)}.",
            )
        for query in (
            Query(kind=subject.kind, type=subject.type, status=status.name),
            Query(kind=subject.kind, type=subject.type, stage=status.stage),
        ):
            if subject.id not in {one.id for one in reader.find(query, limit=1000).items}:
                yield Finding(
                    f"A {subject.type} in status {status.name} is not listed there.",
                    "To have it found, keep its status and stage as the lifecycle declares them.",
                )


@check(TOURED)
def hooks_run(case: Case) -> Iterator[Finding]:
    """Every hook it implements ran at least once."""
    ran = {hook for attempt in _attempts(case) for hook in attempt.fired} | case.ran_afterwards
    for name in case.probe.hooks:
        if not HOOKS[name].contributes and name not in ran:
            yield Finding(
                f"Nothing that was tried made {name} run, so it was not looked at.",
                "To have it run, name its types in touches=, or place something in samples.py "
                "that it is about.",
            )


def _attempts(case: Case) -> Iterator[Attempt]:
    for tour in case.tours:
        yield from tour.attempts
