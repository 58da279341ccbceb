"""Decisions: read only, and the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from orderloom.errors import Refused
from orderloom.modules import HOOKS
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import TOURED, Finding, check
from orderloom.testing.contract.tour import Attempt

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
# What a sample names may have been placed for this very attempt.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_READ_ONLY = ("claim", "check", "price", "tax", "adjust", "extend", "register")


@check(TOURED)
def checks_only_read(case: Case) -> Iterator[Finding]:
    """The hooks that decide write nothing."""
    guilty: dict[str, str] = {}
    for statement in case.probe.statements:
        verb = statement.text.lstrip().partition(" ")[0].upper()
        if HOOKS[statement.hook].form in _READ_ONLY and verb in _WRITING:
            guilty.setdefault(statement.hook, " ".join(statement.text.split())[:80])
    for hook, text in guilty.items():
        yield Finding(
            f"{hook} writes: {text}",
            "To keep previews and refusals without effect, write in an on_* hook.",
        )


@check(TOURED)
def decisions_are_repeatable(case: Case) -> Iterator[Finding]:
    """Asked twice about the same thing, it answers the same."""
    told: set[tuple[str, str]] = set()
    for attempt in case.tour.attempts:
        name = attempt.move.type, attempt.move.name
        if name in told or (attempt.error and not isinstance(attempt.error, Refused)):
            continue
        first = _outcome(attempt)
        second = _outcome(case.tour.attempt(attempt.move, attempt.station))
        if first != second:
            told.add(name)
            yield Finding(
                f"Asked twice, {attempt.move.name} of {attempt.move.type} came out differently: "
                f"{_shown(first)}, then {_shown(second)}.",
                "To decide the same every time, look at nothing but the arguments.",
            )


@check(TOURED)
def explanations_are_given(case: Case) -> Iterator[Finding]:
    """What may be done is told for every action, its options not known yet."""
    told: set[str] = set()
    for station in case.tour.all_stations():
        with case.bench.reader() as reader:
            views = reader.explain(station.subject.ref)
        for view in views:
            broken = next((one for one in view.problems if one.code == "module.fault"), None)
            if broken is not None and view.action.name not in told:
                told.add(view.action.name)
                yield Finding(
                    f"Asked whether {view.action.name} is possible, it fails: {broken}",
                    "To have it explained, let check_action bear with options that are None.",
                )


def _outcome(attempt: Attempt) -> tuple[Any, ...]:
    """What an attempt came to, without what is new each time."""
    after = attempt.after
    totals = str(getattr(after, "totals", ""))
    data = after.data.to_text() if hasattr(after, "data") and attempt.station else ""
    return (*attempt.told[3:], totals, _ID.sub("", data))


def _shown(outcome: tuple[Any, ...]) -> str:
    error, problems, after, totals, _ = outcome
    codes = ", ".join(code for code, _ in problems)
    return codes or (error if error != "NoneType" else f"{after} {totals}".strip())
