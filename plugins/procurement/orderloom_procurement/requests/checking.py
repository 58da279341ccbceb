"""Checks on requests: what they ask for, and what they may be linked to."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from orderloom import Action, Gather, Problem, Reading, Subject, known_product, unit_of
from orderloom_procurement import counters
from orderloom_procurement.counters import NeedRow
from orderloom_procurement.departments import department_problems
from orderloom_procurement.requests.records import (
    APPROVED,
    DENIED,
    INFORMATIONAL,
    NEEDS_ADVANCE,
    NONE,
    RESOURCE,
    RequestData,
    approval_of,
    linked_to,
)


def no_project() -> Problem:
    """The problem of a request that is for no project."""
    text = "The project is missing. To ask for something, name the project it is for."
    return Problem("procurement.request.no_project", text, "project")


def request_problems(
    request: Subject, before: Subject | None, reading: Reading
) -> Iterator[Problem]:
    """What is wrong with a request that is being made, changed or brought back."""
    if not request.project:
        yield no_project()
    data = request.data.get(RequestData)
    if data is None:
        text = "It does not say what is asked for. To ask for it, hand in its `RequestData`."
        yield Problem("procurement.request.no_data", text, "data")
        return
    if unit_of(data.unit, "unit", reading.units()) != data.unit:
        text = "{unit} is not the code of a unit. To set it, use `read_request`, which reads names."
        yield Problem("procurement.request.unit", text, "unit", params={"unit": data.unit})
    old = before.data.get(RequestData) if before else None
    yield from department_problems(data.department, old.department if old else "", reading)
    yield from named_problems(data, old, reading)
    yield from _link_problems(request, data, reading)


def named_problems(
    data: RequestData, before: RequestData | None, reading: Reading
) -> Iterator[Problem]:
    """A problem for a product or party the directory does not know, where it is new."""
    if before is None or data.product != before.product:
        gather = Gather()
        gather.take(known_product, reading, data.product)
        yield from gather.problems
    if before is None or data.requester != before.requester:
        yield from requester_problems(data.requester, reading)


def requester_problems(requester: str, reading: Reading) -> Iterator[Problem]:
    """A problem if the directory does not know the party."""
    if requester and reading.party(requester) is None:
        text = "There is no party {given}. To name who asks, create it first, or leave it empty."
        params = {"given": requester}
        yield Problem("procurement.request.requester", text, "requester", params=params)


def _link_problems(request: Subject, data: RequestData, reading: Reading) -> Iterator[Problem]:
    need = linked_to(request)
    if need is None:
        return
    if request.status != APPROVED:
        text = "Only approved requests are linked to needs. To link it, have it approved first."
        yield Problem("procurement.request.not_approved", text, "need")
    yield from _sourcing_problems(data)
    row = counters.row_of(reading, need)
    if row is None:
        yield _no_need(need)
    else:
        yield from _place_problems(request, data, row)


def _sourcing_problems(data: RequestData) -> Iterator[Problem]:
    if approval_of(data) != RESOURCE:
        text = (
            "The house does not source it: only what the house provides, and somebody pays for, "
            "is put on needs. To link it, reopen it and change the provider or payor."
        )
        yield Problem("procurement.request.not_sourced", text, "need")


def _no_need(need: UUID) -> Problem:
    text = "There is no need {need}. To link to one, see: orderloom procurement needs list."
    return Problem("procurement.request.no_need", text, "need", params={"need": need})


def _place_problems(request: Subject, data: RequestData, row: NeedRow) -> Iterator[Problem]:
    if row.project != request.project:
        text = (
            "The need is one of project {other}, the request of {project}. To link it, name a "
            "need of {project}."
        )
        params = {"other": row.project, "project": request.project}
        yield Problem("procurement.request.project_mixed", text, "need", params=params)
    elif row.department != data.department:
        text = (
            "The need is one of {other}, the request of {department}. To link it, name a need of "
            "{department}."
        )
        params = {"other": row.department, "department": data.department}
        yield Problem("procurement.request.department_mixed", text, "need", params=params)


def _linking_problems(request: Subject, options: object) -> Iterator[Problem]:
    """Why a request may not be linked now, whatever the need."""
    if options is None:  # with a need named, the content it would have is checked
        yield from _sourcing_problems(request.data[RequestData])
    if linked_to(request) is not None:
        text = "It is linked to a need already. To link it to another, unlink it first."
        yield Problem("procurement.request.linked", text, "need")


def _unlinking_problems(request: Subject) -> Iterator[Problem]:
    """Why a request may not be unlinked."""
    if linked_to(request) is None:
        text = "It is linked to no need. To unlink a request, name one that is."
        yield Problem("procurement.request.not_linked", text)


def deletion_problems(request: Subject) -> Iterator[Problem]:
    """Why a request may not be deleted."""
    if request.status == DENIED:
        text = "Denied requests stay on record. To ask for it again, reopen it."
        yield Problem("procurement.request.denied", text)
    if linked_to(request) is not None:
        text = "It is linked to a need. To delete it, unlink it first."
        yield Problem("procurement.request.linked", text)


def action_problems(action: Action, request: Subject, options: object) -> Iterator[Problem]:
    """What speaks against an action that its status alone would allow."""
    if action.name == "link":
        yield from _linking_problems(request, options)
    elif action.name == "unlink":
        yield from _unlinking_problems(request)
    elif action.name == "triage" and not misplaced(request):
        text = "It waits where its answers put it. To move it, change its provider or payor."
        yield Problem("procurement.request.in_place", text)


def misplaced(request: Subject) -> bool:
    """Whether it waits for an approval nobody has to give, or bypasses one somebody has to."""
    bypasses = approval_of(request.data[RequestData]) == NONE
    return request.status == (NEEDS_ADVANCE if bypasses else INFORMATIONAL)
