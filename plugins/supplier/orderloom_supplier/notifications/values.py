"""What stands for the placeholders of the messages.

Source: Order Ez, order status; systems.md 1.1 and 1.2 (side effects).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom import Event, LineItem, Money, Order, Reading, Recipient, Subject, plain
from orderloom_supplier.records import accepted_of, progress, received_of

_MOST_ITEMS: Final = 10
_NONE: Final = "–"

PLACEHOLDERS: Final[Mapping[str, Any]] = {
    "order.id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "order.total": Money(Decimal("620.00"), "EUR"),
    "order.items": "24 × Milk\n6 × Bread",
    "order.wanted_for": date(2027, 6, 14),
    "order.remarks": "Please ring at the back door.",
    "order.note": "More butter next week.",
    "order.refused": "Butter, Bread (4 / 6)",
    "order.missing": "Milk",
    "order.scheduled_for": date(2027, 6, 15),
    "order.scheduled_before": date(2027, 6, 14),
    "order.images": "crate.jpg, label.jpg",
}


def values_of(
    event: Event, order: Subject, recipient: Recipient, reading: Reading
) -> Mapping[str, Any]:
    """What stands for each of `PLACEHOLDERS`."""
    assert isinstance(order, Order)
    return {
        "order.id": str(order.id),
        "order.total": order.totals.total,
        "order.items": items(order),
        "order.wanted_for": (order.delivery.on if order.delivery else None) or _NONE,
        "order.remarks": order.remarks,
        "order.note": event.body.get("options", {}).get("note", ""),
        "order.refused": refused_lines(order),
        "order.missing": missing_lines(order) or _NONE,
        "order.scheduled_for": progress(order).scheduled_for or _NONE,
        "order.scheduled_before": _scheduled_before(event),
        "order.images": ", ".join(event.body.get("file_names", ())),
    }


def items(order: Order) -> str:
    """What is ordered, one item a line; of a long order the first ten and how many more."""
    shown = [f"{plain(line.quantity)} × {line.name}" for line in order.lines[:_MOST_ITEMS]]
    more = len(order.lines) - len(shown)
    return "\n".join([*shown, *([f"… (+{more})"] if more else [])])


def refused_lines(order: Order) -> str:
    """What the supplier does not deliver of what was ordered, in words; "" if he delivers all."""
    accepted = accepted_of(order)
    ordered = {line.id: line.quantity for line in order.lines}
    return _short(order, ordered, accepted)


def missing_lines(order: Order) -> str:
    """What did not arrive of what was accepted, in words; "" if all of it did."""
    return _short(order, accepted_of(order), received_of(order))


def _short(order: Order, due: Mapping[Any, Decimal], came: Mapping[Any, Decimal]) -> str:
    """The lines of which less came about than was due, with how much of it where some did."""

    def told(line: LineItem) -> str:
        if not came[line.id]:
            return line.name
        return f"{line.name} ({plain(came[line.id])} / {plain(due[line.id])})"

    return ", ".join(told(line) for line in order.lines if came[line.id] < due[line.id])


def _scheduled_before(event: Event) -> date | str:
    """The day a rescheduled delivery was to come on."""
    day, _ = event.body.get("changes", {}).get("supplier.scheduled_for", (None, None))
    return date.fromisoformat(day) if day else _NONE
