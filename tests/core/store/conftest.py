"""Values to store: a small order, its event, and the row both make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from orderloom.orders.events import Event
from orderloom.orders.order import LineItem, Order, PartyRef, Totals
from orderloom.orders.pricing import with_totals
from orderloom.orders.snapshot import snapshot
from orderloom.store import events, search
from orderloom.store.subjects import NewRow
from orderloom.values import Money, Price, uuid7

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def make_line(position: int, name: str = "Folding chair", quantity: str = "200") -> LineItem:
    price = Price(Decimal("12.5"), "EUR")
    return LineItem(
        id=uuid7(NOW), position=position, name=name, quantity=Decimal(quantity), unit="C62",
        price=price,
    )  # fmt: skip


def make_order(**fields: Any) -> Order:
    """An order of two lines of 200 at 12.50: 5,000.00 EUR."""
    nothing = Money(Decimal(0), "EUR")
    start = {
        "id": uuid7(NOW),
        "type": "test.order",
        "version": 1,
        "status": "draft",
        "title": "Chairs for the main stage",
        "project": "summer",
        "buyer": PartyRef("festival", "Example Festival"),
        "seller": PartyRef("vendor", "Example Vendor"),
        "currency": "EUR",
        "lines": (make_line(1), make_line(2, "Banquet table")),
        "totals": Totals(
            lines=nothing, adjustments=nothing, tax=nothing, total=nothing, priced=0, count=0
        ),
        "created_at": NOW,
        "created_by": "kim",
        "updated_at": NOW,
    }
    return with_totals(Order(**(start | fields)), ())


def make_event(order: Order, name: str = "placed") -> Event:
    """The event of a content change, not chained yet."""
    record, personal = snapshot(order)
    return Event(
        id=uuid7(NOW), subject=order.ref, seq=0, at=NOW, actor="kim", name=name,
        version=order.version, record=record, personal=personal,
    )  # fmt: skip


def make_note(order: Order) -> Event:
    """An event that leaves the subject as it is."""
    return Event(
        id=uuid7(NOW), subject=order.ref, seq=0, at=NOW, actor="kim", name="noted",
        version=order.version, body={"text": "Call before delivery"},
    )  # fmt: skip


def make_row(order: Order, *, stage: str = "draft", fields: dict[str, str] | None = None) -> NewRow:
    texts = [order.number, order.title, *(line.name for line in order.lines)]
    return NewRow(
        subject=order,
        events=events.chain(events.START, [make_event(order)], lambda: "salt"),
        stage=stage,
        search=search.tokens(texts),
        fields=fields or {},
    )


@pytest.fixture(name="make_order")
def order_builder() -> Callable[..., Order]:
    return make_order


@pytest.fixture(name="make_line")
def line_builder() -> Callable[..., LineItem]:
    return make_line


@pytest.fixture(name="make_event")
def event_builder() -> Callable[..., Event]:
    return make_event


@pytest.fixture(name="make_note")
def note_builder() -> Callable[..., Event]:
    return make_note


@pytest.fixture(name="make_row")
def row_builder() -> Callable[..., NewRow]:
    return make_row
