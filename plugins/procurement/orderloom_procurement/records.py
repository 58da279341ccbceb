"""What procurement keeps on needs and on order lines.

The fields of `NeedData` pass their gates when the record is made: one that exists is well formed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import Data, LineItem, Order, Subject, date_of, decimal_of, module_data, text_of

ORDER_TYPE = "procurement.order"
NEED = "procurement.need"

Specs = Mapping[str, str] | Iterable[tuple[str, str]]


def department_of(raw: object) -> str:
    """The department, as a need and the heading over its lines name it."""
    return text_of(raw, "department")


def area_of(raw: object) -> str:
    """The place inside the project, or ""."""
    return text_of(raw, "area", required=False)


def source_of(raw: object) -> str:
    """Where the need comes from, or ""."""
    return text_of(raw, "source", required=False)


def needed_of(raw: object) -> Decimal:
    """How much is needed: 0 or more."""
    return decimal_of(raw, "quantity", minimum=0)


def day_of(raw: date | str | None) -> date | None:
    """The day it is needed by, or None."""
    return None if raw in (None, "") else date_of(raw, "needed_by")


def specs_of(raw: Specs) -> tuple[tuple[str, str], ...]:
    """Specification pairs; those without a text are left out."""
    pairs = raw.items() if isinstance(raw, Mapping) else raw
    gated = (
        (text_of(label, "specs", longest=80), text_of(text, "specs", longest=1000, required=False))
        for label, text in pairs
    )
    return tuple((label, text) for label, text in gated if text)


@module_data("procurement", v=1)
@attrs.frozen(kw_only=True)
class NeedData:
    """What a project needs; the name of it is the title of the subject.

    Attributes:
        department: audio, power, hospitality … (BackOps: "module").
        area: the place in the project, such as a stage; "" for the project as a whole.
        quantity: how much is needed, >= 0, in `unit`.
        unit: UN/CEFACT Rec 20 code or a unit of the tenant's own.
        needed_by: business day in the tenant's zone.
        source: where the need comes from: a rider, a department head, a meeting.
        product: of the directory, "" for none.

    Source: BackOps, procurement list (procurement item).
    """

    department: str = attrs.field(converter=department_of)
    area: str = attrs.field(default="", converter=area_of)
    specs: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=specs_of)
    quantity: Decimal = attrs.field(converter=needed_of)
    unit: str = "C62"
    needed_by: date | None = attrs.field(default=None, converter=day_of)
    source: str = attrs.field(default="", converter=source_of)
    product: str = ""


@module_data("procurement", v=1)
@attrs.frozen(kw_only=True)
class LineData:
    """Which need a line of an order covers.

    Attributes:
        need: id of the need.
        excess: more than is still needed is meant to be ordered here.
    """

    need: UUID
    excess: bool = False


def need_of(line: LineItem) -> LineData | None:
    """What need a line covers; None for a line that covers none, such as freight."""
    return line.data.get(LineData)


def needs_on(order: Subject | None) -> frozenset[UUID]:
    """Ids of the needs the lines of an order cover."""
    lines = order.lines if isinstance(order, Order) else ()
    return frozenset(data.need for line in lines if (data := need_of(line)))


def needs_in(records: Iterable[object]) -> frozenset[UUID]:
    """Ids of the needs among the module data handed in with a line."""
    data = Data.of(records).get(LineData)
    return frozenset(() if data is None else (data.need,))
