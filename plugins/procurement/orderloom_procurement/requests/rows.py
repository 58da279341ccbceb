"""The rows beside the requests: what lists, counts and links are read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import EXACT, Reading, Subject, Writing, plain
from orderloom_procurement.requests.records import (
    APPROVED,
    RESOURCE,
    Approvals,
    RequestData,
    approval_of,
    approvals,
    denied_at,
    linked_to,
)
from orderloom_procurement.tables import requests


@attrs.frozen(kw_only=True)
class RequestRow:
    """A request as lists show it.

    Attributes:
        kind: which approval it asks for.
        denied: the step it was denied at, "" if it was not.
        need: the need it is linked to.
    """

    id: UUID
    project: str
    department: str
    area: str
    name: str
    quantity: Decimal
    unit: str
    needed_by: date | None
    requester: str
    kind: str
    status: str
    denied: str
    need: UUID | None

    @property
    def approvals(self) -> Approvals:
        """How its two approvals stand."""
        return approvals(self.kind, self.status, self.denied)

    @property
    def pooled(self) -> bool:
        """Whether it waits to be linked: approved, to be sourced, and on no need yet."""
        return self.status == APPROVED and self.kind == RESOURCE and self.need is None


_TABLE = requests.c
_ROWS = sa.select(*(_TABLE[field.name] for field in attrs.fields(RequestRow)))
_OF_PROJECT = _ROWS.where(_TABLE.project == bindparam("project"))
_OF_DEPARTMENTS = _OF_PROJECT.where(_TABLE.department.in_(bindparam("departments", expanding=True)))
_LINKED = _ROWS.where(_TABLE.need.in_(bindparam("needs", expanding=True)))
_COUNTS = (
    sa.select(
        _TABLE.department,
        _TABLE.requester,
        _TABLE.status,
        _TABLE.kind,
        sa.func.count().label("all"),
        sa.func.count(_TABLE.need).label("linked"),
    )
    .where(_TABLE.project == bindparam("project"))
    .group_by(_TABLE.department, _TABLE.requester, _TABLE.status, _TABLE.kind)
)
_AT = _TABLE.id == bindparam("at_id")
_INSERT = sa.insert(requests)
_DELETE = sa.delete(requests).where(_AT)
_UPDATE = (
    sa.update(requests)
    .where(_AT)
    .values(
        {
            field.name: bindparam(field.name, type_=_TABLE[field.name].type)
            for field in attrs.fields(RequestRow)
            if field.name not in ("id", "project")
        }
    )
)


def insert(request: Subject, writing: Writing) -> None:
    """The row of a request that came into being, or came back."""
    writing.execute(_INSERT, {"id": request.id, "project": request.project, **_content(request)})


def update(request: Subject, writing: Writing) -> None:
    """The row of a request after a change or a decision."""
    writing.execute(_UPDATE, {"at_id": request.id, **_content(request)})


def delete(request: Subject, writing: Writing) -> None:
    """No row for a deleted request: it is not listed, counted or linked."""
    writing.execute(_DELETE, {"at_id": request.id})


def _content(request: Subject) -> dict[str, Any]:
    data = request.data[RequestData]
    return {
        "department": data.department,
        "area": data.area,
        "name": request.title,
        "quantity": data.quantity,
        "unit": data.unit,
        "needed_by": data.needed_by,
        "requester": data.requester,
        "kind": approval_of(data),
        "status": request.status,
        "denied": denied_at(request),
        "need": linked_to(request),
    }


def rows_of_project(
    reading: Reading, project: str, departments: Iterable[str] | None = None
) -> list[RequestRow]:
    """The requests of a project by department, area, name and requester.

    Args:
        reading: of a desk, reader or hook; no rights are asked.
        project: key of the project.
        departments: only theirs; None for all.
    """
    if departments is None:
        found = reading.rows(_OF_PROJECT, {"project": project})
    else:
        wanted = {"project": project, "departments": sorted(departments)}
        found = reading.rows(_OF_DEPARTMENTS, wanted)
    return sorted(map(_row, found), key=_reading_order)


def linked_rows(reading: Reading, needs: Iterable[UUID]) -> list[RequestRow]:
    """The requests linked to some needs, in the order of their project's list."""
    wanted = list(needs)
    found = reading.rows(_LINKED, {"needs": wanted}) if wanted else ()
    return sorted(map(_row, found), key=_reading_order)


def _row(found: Any) -> RequestRow:
    return RequestRow(**found._mapping)


def _reading_order(row: RequestRow) -> tuple[str, ...]:
    texts = (row.department, row.area, row.name, row.requester)
    return (*(text.casefold() for text in texts), *texts, str(row.id))


@attrs.frozen
class Requested:
    """What the requests linked to a need add up to.

    Attributes:
        count: of the requests.
        quantities: pairs of unit and sum, as many as they ask for in.
    """

    count: int = 0
    quantities: tuple[tuple[str, Decimal], ...] = ()

    def __str__(self) -> str:
        added = ", ".join(f"{plain(sum)} {unit}" for unit, sum in self.quantities)
        return f"{self.count} requests: {added}" if self.count else "no requests"


def sums(rows: Iterable[RequestRow]) -> dict[UUID, Requested]:
    """What linked requests add up to, by need."""
    added: dict[UUID, dict[str, Decimal]] = {}
    counted: Counter[UUID] = Counter()
    for row in rows:
        if row.need is None:
            continue
        counted[row.need] += 1
        units = added.setdefault(row.need, {})
        units[row.unit] = EXACT.add(units.get(row.unit, Decimal(0)), row.quantity)
    return {
        need: Requested(counted[need], tuple(sorted(units.items())))
        for need, units in added.items()
    }


def counts_of_project(
    reading: Reading, project: str, departments: Iterable[str] | None, by: str
) -> dict[str, Mapping[str, int]]:
    """How many requests stand where.

    Args:
        reading: of a desk or reader; no rights are asked.
        project: key of the project.
        departments: only theirs; None for all.
        by: "department" or "requester".

    Returns:
        By department or requester, in order: the number in each status, and under "pool" of those
        that wait to be linked.
    """
    kept = None if departments is None else frozenset(departments)
    found: dict[str, Counter[str]] = {}
    for row in reading.rows(_COUNTS, {"project": project}):
        if kept is not None and row.department not in kept:
            continue
        counted = found.setdefault(getattr(row, by), Counter())
        counted[row.status] += row.all
        if row.status == APPROVED and row.kind == RESOURCE:
            counted["pool"] += row.all - row.linked
    return {name: found[name] for name in sorted(found, key=lambda one: (one.casefold(), one))}
