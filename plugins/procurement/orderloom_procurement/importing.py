"""Needs from a CSV file: one row, one need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from orderloom import Column, Desk, Gather, Importer, NewSubject, Problem, Refused
from orderloom.directory import NumberColumn
from orderloom_procurement.counters import rows_of_project
from orderloom_procurement.needs import NewNeed, read_need
from orderloom_procurement.records import NeedData
from orderloom_procurement.specification import SPECIFICATION, specs_in

# Which column a gate's field was read from.
_COLUMNS = {"needed_by": "needed by", "specs": SPECIFICATION.name}

# The needs each project has, read once for a file: an import asks with every row.
_existing: WeakKeyDictionary[Desk, dict[str, set[tuple[Any, ...]]]] = WeakKeyDictionary()


def _read(cells: Mapping[str, str], desk: Desk) -> NewSubject:
    with Gather() as gather:
        specs = gather.take(specs_in, cells[SPECIFICATION.name])
        new = NewNeed(
            project=cells["project"],
            department=cells["department"],
            area=cells["area"],
            name=cells["name"],
            quantity=cells["quantity"],
            unit=cells["unit"],
            needed_by=cells["needed by"],
            source=cells["source"],
            product=cells["product"],
            specs=specs or (),
        )
        need = gather.take(_need, new, desk)
    assert need is not None
    _check_new(need, desk)
    return need


def _check_new(need: NewSubject, desk: Desk) -> None:
    """A file imported twice would double its needs."""
    (data,) = (one for one in need.data if isinstance(one, NeedData))
    projects = _existing.setdefault(desk, {})
    if need.project not in projects:
        projects[need.project] = {
            (one.department, one.area, one.name, one.unit, one.needed_by)
            for one in rows_of_project(desk.reading, need.project)
        }
    if (data.department, data.area, need.title, data.unit, data.needed_by) in projects[
        need.project
    ]:
        text = (
            "{project} needs {name} in {department} already. To raise it, use needs set; to add "
            "it again, give another name or area."
        )
        params = {"project": need.project, "name": need.title, "department": data.department}
        raise Refused([Problem("procurement.need.exists", text, "name", params=params)])


def _need(new: NewNeed, desk: Desk) -> NewSubject:
    try:
        return read_need(new, desk.reading)
    except Refused as refusal:
        raise Refused(
            attrs.evolve(problem, field=_COLUMNS.get(problem.field, problem.field))
            for problem in refusal.problems
        ) from None


def _store(needs: Sequence[NewSubject], desk: Desk) -> int:
    _existing.pop(desk, None)
    return len(desk.place_many(needs))


NEEDS = Importer(
    key="procurement.needs",
    title="Needs",
    columns=(
        Column(name="project", required=True, aliases=("event",), help="key such as summer-2027"),
        Column(name="department", required=True, aliases=("module",), help="such as Audio"),
        Column(name="area", aliases=("place", "stage"), help="such as Main stage"),
        Column(name="name", required=True, aliases=("item", "need"), help="what is needed"),
        NumberColumn(name="quantity", required=True, aliases=("qty",), help="such as 12 or 2.5"),
        Column(name="unit", help="code, symbol or name such as pcs, m, kg; piece if empty"),
        Column(name="needed by", aliases=("date", "due"), help="such as 2027-06-12"),
        Column(name="source", aliases=("requested by",), help="where the need comes from"),
        Column(name="product", aliases=("sku", "article"), help="id of a product"),
        SPECIFICATION,
    ),
    read=_read,
    store=_store,
)
