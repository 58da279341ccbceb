"""Orders built from raw input, without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from orderloom.orders.building import Maker, build_order
from orderloom.orders.commands import NewLine, NewOrder
from orderloom.orders.editing import apply_edits
from orderloom.orders.order import Order
from orderloom.orders.pricing import with_totals
from orderloom.values import Party, uuid7

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Look:
    """A directory with one party, one product and one project."""

    def party(self, id: str) -> Party | None:
        return Party("v1", "Vendor One") if id == "v1" else None

    def product(self, id: str) -> Any:
        return SimpleNamespace(name="Folding chair", unit="SET") if id == "chair" else None

    def project(self, id: str) -> Any:
        return object() if id == "summer" else None

    def units(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def maker() -> Maker:
    return Maker(look=Look(), new_id=lambda: uuid7(NOW), now=NOW, actor="ann", currency="EUR")


@pytest.fixture
def codes(maker: Maker) -> Callable[[], list[tuple[str, str]]]:
    """Field and code of every problem gathered so far."""
    return lambda: [(problem.field, problem.code) for problem in maker.gather.problems]


@pytest.fixture
def order(maker: Maker) -> Order:
    """Two lines: 200 chairs at 1.25 EUR, 10 tables without a price."""
    lines = [NewLine("Folding chair", "200", price="1.25"), NewLine("Banquet table", 10)]
    new = NewOrder("toy.order", seller="v1", project="summer", lines=lines, remarks="Ring twice")
    return with_totals(build_order(maker, new, "draft"), ())


@pytest.fixture
def edited(maker: Maker, order: Order) -> Callable[..., Order]:
    """The order after some edits."""
    return lambda *edits: with_totals(apply_edits(maker, order, edits), order.adjustments)
