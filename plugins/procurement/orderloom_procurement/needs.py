"""Needs: what a project needs, from raw input to a subject, and changes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs

from orderloom import (
    Desk,
    Gather,
    NewSubject,
    Order,
    Problem,
    Reading,
    Refused,
    SetOrder,
    Subject,
    SubjectRef,
    known_product,
    known_project,
    positive,
    text_of,
    unit_of,
)
from orderloom_procurement import counters, records
from orderloom_procurement.departments import department_problems, listed_department
from orderloom_procurement.records import NEED, NeedData, Specs

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class NewNeed:
    """A need as somebody states it: raw input, read by `read_need`.

    Attributes:
        project: key of the project it is for.
        name: what is needed; may be empty if `product` names a known product.
        quantity: > 0.
        unit: code, symbol or title; empty takes the product's, else piece (C62).
        area, source, specs, needed_by, product: as in `NeedData`.
    """

    project: str
    department: str
    name: str
    quantity: str | int | Decimal
    unit: str = ""
    area: str = ""
    needed_by: date | str | None = None
    source: str = ""
    product: str = ""
    specs: Specs = ()


def add_need(desk: Desk, new: NewNeed, *, key: str | None = None) -> Subject:
    """Create a need.

    Args:
        desk: the transaction and who acts.
        new: raw input.
        key: idempotency key.

    Raises:
        Refused: everything that is wrong with it, at once.
        Forbidden: the actor may not manage needs in the project.
    """
    return cast(Subject, desk.place(read_need(new, desk.reading), key=key))


def change_need(desk: Desk, need: Subject | UUID, *, reason: str = "", **changes: Any) -> Subject:
    """Change what is stated of a need; what is not named stays.

    It may be lowered below what is ordered, down to 0: then it is in Excess. Handing in the
    subject means "I saw this version", its id "whatever it is now".

    Args:
        desk: the transaction and who acts.
        need: the need, or its id.
        reason: kept with the event.
        changes: fields of `NewNeed` but the project, as raw input.

    Raises:
        Refused: everything wrong with the changes; [procurement.need.project_fixed];
            [procurement.need.unit_fixed] another unit while it is on orders.
        Conflict: somebody changed the need handed in.
        NotFound: there is no such need.
    """
    target = need.ref if isinstance(need, Subject) else SubjectRef(NEED, need)
    before = stated(desk.get(target))
    after = attrs.evolve(before, **changes)
    if after.project != before.project:
        text = "A need stays in its project. To have it in {project}, add it there."
        params = {"project": after.project}
        raise Refused([Problem("procurement.need.project_fixed", text, "project", params=params)])
    read = read_need(
        after, desk.reading, quantity_of=records.needed_of, department=before.department
    )
    edit = SetOrder(title=read.title, data=read.data)
    seen = need if isinstance(need, Subject) else target
    return cast(Subject, desk.edit(seen, edit, reason=reason))


def stated(need: Subject) -> NewNeed:
    """A need as it could have been stated."""
    data = need.data[NeedData]
    return NewNeed(project=need.project, name=need.title, **attrs.asdict(data, recurse=False))


def _more_than_none(raw: object) -> Decimal:
    return positive(raw, "quantity")


def read_need(
    new: NewNeed,
    reading: Reading,
    *,
    quantity_of: Callable[[Any], Decimal] = _more_than_none,
    department: str = "",
) -> NewSubject:
    """What to place for a need, every field through its gate.

    Args:
        new: raw input.
        reading: knows projects, products, units and settings.
        quantity_of: the gate of the quantity.
        department: it is in, "" for a new one; it may stay there although it is not listed.

    Raises:
        Refused: all problems at once, each with the name of its field.
    """
    with Gather() as gather:
        take = gather.take
        take(_named_project, reading, new.project)
        product = take(known_product, reading, new.product)
        fields: dict[str, Any] = {
            "department": take(listed_department, new.department, reading, department),
            "area": take(records.area_of, new.area),
            "specs": take(records.specs_of, new.specs),
            "quantity": take(quantity_of, new.quantity),
            "unit": take(
                unit_of,
                new.unit or getattr(product, "unit", "") or "C62",
                "unit",
                reading.units(),
            ),
            "needed_by": take(records.day_of, new.needed_by),
            "source": take(records.source_of, new.source),
            "product": new.product,
        }
        name = take(text_of, new.name or getattr(product, "name", ""), "name")
    return NewSubject(NEED, name or "", project=new.project, data=NeedData(**fields))


def _named_project(reading: Reading, key: str) -> None:
    if not key:
        raise Refused([_no_project()])
    known_project(reading, key)


def _no_project() -> Problem:
    text = "The project is missing. To add a need, name the project it is for."
    return Problem("procurement.need.no_project", text, "project")


def need_problems(need: Subject, before: Subject | None, reading: Reading) -> Iterator[Problem]:
    """What is wrong with a need that is being created, changed or brought back."""
    if not need.project:
        yield _no_project()
    data = need.data.get(NeedData)
    if data is None:
        text = "It does not say what is needed. To add a need, hand in its `NeedData`."
        yield Problem("procurement.need.no_data", text, "data")
        return
    if unit_of(data.unit, "unit", reading.units()) != data.unit:
        text = "{unit} is not the code of a unit. To set it, use `read_need`, which reads names."
        yield Problem("procurement.need.unit", text, "unit", params={"unit": data.unit})
    old = before.data.get(NeedData) if before else None
    yield from department_problems(data.department, old.department if old else "", reading)
    yield from _unit_problems(need, data, reading)


def _unit_problems(need: Subject, data: NeedData, reading: Reading) -> Iterator[Problem]:
    """The counter is in the need's unit: as long as it counts, the unit cannot change."""
    row = counters.row_of(reading, need.id)
    if row is not None and row.ordered and row.unit != data.unit:
        text = (
            "{ordered} {unit} of it are on orders. To count it in {other}, take it off them "
            "first, or add another need."
        )
        params = {"ordered": row.ordered, "unit": row.unit, "other": data.unit}
        yield Problem("procurement.need.unit_fixed", text, "unit", params=params)


def deletion_problems(need: Subject, reading: Reading) -> Iterator[Problem]:
    """Why a need may not be deleted: it is on orders that count."""
    orders = counters.orders_of(reading, need.id)
    if not orders:
        return
    named = [_name_of(reading.subject("order", id)) for id in orders]
    text = (
        "It is on orders: {orders}. To delete it, take it off them first; to need less of it, "
        "lower its quantity."
    )
    yield Problem("procurement.need.on_orders", text, "", params={"orders": ", ".join(named)})


def _name_of(order: Subject | None) -> str:
    if order is None or order.number:
        return order.number if order else "an order"
    seller = order.seller if isinstance(order, Order) else None
    return f"a draft for {seller.name}" if seller else "a draft"
