"""What lists show and filter by."""

from __future__ import annotations

from orderloom import Field, Order, Subject
from orderloom_procurement.quotes import QuoteData
from orderloom_procurement.records import NEED, ORDER_TYPE, NeedData


def _department(need: Subject) -> str:
    return need.data[NeedData].department


def _area(need: Subject) -> str:
    return need.data[NeedData].area


def _source(need: Subject) -> str:
    return need.data[NeedData].source


def _departments(order: Subject) -> str:
    lines = order.lines if isinstance(order, Order) else ()
    return ", ".join(sorted({line.group for line in lines if line.group}))


def _quote(order: Subject) -> str:
    quote = order.data.get(QuoteData)
    return quote.reference if quote else ""


FIELDS = (
    Field(
        key="procurement.department", title="Department", type=NEED, of=_department, indexed=True
    ),
    Field(key="procurement.area", title="Area", type=NEED, of=_area, indexed=True),
    Field(key="procurement.source", title="Source", type=NEED, of=_source, indexed=True),
    Field(key="procurement.departments", title="Departments", type=ORDER_TYPE, of=_departments),
    Field(key="procurement.quote", title="Quote", type=ORDER_TYPE, of=_quote, indexed=True),
)
