"""The lifecycles of orders and needs.

Source: BackOps, orders (status), with the moves decided in systems.md 0.3.
"""

from __future__ import annotations

from orderloom import EVERYONE, START, Action, Lifecycle, Status
from orderloom_procurement.quotes import RecordQuote, quote_edits
from orderloom_procurement.records import NEED, ORDER_TYPE
from orderloom_procurement.reopening import ReopenOptions, reopen_edits
from orderloom_procurement.selector import STATUSES, SetStatus, chosen_status
from orderloom_procurement.sending import SendOptions

RFQ = "procurement.rfq"
EDIT = "procurement.order.edit"

ORDERS = Lifecycle(
    ORDER_TYPE,
    statuses=(
        Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
        Status("sent", "Sent", stage="open", exportable=True),
        Status("fulfilled", "Fulfilled", stage="done", final=True, exportable=True),
        Status("canceled", "Canceled", stage="dropped", final=True, deletable=True),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action(
            "send",
            source="draft",
            target="sent",
            permission=EDIT,
            options=SendOptions,
            series=ORDER_TYPE,
            issues=(RFQ,),
        ),
        Action(
            "record_quote",
            source="sent",
            target="sent",
            permission=EDIT,
            options=RecordQuote,
            edits=quote_edits,
        ),
        Action("fulfill", source="sent", target="fulfilled", permission=EDIT),
        Action("cancel", source=("draft", "sent"), target="canceled", permission=EDIT),
        Action(
            "reopen",
            source=("sent", "canceled"),
            target="draft",
            permission=EDIT,
            options=ReopenOptions,
            edits=reopen_edits,
        ),
        Action(
            "set_status",
            source=STATUSES,
            target=STATUSES,
            route=chosen_status,
            permission=EDIT,
            options=SetStatus,
        ),
    ),
)

NEEDS = Lifecycle(
    NEED,
    statuses=(
        Status("open", "Open", stage="open", final=True, editable_by={EVERYONE}, deletable=True),
    ),
    actions=(Action("place", source=START, target="open"),),
)
