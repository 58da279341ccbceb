"""Coverage: is as much of a need on orders as is needed?

A pure rule over two figures, and the two figures read from a counter, so that the answer costs
the same however many orders a need is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from uuid import UUID

import attrs

from orderloom import EXACT, NotFound, Problem, Reading, Refused, nearest, plain
from orderloom_procurement.counters import NeedRow, row_of, rows_of_project
from orderloom_procurement.records import NEED
from orderloom_procurement.rights import READ_NEEDS, sight

NEEDS_ORDER = "needs_order"
SHORT = "short"
ON_ORDER = "on_order"
EXCESS = "excess"

TITLES = {
    NEEDS_ORDER: "Needs Order",
    SHORT: "Short",
    ON_ORDER: "On Order",
    EXCESS: "Excess",
}


@attrs.frozen(kw_only=True)
class Coverage:
    """How far a need is covered; all figures in the need's unit.

    Attributes:
        state: NEEDS_ORDER, SHORT, ON_ORDER or EXCESS.
        ordered: over all orders that count.
        short: what is still needed, 0 if nothing is.
        excess: what is ordered beyond the need, 0 if nothing is.
    """

    state: str
    needed: Decimal
    ordered: Decimal
    short: Decimal
    excess: Decimal

    def __str__(self) -> str:
        figures = f"{plain(self.ordered)} of {plain(self.needed)}"
        left = f", {plain(self.short)} short" if self.state == SHORT else ""
        over = f", {plain(self.excess)} too many" if self.state == EXCESS else ""
        return f"{TITLES[self.state]} ({figures}{left}{over})"


def coverage(needed: Decimal, ordered: Decimal) -> Coverage:
    """The coverage two figures amount to.

    Nothing ordered is Needs Order, less than needed Short, as much On Order, more Excess; so a
    need lowered to 0 while something is ordered is in Excess. Ordered counts the lines of orders
    in statuses that commit (Draft, Sent, Fulfilled), not of canceled and deleted ones.

    Args:
        needed: >= 0.
        ordered: >= 0, in the same unit.

    Source: BackOps, orders (line item editor).
    """
    difference = EXACT.subtract(needed, ordered)
    return Coverage(
        state=_state(needed, ordered),
        needed=needed,
        ordered=ordered,
        short=max(difference, Decimal(0)),
        excess=max(-difference, Decimal(0)),
    )


def _state(needed: Decimal, ordered: Decimal) -> str:
    if ordered == 0:
        return NEEDS_ORDER
    if ordered < needed:
        return SHORT
    return ON_ORDER if ordered == needed else EXCESS


@attrs.frozen
class CoveredNeed:
    """A need and how far it is covered."""

    need: NeedRow
    coverage: Coverage

    @classmethod
    def of(cls, need: NeedRow) -> CoveredNeed:
        """From the counter's row."""
        return cls(need, coverage(need.needed, need.ordered))


def coverage_of(reading: Reading, need: UUID) -> Coverage:
    """The coverage of one need over all its orders: one row is read.

    Raises:
        NotFound: there is no such need, it was deleted, or the actor may not see it.
    """
    row = row_of(reading, need)
    if row is None or not sight(reading, READ_NEEDS, row.project).sees(row.department):
        raise NotFound(NEED, need, "To see those there are, list them by project.")
    return coverage(row.needed, row.ordered)


def coverage_table(
    reading: Reading, project: str, *, department: str = "", state: str = ""
) -> tuple[CoveredNeed, ...]:
    """The needs of a project the actor may see, with their coverage, by department, area, name.

    Args:
        reading: of a desk, reader or hook.
        project: key of the project.
        department: only its needs.
        state: only those in this state.

    Raises:
        Refused: [procurement.coverage.state] there is no such state.
    """
    if state and state not in TITLES:
        text = "There is no coverage state {state}. To filter by one, use: {known}."
        known = nearest(state, TITLES, otherwise=", ".join(TITLES))
        params = {"state": state, "known": known}
        raise Refused([Problem("procurement.coverage.state", text, "state", params=params)])
    seen = sight(reading, READ_NEEDS, project).narrowed(department)
    found = map(CoveredNeed.of, rows_of_project(reading, project, seen))
    return tuple(one for one in found if not state or one.coverage.state == state)


def by_department(
    table: Iterable[CoveredNeed],
) -> Iterator[tuple[str, tuple[CoveredNeed, ...]]]:
    """A coverage table in groups, one for each department."""
    for department, group in groupby(table, lambda one: one.need.department):
        yield department, tuple(group)
