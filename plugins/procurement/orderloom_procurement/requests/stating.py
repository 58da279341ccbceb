"""Requests as somebody states them: from raw input to a subject, and changes to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import attrs

from orderloom import (
    Desk,
    Gather,
    NewSubject,
    Problem,
    Reading,
    Refused,
    SetOrder,
    Subject,
    SubjectRef,
    known_product,
    known_project,
    text_of,
    unit_of,
)
from orderloom_procurement import records
from orderloom_procurement.departments import listed_department
from orderloom_procurement.records import Specs
from orderloom_procurement.requests import records as gates
from orderloom_procurement.requests.checking import no_project, requester_problems
from orderloom_procurement.requests.records import HOUSE, REQUEST, RequestData


@attrs.frozen(kw_only=True)
class NewRequest:
    """A request as somebody states it: raw input, read by `read_request`.

    Attributes:
        project: key of the project it is for.
        name: what is asked for; may be empty if `product` names a known product.
        quantity: > 0.
        provider: house, artist or not_applicable.
        payor: the same; only for what the house provides.
        unit: code, symbol or title; empty takes the product's, else piece (C62).
        area, specs, needed_by, needed_until, requester, product, notes: as in `RequestData`.
    """

    project: str
    department: str
    name: str
    quantity: str | int | Decimal
    provider: str
    payor: str = ""
    unit: str = ""
    area: str = ""
    needed_by: date | str | None = None
    needed_until: date | str | None = None
    requester: str = ""
    product: str = ""
    notes: str = ""
    specs: Specs = ()


def add_request(desk: Desk, new: NewRequest, *, key: str | None = None) -> Subject:
    """Submit a request; what nobody has to approve bypasses both approvals at once.

    Raises:
        Refused: everything wrong with the input, all at once.
        Forbidden: the right `procurement.request.submit` is missing in its department.
    """
    return cast(Subject, desk.place(read_request(new, desk.reading), key=key))


def change_request(
    desk: Desk, request: Subject | UUID, *, reason: str = "", **changes: Any
) -> Subject:
    """Change what a request asks for, as long as nothing was decided about it.

    Args:
        desk: the transaction and who acts.
        request: as the caller sees it, or its id.
        reason: kept with the event.
        changes: fields of `NewRequest` but the project, as raw input. A provider other than the
            house takes the payor with it, unless one is named.

    Raises:
        Refused: everything wrong with the changes; [subject.frozen] it was decided: reopen it.
        Conflict: somebody changed the request handed in.
        NotFound: there is no such request.
    """
    target = request.ref if isinstance(request, Subject) else SubjectRef(REQUEST, request)
    before = stated(desk.get(target))
    given = {"payor": "", **changes} if changes.get("provider", HOUSE) != HOUSE else changes
    read = read_request(attrs.evolve(before, **given), desk.reading, department=before.department)
    edit = SetOrder(title=read.title, data=read.data)
    seen = request if isinstance(request, Subject) else target
    return cast(Subject, desk.edit(seen, edit, reason=reason))


def stated(request: Subject) -> NewRequest:
    """A request as it could have been stated."""
    data = request.data[RequestData]
    return NewRequest(
        project=request.project, name=request.title, **attrs.asdict(data, recurse=False)
    )


def read_request(new: NewRequest, reading: Reading, *, department: str = "") -> NewSubject:
    """What to place for a request, every field through its gate.

    Args:
        new: raw input.
        reading: knows projects, products, parties, units and settings.
        department: it is in, "" for a new one; it may stay there although it is not listed.

    Raises:
        Refused: all problems at once, each with the name of its field.
    """
    with Gather() as gather:
        take = gather.take
        take(_named_project, reading, new.project)
        product = take(known_product, reading, new.product)
        unit = new.unit or getattr(product, "unit", "") or "C62"
        fields: dict[str, Any] = {
            "department": take(listed_department, new.department, reading, department),
            "area": take(records.area_of, new.area),
            "specs": take(records.specs_of, new.specs),
            "quantity": take(gates.asked_of, new.quantity),
            "unit": take(unit_of, unit, "unit", reading.units()),
            "needed_by": take(records.day_of, new.needed_by),
            "needed_until": take(gates.last_day_of, new.needed_until),
            "provider": take(gates.provider_of, new.provider),
            "payor": take(gates.payor_of, new.payor),
            "requester": take(_known_requester, reading, new.requester),
            "product": new.product,
            "notes": take(gates.notes_of, new.notes),
        }
        name = take(text_of, new.name or getattr(product, "name", ""), "name")
        if not gather.problems:
            data = take(RequestData, **fields)  # what its fields together get wrong
    return NewSubject(REQUEST, name or "", project=new.project, data=data)


def _named_project(reading: Reading, key: str) -> None:
    if not key:
        raise Refused([no_project()])
    known_project(reading, key)


def _known_requester(reading: Reading, raw: str) -> str:
    requester = gates.requester_of(raw)
    problems: tuple[Problem, ...] = tuple(requester_problems(requester, reading))
    if problems:
        raise Refused(problems)
    return requester
