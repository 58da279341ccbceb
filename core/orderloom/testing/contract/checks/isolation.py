"""Tenants: nothing of one appears in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orderloom.testing.contract.case import FOREIGN, Case
from orderloom.testing.contract.finding import TOURED, Finding, check
from orderloom.testing.contract.rows import differing, dump, texts
from orderloom.testing.contract.wording import told

# Nested commands write the core's index of words, which names the tenant in the words themselves.
_SEARCH = re.compile(r"\bol_search\w*")
_CONFINE = "To confine it, read through reading.rows and write through writing.execute."


@check(TOURED)
def tenants_are_isolated(case: Case) -> Iterator[Finding]:
    """The same story in two tenants: nothing of the one appears in the other."""
    yield from _unconfined(case)
    yield from _leaked(case)
    yield from _different(case)


def _unconfined(case: Case) -> Iterator[Finding]:
    """Statements of hooks that name our tables, but no tenant."""
    guilty: dict[str, str] = {}
    for one in case.probe.statements:
        text = " ".join(one.text.split())
        if "ol_" in _SEARCH.sub("", text) and "tenant" not in text:
            guilty.setdefault(one.hook, text[:100])
    for hook, text in guilty.items():
        yield Finding(f"{hook} looks at every tenant's rows: {text}", _CONFINE)


def _leaked(case: Case) -> Iterator[Finding]:
    """Names of the other tenant in what the first one holds and says."""
    said = [told(attempt.error) for attempt in case.tour.attempts if attempt.error]
    written = texts(dump(case.bench.loom.engine, tenant=case.bench.tenant))
    for what, text in (("its rows", written), ("its problems", "\n".join(said))):
        if FOREIGN in text:
            at = text.index(FOREIGN)
            yield Finding(
                f"Names of another tenant appear in {what}: …{text[max(0, at - 40) : at + 40]!r}…",
                "To keep tenants apart, keep nothing in module-level variables.",
            )


def _different(case: Case) -> Iterator[Finding]:
    """The first tenant's tour changed the other, or came out differently for its sake."""
    if changed := differing(case.other_before, case.other_after):
        yield Finding(f"What one tenant does changes the other's rows ({changed}).", _CONFINE)
    first, second = ([one.told for one in tour.attempts] for tour in case.tours)
    for one, other in zip(first, second, strict=False):
        if _unnamed(one) != _unnamed(other):
            yield Finding(
                f"{one[2]} of {one[0]} comes out differently where another tenant did it before: "
                f"{one[4] or one[5]}, then {other[4] or other[5]}.",
                _CONFINE,
            )
            return


def _unnamed(told: tuple[object, ...]) -> str:
    return str(told).replace(FOREIGN, "Sample")
