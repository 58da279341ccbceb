"""Requests from CSV: a row is one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from orderloom import Column, Desk, Gather, Importer, NewSubject, Problem, Refused
from orderloom.directory import NumberColumn
from orderloom_procurement.requests.records import RequestData
from orderloom_procurement.requests.rows import rows_of_project
from orderloom_procurement.requests.stating import NewRequest, read_request
from orderloom_procurement.specification import SPECIFICATION, specs_in

# Which column a gate's field was read from.
_COLUMNS = {"needed_by": "needed by", "needed_until": "needed until", "specs": SPECIFICATION.name}

# The requests each project has, read once for a file: an import asks with every row.
_existing: WeakKeyDictionary[Desk, dict[str, set[tuple[Any, ...]]]] = WeakKeyDictionary()


def _read(cells: Mapping[str, str], desk: Desk) -> NewSubject:
    given: dict[str, Any] = {
        field.name: cells[_COLUMNS.get(field.name, field.name)]
        for field in attrs.fields(NewRequest)
    }
    with Gather() as gather:
        given["specs"] = gather.take(specs_in, cells[SPECIFICATION.name]) or ()
        request = gather.take(_request, NewRequest(**given), desk)
    assert request is not None
    _check_new(request, desk)
    return request


def _request(new: NewRequest, desk: Desk) -> NewSubject:
    try:
        return read_request(new, desk.reading)
    except Refused as refusal:
        raise Refused(
            attrs.evolve(problem, field=_COLUMNS.get(problem.field, problem.field))
            for problem in refusal.problems
        ) from None


def _check_new(request: NewSubject, desk: Desk) -> None:
    """A file imported twice would double its requests."""
    (data,) = (one for one in request.data if isinstance(one, RequestData))
    projects = _existing.setdefault(desk, {})
    if request.project not in projects:
        projects[request.project] = {
            (row.department, row.area, row.name, row.unit, row.needed_by, row.requester)
            for row in rows_of_project(desk.reading, request.project)
        }
    key = (data.department, data.area, request.title, data.unit, data.needed_by, data.requester)
    if key in projects[request.project]:
        text = (
            "{name} is asked for in {department} already, for the same day and requester. To "
            "change how much, use requests set; to ask for more, give another name or area."
        )
        params = {"name": request.title, "department": data.department}
        raise Refused([Problem("procurement.request.exists", text, "name", params=params)])


def _store(requests: Sequence[NewSubject], desk: Desk) -> int:
    _existing.pop(desk, None)
    return len(desk.place_many(requests))


REQUESTS = Importer(
    key="procurement.requests",
    title="Requests",
    columns=(
        Column(name="project", required=True, aliases=("event",), help="key such as summer-2027"),
        Column(name="department", required=True, aliases=("module",), help="such as Audio"),
        Column(name="area", aliases=("place", "stage"), help="such as Main stage"),
        Column(name="name", required=True, aliases=("item", "request"), help="what is asked for"),
        NumberColumn(name="quantity", required=True, aliases=("qty",), help="such as 12 or 2.5"),
        Column(name="unit", help="code, symbol or name such as pcs, m, kg; piece if empty"),
        Column(name="provider", required=True, help="house, artist or not_applicable"),
        Column(name="payor", help="house, artist or not_applicable; only if the house provides"),
        Column(name="needed by", aliases=("date", "from"), help="first day, such as 2027-06-12"),
        Column(name="needed until", aliases=("until", "to"), help="last day, such as 2027-06-14"),
        Column(name="requester", aliases=("collaborator", "artist"), help="id of a party"),
        Column(name="product", aliases=("sku", "article"), help="id of a product"),
        Column(name="notes", aliases=("remarks",), help="anything else"),
        SPECIFICATION,
    ),
    read=_read,
    store=_store,
)
