"""Content that changes after it was approved, and what one user may order over time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from orderloom import (
    AddLine,
    Address,
    Delivery,
    NewLine,
    RemoveLine,
    Scope,
    SetLine,
    SetOrder,
)
from orderloom.modules.contributions.limits import first_day


def approved(shop: Any, *amounts: str) -> Any:
    return shop.approve("hana", shop.place("omar", *amounts))


def test_an_approved_order_that_grows_waits_again_and_keeps_its_number(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600"), SetLine(line=1, quantity="2"))

    assert (order.status, order.number) == ("needs_approval", "M-0001")
    assert shop.heard == ["placed pending", "edited needs_approval"]

    order = shop.approve("hana", order)

    assert (order.status, order.number) == ("pending", "M-0001")
    assert shop.heard[2:] == ["place needs_approval to pending"]


def test_an_approved_order_may_become_less(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600", "700"), RemoveLine(1))

    assert order.status == "pending"


def test_and_then_grow_back_to_what_was_approved(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600"), SetLine(line=1, price="550"))

    assert shop.edit("omar", order, SetLine(line=1, price="600")).status == "pending"
    assert shop.edit("omar", order.ref, SetLine(line=1, price="600.01")).status == "needs_approval"


def test_a_line_exchanged_for_another_of_the_same_price_was_not_approved(shop: Any) -> None:
    line = NewLine("Something else", "1", price="600")
    order = shop.edit("omar", approved(shop, "600"), AddLine(line), RemoveLine(1))

    assert order.status == "needs_approval"


def test_an_order_handed_to_another_supplier_was_not_approved(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600"), SetOrder(seller="o2"))

    assert order.status == "needs_approval"


def test_what_no_limit_cares_for_may_change(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600"), SetOrder(remarks="Ring twice."))

    assert order.status == "pending"


def test_an_order_within_the_limit_that_grows_over_it_waits(shop: Any) -> None:
    order = shop.edit("omar", shop.place("omar", "400"), SetLine(line=1, price="501"))

    assert order.status == "needs_approval"


def test_whoever_needs_no_approval_may_make_more_of_it(shop: Any) -> None:
    order = shop.edit("hana", shop.place("omar", "400"), SetLine(line=1, price="5000"))

    assert order.status == "pending"


def test_a_tolerance_lets_it_grow_by_so_much_percent(make_market: Any, asks: Any) -> None:
    head = {"role": "market.head", "scope": Scope("party", "o1")}
    shop = make_market(asks(head, tolerance="5"))
    order = approved(shop, "100")

    assert shop.edit("omar", order, SetLine(line=1, price="105")).status == "pending"
    grown = shop.edit("omar", order.ref, SetLine(line=1, price="105.01"))
    assert grown.status == "needs_approval"


def test_many_small_steps_do_not_add_up_past_a_tolerance(make_market: Any, asks: Any) -> None:
    head = {"role": "market.head", "scope": Scope("party", "o1")}
    shop = make_market(asks(head, tolerance="5"))
    order = approved(shop, "100")

    statuses = [
        shop.edit("omar", order.ref, SetLine(line=1, price=price)).status
        for price in ("103", "105", "106")
    ]

    assert statuses == ["pending", "pending", "needs_approval"]


def test_votes_for_less_are_void_when_it_grows_while_it_waits(make_market: Any, asks: Any) -> None:
    head = {"role": "market.head", "scope": Scope("party", "o1"), "count": 2}
    shop = make_market(asks(head))
    order = shop.approve("hana", shop.place("omar", "100"))
    order = shop.edit("omar", order, SetLine(line=1, price="101"))

    order = shop.approve("hugo", order)

    assert order.status == "needs_approval"
    with shop.reader("hana") as reader:
        assert [one.subject.id for one in reader.to_approve()] == [order.id]
    assert shop.approve("hana", order).status == "pending"


def test_a_strike_keeps_the_votes_before_it(make_market: Any, asks: Any) -> None:
    head = {"role": "market.head", "scope": Scope("party", "o1"), "count": 2}
    shop = make_market(asks(head))
    order = shop.approve("hana", shop.place("omar", "100", "50"))

    order = shop.approve("hugo", order, strike=[2])

    assert (order.status, len(order.lines)) == ("pending", 1)


def test_a_copy_starts_without_approvals(shop: Any) -> None:
    order = approved(shop, "600")

    with shop.desk("omar") as desk:
        copy = desk.copy(order)

    assert copy.status == "needs_approval"


def test_the_event_keeps_what_the_limits_saw(shop: Any) -> None:
    order = shop.place("omar", "400")

    with shop.reader("root") as reader:
        gate = reader.history(order)[0].body["gate"]
    assert gate["grants"] == [["market.orderer", "party", "o1"]]
    assert gate["limits"] == ["market.purchasing"]
    assert gate["own"][0][2][0]["amount"] == {"amount": "500", "currency": "EUR"}
    assert gate["asked"] == []


# ── budgets ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def budget(make_market: Any) -> Any:
    """omar may order 1,000 EUR a week."""
    shop = make_market()
    shop.allow("omar", "1000", per="week")
    return shop


def test_orders_of_the_last_seven_days_count_against_a_weekly_budget(budget: Any) -> None:
    first = budget.place("omar", "600")
    second = budget.place("omar", "400")
    third = budget.place("omar", "0.01")

    assert [one.status for one in (first, second, third)] == [
        "pending", "pending", "needs_approval",
    ]  # fmt: skip


def test_seven_days_later_they_do_not(budget: Any) -> None:
    budget.place("omar", "1000")
    budget.clock.move(days=6)
    assert budget.place("omar", "1").status == "needs_approval"
    budget.clock.move(days=1)

    assert budget.place("omar", "999").status == "pending"
    assert budget.place("omar", "0.01").status == "needs_approval"


def test_a_dropped_order_gives_its_amount_back(budget: Any) -> None:
    order = budget.place("omar", "1000")
    with budget.desk("omar") as desk:
        desk.perform(order, "drop")

    assert budget.place("omar", "1000").status == "pending"


def test_what_others_order_does_not_count(budget: Any) -> None:
    budget.place("olga", "5000")

    assert budget.place("omar", "1000").status == "pending"


def test_an_order_does_not_count_twice_when_it_is_edited(budget: Any) -> None:
    order = budget.place("omar", "600")

    assert budget.edit("omar", order, SetLine(line=1, price="1000")).status == "pending"


def test_order_and_period_are_asked_each_on_its_own(budget: Any) -> None:
    budget.allow("omar", "300")

    order = budget.place("omar", "301")

    with budget.reader("hana") as reader:
        (request,) = reader.to_approve()
    assert order.status == "needs_approval"
    assert [one.why.code for one in request.requirements] == ["limit.over"]
    assert request.amount.amount == Decimal("301")


@pytest.mark.parametrize(
    ("per", "since"),
    [("day", "2026-07-01"), ("week", "2026-06-25"), ("month", "2026-06-02"),
     ("quarter", "2026-04-02")],
)  # fmt: skip
def test_a_period_begins_so_many_days_before_today(per: str, since: str) -> None:
    assert str(first_day(per, date(2026, 7, 1))) == since


def test_a_month_before_the_31st_begins_after_the_last_day_of_a_shorter_one() -> None:
    assert str(first_day("month", date(2026, 3, 31))) == "2026-03-01"
    assert str(first_day("quarter", date(2026, 5, 31))) == "2026-03-01"


THERE = Delivery(address=Address(("Gate 3",), city="Exampleton"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"delivery": Delivery(address=Address(("Gate 9",), city="Exampleton"))},
        {"delivery": Delivery(address=THERE.address, method="pickup")},
        {"delivery": None},
        {"bill_to": Address(("Till 9",), city="Exampleton")},
        {"bill_to": None},
    ],
)
def test_where_goods_and_money_go_was_approved_too(shop: Any, elsewhere: dict[str, Any]) -> None:
    till = Address(("Till 1",), city="Exampleton")
    order = shop.approve("hana", shop.place("omar", "600", delivery=THERE, bill_to=till))

    order = shop.edit("omar", order, SetOrder(**elsewhere))

    assert (order.status, order.number) == ("needs_approval", "M-0001")


@pytest.mark.parametrize(
    "wish",
    [
        SetOrder(delivery=attrs.evolve(THERE, on=date(2026, 7, 9), instructions="Ring twice.")),
        SetOrder(title="Terrace", remarks="Ring twice."),
        SetLine(line=1, group="Bar", note="Cold, please."),
    ],
)
def test_wishes_may_change(shop: Any, wish: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600", delivery=THERE))

    assert shop.edit("omar", order, wish).status == "pending"


def test_a_wanted_day_is_no_other_place(shop: Any) -> None:
    order = shop.edit("omar", approved(shop, "600"), SetOrder(delivery=Delivery(on="2026-07-09")))

    assert order.status == "pending"


def test_a_vote_is_void_as_soon_as_the_goods_go_elsewhere(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"role": "market.head", "scope": Scope("party", "o1"), "count": 2}))
    order = shop.approve("hana", shop.place("omar", "10", delivery=THERE))
    order = shop.edit("omar", order, SetOrder(delivery=None))

    with shop.reader("hana") as reader:
        assert reader.approval(order).votes == ()


def test_a_limit_may_bind_the_day_too(make_market: Any, asks: Any) -> None:
    one = {"role": "market.head", "scope": Scope("party", "o1")}
    shop = make_market(asks(one, content=("delivery.on",)))
    order = shop.approve("hana", shop.place("omar", "10", delivery=THERE))

    order = shop.edit("omar", order, SetOrder(delivery=Delivery(on="2026-07-09")))

    assert order.status == "needs_approval"
