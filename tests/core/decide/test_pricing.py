from decimal import Decimal

import pytest

from orderloom import (
    Adjustment,
    LinePrice,
    LineTax,
    Money,
    NewLine,
    Price,
    Provenance,
    Refused,
    Reprice,
    SetLine,
    SetOrder,
)


class Prices:
    """What the shop answers; changed by tests between commands."""

    def __init__(self):
        self.price = Price(Decimal("12.50"), "EUR", Decimal(100))
        self.tax = Decimal(20)


@pytest.fixture
def prices():
    return Prices()


@pytest.fixture
def shop(make_module, prices):
    def price_line(line):
        return LinePrice(prices.price, "list 2026") if line.name == "Screw" else None

    def tax_line(line):
        return LineTax("S", prices.tax, "domestic")

    def adjust_order(order, adjustments):
        if order.totals.lines < Money(Decimal(100), "EUR"):
            return None
        line = order.lines[0]
        return (
            *adjustments,
            Adjustment(key="bulk", label="Bulk", amount=-line.total.percent(Decimal(10)),
                       line=line.id, source=Provenance(rule="over 100")),
            Adjustment(key="freight", label="Freight", amount=Money(Decimal("9.90"), "EUR")),
        )  # fmt: skip

    return make_module("shop", price_line=price_line, tax_line=tax_line, adjust_order=adjust_order)


SCREWS = [NewLine("Screw", 750)]


def test_a_module_prices_taxes_and_adjusts_to_the_cent(make_toy, shop):
    order = make_toy(shop).place(lines=[NewLine("Screw", 1000), NewLine("Nut", 3)])

    screw, nut = order.lines
    # 1,000 x 12.50 / 100 = 125.00; 10 % off = 112.50; 20 % of that = 22.50
    assert [str(screw.total), str(screw.tax_amount)] == ["112.50 EUR", "22.50 EUR"]
    assert [nut.price, nut.total, nut.tax_amount] == [None, None, None]
    assert str(order.totals.adjustments) == "9.90 EUR"
    assert str(order.totals) == "144.90 EUR (partly priced, 1 of 2)"


def test_every_figure_tells_where_it_comes_from(make_toy, shop):
    order = make_toy(shop).place(lines=[NewLine("Screw", 1000), NewLine("Nut", 3, price="1")])

    screw, nut = order.lines
    assert screw.price_source == Provenance("shop", "list 2026")
    assert screw.tax.source == Provenance("shop", "domestic")
    assert nut.price_source == Provenance("", "ann")
    assert [each.source for each in order.adjustments] == [
        Provenance("shop", "over 100"),
        Provenance("shop", ""),
    ]


def test_a_second_answer_is_noted(make_toy, make_module, shop):
    def price_line(line):
        return LinePrice(Price(Decimal(1), "EUR"), "cheaper")

    rival = make_module("rival", price_line=price_line)

    line = make_toy(shop, rival).place(lines=SCREWS).line(1)

    assert line.price_source == Provenance("rival", "cheaper", ("shop",))


def test_a_placed_price_and_its_tax_are_frozen(make_toy, shop, prices):
    toy = make_toy(shop)
    order = toy.place(lines=SCREWS)
    prices.price, prices.tax = Price(Decimal(99), "EUR"), Decimal(7)

    after = toy.edit(order, SetOrder(title="Renamed"), SetLine(line=1, quantity=760))

    assert after.line(1).price == Price(Decimal("12.50"), "EUR", Decimal(100))
    assert after.line(1).tax.percent == 20
    assert str(after.line(1).total) == "95.00 EUR"


def test_reprice_asks_the_modules_again(make_toy, shop, prices):
    toy = make_toy(shop)
    order = toy.place(lines=SCREWS)
    prices.price, prices.tax = Price(Decimal("0.01"), "EUR"), Decimal(7)

    after = toy.edit(order, Reprice())

    assert str(after.line(1).total) == "7.50 EUR"
    assert str(after.line(1).tax_amount) == "0.53 EUR"  # 0.525


def test_a_price_set_by_hand_is_taxed_by_the_rate_of_today(make_toy, shop, prices):
    toy = make_toy(shop)
    order = toy.place(lines=SCREWS)
    prices.tax = Decimal(7)

    after = toy.edit(order, SetLine(line=1, price=1))

    assert after.line(1).price_source == Provenance("", "ann")
    assert after.line(1).tax.percent == 7


def test_a_price_in_another_currency_names_its_module(make_toy, shop, prices):
    prices.price = Price(Decimal(1), "USD")

    with pytest.raises(Refused) as refused:
        make_toy(shop).place(lines=SCREWS)

    (problem,) = refused.value.problems
    assert (problem.field, problem.code, problem.module) == (
        "lines[0].price",
        "price.currency",
        "shop",
    )


def test_a_rate_that_is_no_plain_number_is_refused(make_toy, shop, prices):
    prices.tax = Decimal("NaN")

    with pytest.raises(Refused) as refused:
        make_toy(shop).place(lines=SCREWS)

    assert [problem.field for problem in refused.value.problems] == ["lines[0].tax"]


def test_an_order_that_comes_to_too_much_names_the_line(toy):
    lines = [NewLine("Chair", 1, price=1), NewLine("Gold", "999999999999", price="2")]

    with pytest.raises(Refused) as refused:
        toy.place(lines=lines)

    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("lines[1].total", "decimal.too_long")
    ]


@pytest.mark.parametrize(
    ("adjustment", "code"),
    [
        ({"amount": Money(Decimal(1), "USD")}, "adjustment.unfit"),
        ({"line": "019f1d8c-e200-75c9-a01f-1259ccdd907b"}, "adjustment.line"),
        ({"key": "twice"}, "adjustment.unfit"),
    ],
)
def test_an_adjustment_that_does_not_fit_names_its_module(make_toy, make_module, adjustment, code):
    good = {"key": "a", "label": "A", "amount": Money(Decimal(1), "EUR")}

    def adjust_order(order):
        made = [Adjustment(**(good | adjustment))]
        return made * 2 if "key" in adjustment else made

    with pytest.raises(Refused) as refused:
        make_toy(make_module("shop", adjust_order=adjust_order)).place()

    assert [(each.code, each.module) for each in refused.value.problems] == [(code, "shop")]
