"""Requests and needs: many requests are fulfilled by one need (BackOps: "translation").

Source: BackOps, procurement list (building procurements, assigning requests).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from orderloom import (
    EXACT,
    Desk,
    Gather,
    Problem,
    Reading,
    Refused,
    Subject,
    SubjectRef,
    Writing,
)
from orderloom_procurement.needs import NewNeed, add_need
from orderloom_procurement.records import NeedData
from orderloom_procurement.requests.deciding import Asked, each, once
from orderloom_procurement.requests.records import REQUEST, RequestData
from orderloom_procurement.requests.rows import linked_rows


def link(desk: Desk, need: UUID, requests: Iterable[Asked]) -> list[Subject]:
    """Say that a need will fulfil requests; its quantity stays as it is.

    Raises:
        Refused: [procurement.request.linked], [procurement.request.not_sourced],
            [procurement.request.project_mixed], [procurement.request.department_mixed],
            [procurement.request.no_need], [action.illegal] they are not approved: of every
            request, which is named in the field; nothing is written then.
        Conflict, NotFound: as `approve`.
    """
    return each(desk, requests, lambda one, _: desk.perform(one, "link", {"need": need}))


def unlink(desk: Desk, requests: Iterable[Asked]) -> list[Subject]:
    """Take requests off their needs, back into the pool of approved ones.

    Raises:
        Refused: [procurement.request.not_linked].
    """
    return each(desk, requests, lambda one, _: desk.perform(one, "unlink"))


def need_from(desk: Desk, requests: Sequence[Asked], **given: Any) -> Subject:
    """Add a need that fulfils requests, and link them to it: all or nothing.

    Args:
        desk: the transaction and who acts.
        requests: approved ones of one project and department, or their ids; one named twice
            counts once.
        given: fields of `NewNeed` as raw input. What is left out is taken from the requests: a
            name, area and product they all have, the specs they all have, the first of their
            days, and the sum of their quantities if all are in one unit. One shared thing may
            serve many: then name its quantity.

    Raises:
        Refused: [procurement.request.none], [procurement.request.mixed] they are of several
            projects or departments; [procurement.request.state_it] what they differ in and is
            left out; [id.malformed]; and as `add_need` and `link`.
    """
    named = once(requests)
    found = [
        one if isinstance(one, Subject) else desk.get(SubjectRef(REQUEST, one)) for one in named
    ]
    if not found:
        text = "No request is named. To make a need of requests, name at least one."
        raise Refused([Problem("procurement.request.none", text, "requests")])
    new = _need_of(found, {name: value for name, value in given.items() if value is not None})
    with desk.together():
        need = add_need(desk, new)
        link(desk, need.id, named)
    return need


def _need_of(requests: Sequence[Subject], given: dict[str, Any]) -> NewNeed:
    asked = [request.data[RequestData] for request in requests]
    with Gather() as gather:
        stated: dict[str, Any] = {
            "project": gather.take(_same, "project", [one.project for one in requests]),
            "department": gather.take(_same, "department", [one.department for one in asked]),
        }
        if "name" not in given:
            stated["name"] = gather.take(_common, "name", [one.title for one in requests])
        if "quantity" not in given:
            gather.take(_common, "quantity", [one.unit for one in asked])
            stated["quantity"] = _sum(asked)
    for name in ("area", "product", "unit"):
        values = {getattr(one, name) for one in asked}
        stated[name] = values.pop() if len(values) == 1 else ""
    stated["specs"] = _shared_specs(asked)
    stated["needed_by"] = _first_day(asked)
    return NewNeed(**{**stated, **given})


def _same(field: str, values: Sequence[str]) -> str:
    kinds = sorted(set(values))
    if len(kinds) == 1:
        return kinds[0]
    text = (
        "They are of several {field}s: {values}. To make a need of requests, name those of one "
        "{field}."
    )
    params = {"field": field, "values": ", ".join(kinds)}
    raise Refused([Problem("procurement.request.mixed", text, field, params=params)])


def _common(field: str, values: Sequence[str]) -> str:
    kinds = sorted(set(values))
    if len(kinds) == 1:
        return kinds[0]
    text = "The requests say {values}. To make one need of them, state its {field}."
    params = {"field": field, "values": ", ".join(kinds)}
    raise Refused([Problem("procurement.request.state_it", text, field, params=params)])


def _shared_specs(asked: Sequence[RequestData]) -> tuple[tuple[str, str], ...]:
    first, *others = asked
    return tuple(pair for pair in first.specs if all(pair in one.specs for one in others))


def _sum(asked: Iterable[RequestData]) -> Decimal:
    found = Decimal(0)
    for one in asked:
        found = EXACT.add(found, one.quantity)
    return found


def _first_day(asked: Iterable[RequestData]) -> date | None:
    return min((one.needed_by for one in asked if one.needed_by), default=None)


def release(need: Subject, writing: Writing) -> None:
    """Return the requests of a deleted need to the pool.

    Transaction: the caller's, with the need's row claimed.
    """
    for row in linked_rows(writing, [need.id]):
        request = cast(Subject, writing.subject(REQUEST, row.id))
        writing.perform(request, "unlink", reason=f"{need.title} was deleted")


def moved_problems(need: Subject, before: Subject | None, reading: Reading) -> list[Problem]:
    """A problem if a need leaves the department of the requests linked to it."""
    old, new = (one.data.get(NeedData) if one else None for one in (before, need))
    if not old or not new or old.department == new.department:
        return []
    department = new.department
    others = [row for row in linked_rows(reading, [need.id]) if row.department != department]
    if not others:
        return []
    text = (
        "{count} requests of {other} are linked to it. To move it to {department}, unlink them "
        "first."
    )
    params = {"count": len(others), "other": others[0].department, "department": department}
    return [Problem("procurement.need.linked", text, "department", params=params)]
