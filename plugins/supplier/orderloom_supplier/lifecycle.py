"""The lifecycle of an order between an outlet and a supplier.

Source: Order Ez, order status; the moves are table 1.2 of systems.md with the rules of 1.3.
"""

from __future__ import annotations

from typing import Final

from orderloom import START, Action, Attaches, Lifecycle, Status
from orderloom_supplier.accepting import (
    AcceptAndSchedule,
    AcceptOptions,
    accept_and_schedule_edits,
    accept_edits,
    accept_route,
)
from orderloom_supplier.completing import (
    CompleteOptions,
    DeclineOptions,
    DisputeOptions,
    complete_edits,
    dispute_edits,
    resolve_edits,
)
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.rights import ACCEPT, PLACE, SCHEDULE
from orderloom_supplier.scheduling import ScheduleOptions, schedule_edits

#: Statuses in which the supplier has taken the order on.
TAKEN_ON: Final = ("accepted", "partially_accepted", "scheduled")
_RECEIVED: Final = ("completed", "completed_after_dispute")
_IMAGES: Final = Attaches("image", most=3, title="Images")
_INVOICE: Final = Attaches("invoice", most=1, shows="prices")


_STATUSES: Final = (
    Status(
        "needs_approval",
        "Needs Approval",
        stage="waiting",
        visible_to={"buyer"},
        editable_by={"buyer"},
    ),
    Status("pending", "Pending", stage="open", editable_by={"buyer"}),
    Status("accepted", "Accepted", stage="open", exportable=True),
    Status("partially_accepted", "Partially Accepted", stage="open", exportable=True),
    Status("scheduled", "Scheduled For Delivery", stage="open", exportable=True),
    Status("completed", "Completed", stage="done", final=True, exportable=True, archivable=True),
    Status(
        "completed_after_dispute",
        "Completed after dispute",
        stage="done",
        final=True,
        tone="red",
        exportable=True,
        archivable=True,
    ),
    Status("in_dispute", "In Dispute", stage="open", exportable=True),
    Status("abandoned", "Abandoned", stage="dropped", final=True, archivable=True),
    Status("declined", "Declined", stage="dropped", final=True, archivable=True),
)

_ENTERING: Final = (
    Action(
        "place",
        source=START,
        target="pending",
        side="buyer",
        waits_in="needs_approval",
        refused_to="abandoned",
        series=ORDER_TYPE,
    ),
    Action("place_on_behalf", source=START, target="accepted", side="seller", series=ORDER_TYPE),
)

_BY_SUPPLIER: Final = (
    Action(
        "accept",
        source="pending",
        target=("accepted", "partially_accepted"),
        route=accept_route,
        side="seller",
        permission=ACCEPT,
        options=AcceptOptions,
        edits=accept_edits,
    ),
    Action(
        "accept_and_schedule",
        source="pending",
        target="scheduled",
        side="seller",
        permission=ACCEPT,
        options=AcceptAndSchedule,
        edits=accept_and_schedule_edits,
    ),
    Action("decline", source="pending", target="declined", side="seller", options=DeclineOptions),
    Action(
        "schedule",
        source=("accepted", "partially_accepted"),
        target="scheduled",
        side="seller",
        permission=SCHEDULE,
        options=ScheduleOptions,
        edits=schedule_edits,
    ),
    Action(
        "reschedule",
        source="scheduled",
        target="scheduled",
        side="seller",
        permission=SCHEDULE,
        options=ScheduleOptions,
        edits=schedule_edits,
    ),
)

_BY_OUTLET: Final = (
    Action(
        "complete",
        source=TAKEN_ON,
        target="completed",
        side="buyer",
        options=CompleteOptions,
        edits=complete_edits,
        attaches=(_IMAGES, _INVOICE),
    ),
    Action(
        "dispute",
        source=_RECEIVED,
        target="in_dispute",
        side="buyer",
        options=DisputeOptions,
        edits=dispute_edits,
        attaches=_IMAGES,
    ),
    Action(
        "resolve",
        source="in_dispute",
        target="completed_after_dispute",
        side="buyer",
        edits=resolve_edits,
    ),
    Action(
        "abandon",
        source=("needs_approval", "pending", *TAKEN_ON),
        target="abandoned",
        side="buyer",
    ),
    # The order stays as it is: a supplier is not to learn that a reorder waits for an approval.
    Action(
        "reorder",
        source=(*_RECEIVED, "abandoned", "declined"),
        leaves=True,
        side="buyer",
        permission=PLACE,
    ),
)

ORDERS: Final = Lifecycle(
    ORDER_TYPE, statuses=_STATUSES, actions=(*_ENTERING, *_BY_SUPPLIER, *_BY_OUTLET)
)
