"""How the kit (`orderloom.testing`) tries this module; nothing else imports this file."""

from __future__ import annotations

import attrs

from orderloom import Desk, NewLine, NewOrder, NewSubject, Subject
from orderloom.testing import Samples, a_line, an_order
from orderloom_procurement.needs import NewNeed, add_need, read_need
from orderloom_procurement.records import NEED, ORDER_TYPE, LineData
from orderloom_procurement.requests.records import REQUEST
from orderloom_procurement.requests.stating import NewRequest, read_request
from orderloom_procurement.selector import STATUSES

NEEDED = NewNeed(
    project="summer", department="Furniture", name="Folding chair", quantity="20", area="Main stage"
)
ASKED = NewRequest(
    project="summer",
    department="Furniture",
    name="Chair",
    quantity="5",
    provider="house",
    payor="house",
)


def new_need(desk: Desk) -> NewSubject:
    """Twenty chairs."""
    return read_need(NEEDED, desk.reading)


def new_order(desk: Desk) -> NewOrder:
    """Half of the chairs, freight, and a line of something else."""
    need = add_need(desk, NEEDED)
    chairs = NewLine(need.title, "10", group="Furniture", data=LineData(need=need.id))
    return an_order(ORDER_TYPE, lines=(chairs, a_line("Freight", "1", price=None), a_line()))


def new_request(desk: Desk) -> NewSubject:
    """What the house provides and pays for: approved in two steps."""
    return read_request(ASKED, desk.reading)


def new_own_request(desk: Desk) -> NewSubject:
    """What the artist brings: approved in one step."""
    return read_request(attrs.evolve(ASKED, provider="artist", payor=""), desk.reading)


def new_information(desk: Desk) -> NewSubject:
    """What nobody has to approve."""
    return read_request(attrs.evolve(ASKED, provider="not_applicable", payor=""), desk.reading)


def a_need(desk: Desk, request: Subject) -> dict[str, str]:
    """A need to link a request to."""
    return {"need": str(add_need(desk, NEEDED).id)}


samples = Samples(
    settings={"free_status_selector": True},
    new={
        NEED: new_need,
        ORDER_TYPE: new_order,
        REQUEST: (new_request, new_own_request, new_information),
    },
    options={
        f"{ORDER_TYPE}.set_status": [{"status": status} for status in STATUSES],
        f"{ORDER_TYPE}.record_quote": [{"quotes": [{"line": 1, "price": "2.50"}]}],
    },
    choose={f"{REQUEST}.link": a_need},
)
