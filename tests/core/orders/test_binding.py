"""What an approval covers, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderloom.orders.binding import covers

NONE, FIVE = Decimal(0), Decimal(5)


def content(**changes: Any) -> dict[str, Any]:
    line = {
        "id": "a",
        "quantity": changes.pop("quantity", "10"),
        "price": changes.pop("price", {"amount": "2", "currency": "EUR"}),
        "what": ["Milk", "", "C62", changes.pop("specs", [])],
    }
    total = {"amount": changes.pop("total", "20"), "currency": "EUR", "priced": True}
    return {"seller": "s1", "lines": [line], "total": total} | changes


@pytest.mark.parametrize(
    "less",
    [
        content(),
        content(quantity="9.5", total="19"),
        content(price={"amount": "1.99", "currency": "EUR"}, total="19.90"),
        content(lines=[], total="0"),
    ],
)
def test_what_is_less_is_covered(less: dict[str, Any]) -> None:
    assert covers(content(), less, NONE)


@pytest.mark.parametrize(
    "more",
    [
        content(quantity="10.000001"),
        content(price={"amount": "2.000001", "currency": "EUR"}),
        content(price={"amount": "1", "currency": "USD"}),
        content(price={"amount": "1", "currency": "EUR", "per": "10"}),
        content(price=None),
        content(specs=[["colour", "red"]]),
        content(seller="s2"),
        content(total="20.01"),
        content(total="20", lines=[{**content()["lines"][0], "id": "b"}]),
    ],
)
def test_what_is_more_or_otherwise_is_not(more: dict[str, Any]) -> None:
    assert not covers(content(), more, NONE)


def test_a_line_that_had_no_price_may_not_get_one() -> None:
    unpriced = content(price=None)

    assert covers(unpriced, unpriced, NONE)
    assert not covers(unpriced, content(), NONE)


def test_an_order_fully_priced_is_another_than_one_that_was_not() -> None:
    partly = content()
    partly["total"] = {**partly["total"], "priced": False}

    assert not covers(partly, content(), NONE)


@pytest.mark.parametrize(("quantity", "total", "within"), [
    ("10.5", "21", True), ("10.500001", "21", False), ("10", "21.01", False),
])  # fmt: skip
def test_a_tolerance_counts_for_quantities_and_for_the_total(
    quantity: str, total: str, within: bool
) -> None:
    assert covers(content(), content(quantity=quantity, total=total), FIVE) is within


def test_a_field_that_is_gone_is_not_covered() -> None:
    after = content()
    del after["seller"]

    assert not covers(content(), after, NONE)
