"""Requests as somebody sees them: lists, the pool, counts, and what is asked for beside a need.

Source: BackOps, requests (tabs and filters), procurement list, advance manager (counts).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from orderloom import Problem, Reading, Refused, nearest
from orderloom_procurement.requests.records import STATUSES
from orderloom_procurement.requests.rows import (
    Requested,
    RequestRow,
    counts_of_project,
    linked_rows,
    rows_of_project,
    sums,
)
from orderloom_procurement.rights import READ_REQUESTS, sight

GROUPS = ("department", "requester")


def request_table(
    reading: Reading, project: str, *, department: str = "", status: str = ""
) -> tuple[RequestRow, ...]:
    """The requests of a project the actor may see, by department, area, name and requester.

    Args:
        reading: of a desk, reader or hook.
        project: key of the project.
        department: only its requests.
        status: only those in this status.

    Raises:
        Refused: [procurement.request.status] there is no such status.
    """
    _check(status, ("", *STATUSES), "status")
    seen = sight(reading, READ_REQUESTS, project).narrowed(department)
    found = rows_of_project(reading, project, seen)
    return tuple(row for row in found if status in ("", row.status))


def pool(reading: Reading, project: str, *, department: str = "") -> tuple[RequestRow, ...]:
    """The requests that wait to be put on a need; arguments as `request_table`."""
    found = request_table(reading, project, department=department)
    return tuple(row for row in found if row.pooled)


def request_counts(
    reading: Reading, project: str, *, by: str = "department"
) -> dict[str, Mapping[str, int]]:
    """How many requests of a project stand where, as far as the actor may see them.

    Args:
        reading: of a desk or reader.
        project: key of the project.
        by: "department" or "requester".

    Returns:
        By department or requester, in order: the number in each status, and under "pool" of those
        that wait to be put on a need. Modules a collaborator has not filled in yet (BackOps:
        "incomplete") have no counterpart: a request is whole once it is submitted.

    Raises:
        Refused: [procurement.request.by] they cannot be counted by that.
    """
    _check(by, GROUPS, "by")
    seen = sight(reading, READ_REQUESTS, project).narrowed()
    return counts_of_project(reading, project, seen, by)


def linked(reading: Reading, needs: Iterable[UUID]) -> list[RequestRow]:
    """The requests on some needs, as far as the actor may see them."""
    found = linked_rows(reading, needs)
    views = {one: sight(reading, READ_REQUESTS, one) for one in {row.project for row in found}}
    return [row for row in found if views[row.project].sees(row.department)]


def requested(reading: Reading, need: UUID) -> Requested:
    """What the requests on a need add up to; its own quantity is decided apart from it."""
    return sums(linked(reading, [need])).get(need, Requested())


def _check(given: str, known: Collection[str], field: str) -> None:
    if given in known:
        return
    names = [name for name in known if name]
    text = "There is no {field} {given}. To go on, use: {known}."
    params = {"field": field, "given": given,
              "known": nearest(given, names, otherwise=", ".join(names))}  # fmt: skip
    raise Refused([Problem(f"procurement.request.{field}", text, field, params=params)])
