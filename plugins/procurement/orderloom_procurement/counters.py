"""The rows beside the needs: what is needed, what is ordered, and which lines order it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import Reading, Subject, Writing
from orderloom.store import Scaled
from orderloom_procurement.records import NeedData
from orderloom_procurement.tables import allocations, needs


@attrs.frozen(kw_only=True)
class NeedRow:
    """A need as lists show it, with its counter.

    Attributes:
        needed, ordered: in `unit`; `ordered` over all lines of orders that count.
    """

    id: UUID
    project: str
    department: str
    area: str
    name: str
    needed: Decimal
    ordered: Decimal
    unit: str
    needed_by: date | None
    product: str


@attrs.frozen(kw_only=True)
class Allocation:
    """A line that covers a need.

    Attributes:
        quantity: in the need's unit, as the counter holds it.
        line_quantity: in the line's own unit.
    """

    line_id: UUID
    need_id: UUID
    quantity: Decimal
    line_quantity: Decimal


def _columns(table: sa.Table, record: type[Any]) -> list[sa.Column[Any]]:
    return [table.c[field.name] for field in attrs.fields(record)]


_NEEDS = sa.select(*_columns(needs, NeedRow))
_BY_ID = _NEEDS.where(needs.c.id.in_(bindparam("ids", expanding=True)))
_OF_PROJECT = _NEEDS.where(needs.c.project == bindparam("project"))
_OF_DEPARTMENTS = _OF_PROJECT.where(
    needs.c.department.in_(bindparam("departments", expanding=True))
)
_KNOWN = sa.select(needs.c.id).where(needs.c.id.in_(bindparam("ids", expanding=True)))
_INSERT = sa.insert(needs)
_AT = needs.c.id == bindparam("at_id")
_UPDATE = (
    sa.update(needs)
    .where(_AT)
    .values(
        {
            field.name: bindparam(field.name, type_=needs.c[field.name].type)
            for field in attrs.fields(NeedRow)
            if field.name not in ("id", "project", "ordered")
        }
    )
)
_DELETE = sa.delete(needs).where(_AT)
_MORE = (
    sa.update(needs)
    .where(_AT)
    .values(ordered=needs.c.ordered + bindparam("difference", type_=Scaled))
)

_ALLOCATED = sa.select(*_columns(allocations, Allocation)).where(
    allocations.c.order_id == bindparam("order")
)
_ORDERS = (
    sa.select(allocations.c.order_id).where(allocations.c.need_id == bindparam("need")).distinct()
)
_LINE = sa.and_(
    allocations.c.order_id == bindparam("at_order"), allocations.c.line_id == bindparam("at_line")
)
_ALLOCATE = sa.insert(allocations)
_FREE = sa.delete(allocations).where(_LINE)


# ── needs ──────────────────────────────────────────────────────────────────────────────────


def rows_of(reading: Reading, ids: Iterable[UUID]) -> dict[UUID, NeedRow]:
    """The rows of some needs by id; unknown and deleted ones are left out."""
    wanted = list(ids)
    found = reading.rows(_BY_ID, {"ids": wanted}) if wanted else ()
    return {row.id: NeedRow(**row._mapping) for row in found}


def row_of(reading: Reading, id: UUID) -> NeedRow | None:
    """The row of one need."""
    return rows_of(reading, (id,)).get(id)


def rows_of_project(
    reading: Reading, project: str, departments: Iterable[str] | None = None
) -> list[NeedRow]:
    """The rows of a project by department, area and name; compared alike on both engines.

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
    return sorted((NeedRow(**row._mapping) for row in found), key=_reading_order)


def known(reading: Reading, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these needs there are."""
    wanted = list(ids)
    found = reading.rows(_KNOWN, {"ids": wanted}) if wanted else ()
    return frozenset(row.id for row in found)


def _reading_order(row: NeedRow) -> tuple[str, ...]:
    texts = (row.department, row.area, row.name)
    return (*(text.casefold() for text in texts), *texts, str(row.id))


def insert(need: Subject, writing: Writing) -> None:
    """The row of a need that came into being, or came back: nothing is ordered of it."""
    row = {"id": need.id, "project": need.project, "ordered": Decimal(0), **_content(need)}
    writing.execute(_INSERT, row)


def update(need: Subject, writing: Writing) -> None:
    """The row of a need after a change; the counter stays."""
    writing.execute(_UPDATE, {"at_id": need.id, **_content(need)})


def delete(need: Subject, writing: Writing) -> None:
    """No row for a deleted need: no line can be allocated to it."""
    writing.execute(_DELETE, {"at_id": need.id})


def count(differences: Mapping[UUID, Decimal], writing: Writing) -> None:
    """Move the counters by what came to be ordered more, or less."""
    rows = [
        {"at_id": need, "difference": more} for need, more in sorted(differences.items()) if more
    ]
    if rows:
        writing.execute(_MORE, rows)


def _content(need: Subject) -> dict[str, Any]:
    data = need.data[NeedData]
    return {
        "department": data.department,
        "area": data.area,
        "name": need.title,
        "needed": data.quantity,
        "unit": data.unit,
        "needed_by": data.needed_by,
        "product": data.product,
    }


# ── allocations ────────────────────────────────────────────────────────────────────────────


def allocated(reading: Reading, order: UUID) -> dict[UUID, Allocation]:
    """What the lines of an order are counted for, by line."""
    found = reading.rows(_ALLOCATED, {"order": order})
    return {row.line_id: Allocation(**row._mapping) for row in found}


def orders_of(reading: Reading, need: UUID) -> tuple[UUID, ...]:
    """The orders that count for a need."""
    return tuple(sorted(row.order_id for row in reading.rows(_ORDERS, {"need": need})))


def allocate(order: UUID, lines: Iterable[Allocation], writing: Writing) -> None:
    """Write allocations of an order's lines."""
    rows = [{"order_id": order, **attrs.asdict(line)} for line in lines]
    if rows:
        writing.execute(_ALLOCATE, rows)


def free(order: UUID, lines: Iterable[UUID], writing: Writing) -> None:
    """Take the allocations of lines away."""
    rows = [{"at_order": order, "at_line": line} for line in lines]
    if rows:
        writing.execute(_FREE, rows)
