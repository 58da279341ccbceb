"""Subjects as JSON-ready records, with personal data apart."""

from __future__ import annotations

from typing import Any

from orderloom.orders import codec
from orderloom.orders.order import Order
from orderloom.orders.subject import ORDER, Subject

#: Fields of an order that may hold names, addresses or contacts of people.
PERSONAL = ("buyer", "seller", "delivery", "bill_to", "remarks")


def class_of(kind: str) -> type[Subject]:
    """The class of the subjects of one kind."""
    return Order if kind == ORDER else Subject


def snapshot(subject: Subject) -> tuple[dict[str, Any], dict[str, Any]]:
    """The full subject, as (record without personal data, personal data)."""
    record = codec.to_plain(subject)
    personal = {name: record.pop(name) for name in PERSONAL if name in record}
    return record, personal


def restore(record: dict[str, Any], personal: dict[str, Any] | None = None) -> Subject:
    """The subject a snapshot was taken of; without its personal data if that was erased."""
    cls = class_of(record.get("kind", ORDER))
    return codec.from_plain(cls, {**record, **(personal or {})})
