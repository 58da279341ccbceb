"""Subjects as JSON-ready records, with personal data apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.orders import codec
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject

#: Fields of an order that may hold names, addresses or contacts of people.
PERSONAL = ("buyer", "seller", "delivery", "bill_to", "remarks")


def class_of(record: Mapping[str, Any]) -> type[Subject]:
    """The class of a stored subject: what has lines and money has totals, and nothing else has.

    The kind does not tell, since modules name kinds, and theirs may be off.
    """
    return Order if "totals" in record else Subject


def snapshot(subject: Subject) -> tuple[dict[str, Any], dict[str, Any]]:
    """The full subject, as (record without personal data, personal data)."""
    record = codec.to_plain(subject)
    personal = {name: record.pop(name) for name in PERSONAL if name in record}
    return record, personal


def restore(record: dict[str, Any], personal: dict[str, Any] | None = None) -> Subject:
    """The subject a snapshot was taken of; without its personal data if that was erased."""
    cls = class_of(record)
    return codec.from_plain(cls, {**record, **(personal or {})})
