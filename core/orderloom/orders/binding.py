"""What an approval is bound to: the fields of the content it named, and what still lies within.

An approval is for what was seen. What is less than that, line by line, it covers too; what is more
only up to a stated tolerance.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from orderloom.orders import codec
from orderloom.orders.order import Delivery, LineItem, Order
from orderloom.orders.subject import Subject
from orderloom.values import decimal_of

Content = dict[str, Any]
"""Fields of a subject, JSON-ready: what somebody approved."""

LINES: Final = "lines"
TOTAL: Final = "total"
_DATA: Final = "data."
_DELIVERY: Final = "delivery."
FIELDS: Final = (
    "title", "project", "buyer", "seller", "currency", "delivery", "delivery.method",
    "delivery.address", "delivery.on", "bill_to", "remarks", LINES, TOTAL,
)  # fmt: skip
"""What a limit may bind approvals to, beside "data.<key>" for data of a module."""


BOUND: Final = (
    "project", "buyer", "seller", "currency", "delivery.method", "delivery.address", "bill_to",
    LINES, TOTAL,
)  # fmt: skip
"""What approvals are bound to unless a limit says otherwise: what is bought, where goods and money
go. Wishes stay free, such as day, instructions and remarks, groups and notes of lines."""


def is_bindable(field: str) -> bool:
    """Whether approvals can be bound to a field."""
    return field in FIELDS or (field.startswith(_DATA) and len(field) > len(_DATA))


def bound_content(subject: Subject, fields: tuple[str, ...]) -> Content:
    """The named fields of a subject as JSON-ready values; those it lacks are left out."""
    return {name: _value(subject, name) for name in fields if _has(subject, name)}


def digest_of(content: Content) -> str:
    """SHA-256 (hex) of bound content."""
    return codec.digest(codec.dumps(content))


def covers(approved: Content, now: Content, tolerance: Decimal) -> bool:
    """Whether content lies within what was approved.

    Fields but lines and total have to be the same. A line may be gone, be of less, or be worth
    less; it may be of more, and the total be more, by the tolerance. What is new was not approved.

    Args:
        approved: as it was seen.
        now: the same fields now.
        tolerance: percent by which quantities and the total may rise.
    """
    if approved == now:
        return True
    others = {*approved, *now} - {LINES, TOTAL}
    if any(approved.get(name) != now.get(name) for name in others):
        return False
    factor = 1 + tolerance / 100
    known = {line["id"]: line for line in approved.get(LINES, ())}
    if not all(_within(known.get(line["id"]), line, factor) for line in now.get(LINES, ())):
        return False
    return TOTAL not in now or _less(approved.get(TOTAL), now[TOTAL], factor)


def _has(subject: Subject, field: str) -> bool:
    if field.startswith(_DATA):
        return field.removeprefix(_DATA) in dict(subject.data.texts)
    return field in ("title", "project") or isinstance(subject, Order)


def _value(subject: Subject, field: str) -> Any:
    if field.startswith(_DATA):
        return dict(subject.data.texts)[field.removeprefix(_DATA)]
    if field.startswith(_DELIVERY) and isinstance(subject, Order):
        stated = subject.delivery or Delivery()  # a wanted day is no other place
        return codec.to_plain(getattr(stated, field.removeprefix(_DELIVERY)))
    if not isinstance(subject, Order) or field not in (LINES, TOTAL):
        return codec.to_plain(getattr(subject, field))
    if field == LINES:
        return [_line(line) for line in subject.lines]
    totals = subject.totals
    return {
        "amount": codec.to_plain(totals.total.amount),
        "currency": totals.total.currency,
        "priced": totals.complete,
    }


def _line(line: LineItem) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "quantity": codec.to_plain(line.quantity),
        "price": codec.to_plain(line.price),
        "what": [line.name, line.product, line.unit, codec.to_plain(line.specs)],
    }


def _within(approved: dict[str, Any] | None, now: dict[str, Any], factor: Decimal) -> bool:
    if approved is None or approved["what"] != now["what"]:
        return False
    if not _at_most(now["quantity"], approved["quantity"], factor):
        return False
    old, new = approved["price"], now["price"]
    if old is None or new is None or old.get("per") != new.get("per"):
        return bool(old == new)
    return old["currency"] == new["currency"] and _at_most(new["amount"], old["amount"], factor)


def _less(approved: dict[str, Any] | None, now: dict[str, Any], factor: Decimal) -> bool:
    if approved is None or approved["currency"] != now["currency"]:
        return False
    if approved["priced"] != now["priced"]:
        return False
    return _at_most(now["amount"], approved["amount"], factor)


def _at_most(now: str, most: str, factor: Decimal) -> bool:
    return decimal_of(now, "") <= decimal_of(most, "") * factor
