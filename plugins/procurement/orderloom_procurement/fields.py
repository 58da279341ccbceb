"""What lists show and filter by."""

from __future__ import annotations

from orderloom import Field, Order, Subject
from orderloom_procurement.departments import listed_departments
from orderloom_procurement.quotes import QuoteData
from orderloom_procurement.records import NEED, ORDER_TYPE, NeedData
from orderloom_procurement.requests.records import REQUEST, RequestData, linked_to

# Rights are asked with the department, also for what its checks are going to refuse: so none of
# these relies on data being there.
NEED_DEPARTMENT = "procurement.department"
REQUEST_DEPARTMENT = "procurement.request_department"


def _department(need: Subject) -> str:
    data = need.data.get(NeedData)
    return data.department if data else ""


def _area(need: Subject) -> str:
    data = need.data.get(NeedData)
    return data.area if data else ""


def _source(need: Subject) -> str:
    data = need.data.get(NeedData)
    return data.source if data else ""


def _request_department(request: Subject) -> str:
    data = request.data.get(RequestData)
    return data.department if data else ""


def _requester(request: Subject) -> str:
    data = request.data.get(RequestData)
    return data.requester if data else ""


def _need(request: Subject) -> str:
    need = linked_to(request)
    return str(need) if need else ""


def _departments(order: Subject) -> str:
    lines = order.lines if isinstance(order, Order) else ()
    return ", ".join(sorted({line.group for line in lines if line.group}))


def _quote(order: Subject) -> str:
    quote = order.data.get(QuoteData)
    return quote.reference if quote else ""


FIELDS = (
    Field(
        key=NEED_DEPARTMENT,
        title="Department",
        type=NEED,
        of=_department,
        indexed=True,
        listed=listed_departments,
    ),
    Field(key="procurement.area", title="Area", type=NEED, of=_area, indexed=True),
    Field(key="procurement.source", title="Source", type=NEED, of=_source, indexed=True),
    Field(
        key=REQUEST_DEPARTMENT,
        title="Department",
        type=REQUEST,
        of=_request_department,
        indexed=True,
        listed=listed_departments,
    ),
    Field(
        key="procurement.requester", title="Requester", type=REQUEST, of=_requester, indexed=True
    ),
    Field(key="procurement.linked_need", title="Need", type=REQUEST, of=_need, indexed=True),
    Field(key="procurement.departments", title="Departments", type=ORDER_TYPE, of=_departments),
    Field(key="procurement.quote", title="Quote", type=ORDER_TYPE, of=_quote, indexed=True),
)
