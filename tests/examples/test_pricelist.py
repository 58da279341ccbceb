"""Agreed prices decide what a line costs."""

from __future__ import annotations

import pytest

import orderloom_procurement.module as procurement
from orderloom import AddLine, Refused
from orderloom.testing import a_line, an_order, check_module, open_bench

ORDER = "procurement.order"


@pytest.fixture
def bench(example):
    with open_bench([procurement, example("pricelist")]) as opened:
        yield opened


@pytest.fixture
def agree(bench, example):
    """Enter an agreed price of the vendor's chair."""
    new_price = example("pricelist", "prices").new_price
    return lambda amount="12.50", **more: bench.place(new_price("vendor", "chair", amount, **more))


def _chairs(quantity):
    return a_line("Chair", quantity, product="chair", price=None)


def test_a_line_takes_the_price_agreed_with_the_vendor(bench, agree):
    agreed = agree("12.50")

    order = bench.place(an_order(ORDER, lines=[_chairs("10")]))

    assert str(order.totals.total) == "125.00 EUR"
    assert order.lines[0].price_source.rule == f"agreed {agreed.id}"


def test_another_vendor_has_agreed_to_nothing(bench, agree):
    agree()

    order = bench.place(an_order(ORDER, seller="buyer", lines=[_chairs("10")]))

    assert str(order.totals) == "not priced"


def test_a_withdrawn_price_is_used_no_more_and_what_was_ordered_keeps_it(bench, agree):
    price = agree("12.50")
    order = bench.place(an_order(ORDER, lines=[_chairs("10")]))

    bench.perform(price, "withdraw")
    later = bench.edit(order, AddLine(line=_chairs("1")))

    assert [line.total and str(line.total) for line in later.lines] == ["125.00 EUR", None]


def test_less_than_the_minimum_is_refused_with_what_to_do(bench, agree):
    agree(minimum=20)

    with pytest.raises(Refused, match="sold from 20 on") as refused:
        bench.place(an_order(ORDER, lines=[_chairs("19")]))

    assert refused.value.problems[0].field == "lines[0].quantity"


def test_a_second_price_for_the_same_is_refused(bench, agree):
    agree("12.50")

    with pytest.raises(Refused) as refused:
        agree("11.00")

    assert refused.value.codes == ("pricelist.price.exists",)


def test_tax_and_surcharge_are_what_the_admin_set(bench, agree):
    agree("10.00")
    bench.set("pricelist", tax_percent="19", small_below="100", small_surcharge="7.50")

    small = bench.place(an_order(ORDER, lines=[_chairs("9")]))
    large = bench.place(an_order(ORDER, lines=[_chairs("10")]))

    # 90.00 + 17.10 tax + 7.50, and 100.00 + 19.00 tax
    assert [str(one.totals.total) for one in (small, large)] == ["114.60 EUR", "119.00 EUR"]


def test_it_passes_the_kit(example):
    found = [result for result in check_module(example("pricelist")) if result.findings]

    assert found == []
