from decimal import Decimal

import attrs
import pytest

from orderloom.errors import Refused
from orderloom.orders.order import Adjustment, LineItem, TaxRate
from orderloom.orders.pricing import totals_of, with_amounts, with_totals
from orderloom.values import Money, Price, uuid7


def line(maker, quantity, price, currency="EUR", per="1", tax=None):
    return LineItem(
        id=uuid7(maker.now), position=1, name="Thing", quantity=Decimal(quantity), unit="C62",
        price=None if price is None else Price(Decimal(price), currency, Decimal(per)),
        tax=TaxRate("S", Decimal(tax)) if tax else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "price", "per", "currency", "total"),
    [
        ("200", "1.25", "1", "EUR", "250.00"),
        ("3", "0.335", "1", "EUR", "1.01"),  # 1.005: half away from zero
        ("7", "12.50", "100", "EUR", "0.88"),  # 0.875
        ("1000", "0.004125", "1", "EUR", "4.13"),  # 4.125
        ("3", "33.5", "1", "JPY", "101"),  # 100.5: the yen has no decimals
        ("1", "0.0005", "1", "KWD", "0.001"),  # the dinar has three
        ("0.333333", "3", "1", "EUR", "1.00"),
    ],
)
def test_a_line_is_rounded_once_to_its_currency(maker, quantity, price, per, currency, total):
    priced = with_amounts(line(maker, quantity, price, currency, per), ())

    assert str(priced.total) == f"{total} {currency}"


def test_tax_is_rounded_per_line_on_its_total(maker):
    lines = tuple(with_amounts(line(maker, "1", "0.30", tax="7.5"), ()) for _ in range(3))

    totals = totals_of(lines, (), "EUR")

    assert str(lines[0].tax_amount) == "0.02 EUR"  # 0.0225
    assert str(totals.tax) == "0.06 EUR"  # not 0.07, as 7.5 % of 0.90 would be
    assert str(totals.total) == "0.96 EUR"


def test_adjustments_of_a_line_are_taxed_and_those_of_the_order_are_not(maker, order):
    first = attrs.evolve(order.line(1), tax=TaxRate("S", Decimal(20)))
    order = attrs.evolve(order, lines=(first, order.line(2)))
    adjustments = (
        Adjustment(key="line", label="Scratched", amount=Money(Decimal(-50), "EUR"), line=first.id),
        Adjustment(key="order", label="Freight", amount=Money(Decimal("9.99"), "EUR")),
    )

    summed = with_totals(order, adjustments)

    assert str(summed.line(1).total) == "200.00 EUR"
    assert str(summed.line(1).tax_amount) == "40.00 EUR"
    assert str(summed.totals.lines) == "200.00 EUR"
    assert str(summed.totals.adjustments) == "9.99 EUR"
    assert str(summed.totals.total) == "249.99 EUR"


def test_an_order_without_some_prices_is_partly_priced(order):
    assert str(order.totals) == "250.00 EUR (partly priced, 1 of 2)"
    assert not order.totals.complete


def test_an_order_without_any_price_is_not_priced(maker):
    totals = totals_of((line(maker, "1", None),), (), "EUR")

    assert str(totals) == "not priced"


def test_an_order_with_all_prices_says_its_total_only(maker):
    totals = totals_of((with_amounts(line(maker, "2", "0.05"), ()),), (), "EUR")

    assert str(totals) == "0.10 EUR"


def test_a_line_loses_its_amounts_with_its_price(order):
    bare = attrs.evolve(order.line(1), price=None)

    assert with_amounts(bare, ()).total is None


def test_more_than_twelve_digits_are_refused(maker):
    with pytest.raises(Refused) as refused:
        with_amounts(line(maker, "999999999999", "2"), ())

    assert refused.value.codes == ("decimal.too_long",)
