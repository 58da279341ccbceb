"""What lists show and filter by."""

from __future__ import annotations

from orderloom import Field, Subject
from orderloom_supplier.records import ORDER_TYPE, ReorderData, progress
from orderloom_supplier.reordering import REORDER_OF


def _scheduled_for(order: Subject) -> str:
    day = progress(order).scheduled_for
    return day.isoformat() if day else ""


def _disputes(order: Subject) -> str:
    return str(progress(order).disputes or "")


def _action_needed(order: Subject) -> str:
    return "yes" if progress(order).action_needed else ""


def _reorder_of(order: Subject) -> str:
    found = order.data.get(ReorderData)
    return str(found.of) if found else ""


FIELDS = (
    Field(
        key="supplier.scheduled_for",
        title="Scheduled for",
        type=ORDER_TYPE,
        of=_scheduled_for,
        indexed=True,
    ),
    Field(key="supplier.disputes", title="Disputes", type=ORDER_TYPE, of=_disputes),
    Field(
        key="supplier.action_needed",
        title="Action needed",
        type=ORDER_TYPE,
        of=_action_needed,
        indexed=True,
    ),
    Field(key=REORDER_OF, title="Reorder of", type=ORDER_TYPE, of=_reorder_of, indexed=True),
)
