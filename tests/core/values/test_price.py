import decimal
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orderloom.errors import Refused
from orderloom.values import Money, Price, from_scaled


def euro(amount, per="1"):
    return Price(Decimal(amount), "EUR", Decimal(per))


def numbers(least, most):
    return st.integers(least, most).map(from_scaled)


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [
        (euro("12.50"), "3", "37.50"),
        (euro("0.004125"), "1000", "4.13"),  # 4.125, a tie, goes up
        (euro("12.50", per="100"), "250", "31.25"),
        (euro("12.50", per="100"), "1", "0.13"),  # 0.125
        (euro("1", per="3"), "1", "0.33"),
        (euro("1", per="3"), "2", "0.67"),
        (euro("12.50"), "-3", "-37.50"),
        (euro("0.005"), "-1", "-0.01"),
        (euro("0"), "5", "0.00"),
        (euro("999999.999999"), "999999.999999", "999999999998.00"),
    ],
)
def test_a_price_times_a_quantity_is_rounded_once(price, quantity, total):
    assert price.times(Decimal(quantity)) == Money(Decimal(total), "EUR")


def test_a_total_a_hair_below_a_tie_is_rounded_down():
    # Exactly ….605 less 1/(10^12 x per) EUR; 28 digits, Python's default, would see the tie.
    price = euro("26592554.177597", per="11111381.94938")

    total = price.times(Decimal("30862513251.933067"))

    assert total == Money(Decimal("73862374585.60"), "EUR")


@settings(deadline=None)
@given(numbers(0, 10**12), numbers(-(10**9), 10**9), numbers(1, 10**12))
def test_a_total_is_the_exact_quotient_rounded_half_away_from_zero(amount, quantity, per):
    cents = Fraction(amount) * Fraction(quantity) / Fraction(per) * 100
    assume(abs(cents) < 10**13)

    total = Price(amount, "EUR", per).times(quantity)

    half_up = floor(abs(cents) + Fraction(1, 2))
    assert total.amount * 100 == (half_up if cents >= 0 else -half_up)


def test_a_price_in_yen_makes_whole_yen():
    assert Price(Decimal("0.5"), "JPY").times(Decimal(3)) == Money(Decimal(2), "JPY")


def test_a_price_keeps_six_decimals():
    assert euro("0.004125").amount == Decimal("0.004125")


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (euro("12.50"), "12.5 EUR"),
        (euro("12.50", per="100"), "12.5 EUR per 100"),
        (euro("200"), "200 EUR"),
    ],
)
def test_a_price_reads_as_people_write_it(price, text):
    assert str(price) == text


@pytest.mark.parametrize(
    ("amount", "per", "code"),
    [
        ("-0.01", "1", "decimal.too_small"),
        ("1", "0", "decimal.too_small"),
        ("1", "-1", "decimal.too_small"),
        ("0.0000001", "1", "decimal.too_long"),
        ("NaN", "1", "decimal.not_finite"),
    ],
)
def test_a_price_outside_the_limits_is_refused(amount, per, code):
    with pytest.raises(Refused) as refusal:
        euro(amount, per)

    assert refusal.value.codes == (code,)


def test_a_price_is_read_with_all_its_problems():
    with pytest.raises(Refused) as refusal:
        Price.of("-1", "EURO", "lines[0].price", per="0")

    assert [problem.field for problem in refusal.value.problems] == [
        "lines[0].price",
        "lines[0].price.currency",
        "lines[0].price.per",
    ]


def test_a_price_is_read_through_the_gates():
    assert Price.of("12.50", "eur", "price", per=100) == euro("12.5", per="100")


def test_a_total_beyond_the_limits_is_refused():
    with pytest.raises(Refused) as refusal:
        euro("1000000").times(Decimal("1000000"))

    assert refusal.value.codes == ("decimal.too_long",)


def test_the_ambient_decimal_context_changes_no_total():
    price = euro("123456.785")

    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN):
        total = price.times(Decimal("1"))

    assert str(total) == "123456.79 EUR"
