import decimal
import pickle
from decimal import Decimal

import pytest

from orderloom.errors import Refused
from orderloom.values import Money, currency_of, precision


def euro(amount):
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12.5", "EUR", "12.50 EUR"),
        ("0.125", "EUR", "0.13 EUR"),
        ("0.135", "EUR", "0.14 EUR"),
        ("-0.125", "EUR", "-0.13 EUR"),
        ("0.1249999", "EUR", "0.12 EUR"),
        ("-0.004", "EUR", "0.00 EUR"),
        ("1234.5", "JPY", "1235 JPY"),
        ("1.0005", "KWD", "1.001 KWD"),
        ("1E+3", "EUR", "1000.00 EUR"),
        ("0E+50", "EUR", "0.00 EUR"),
    ],
)
def test_money_is_rounded_half_away_from_zero_at_its_currency(amount, currency, text):
    assert str(Money(Decimal(amount), currency)) == text


def test_precision_follows_the_currency():
    assert (precision("EUR"), precision("JPY"), precision("KWD")) == (2, 0, 3)


def test_a_currency_is_read_in_lower_case():
    assert currency_of("eur", "currency") == "EUR"
    assert Money(Decimal(1), "eur") == euro("1")


@pytest.mark.parametrize("code", ["EURO", "XXX", "XTS", "", "ZZZ", None, 978, "EU\n"])
def test_an_unknown_currency_is_refused(code):
    with pytest.raises(Refused) as refusal:
        currency_of(code, "currency")

    assert refusal.value.codes == ("currency.unknown",)


def test_an_unknown_currency_names_the_nearest():
    with pytest.raises(Refused, match=r"such as .*EUR"):
        currency_of("EURO", "currency")


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("NaN", "decimal.not_finite"),
        ("Infinity", "decimal.not_finite"),
        ("1E+12", "decimal.too_long"),
        ("999999999999.995", "decimal.too_long"),
        ("-1E+999999", "decimal.too_long"),
    ],
)
def test_money_beyond_the_limits_is_refused(amount, code):
    with pytest.raises(Refused) as refusal:
        euro(amount)

    assert refusal.value.codes == (code,)


def test_a_sum_beyond_the_limits_is_refused():
    most = euro("999999999999.99")

    with pytest.raises(Refused) as refusal:
        most + euro("0.01")

    assert refusal.value.codes == ("decimal.too_long",)


def test_money_is_added_subtracted_and_negated():
    assert euro("0.10") + euro("0.20") == euro("0.30")
    assert euro("0.10") - euro("0.30") == euro("-0.20")
    assert -euro("0.30") == euro("-0.30")


def test_minus_nothing_is_nothing():
    assert str(-Money.zero("EUR")) == "0.00 EUR"


def test_money_is_compared_within_a_currency():
    assert euro("1.99") < euro("2")
    assert euro("2") >= euro("2.00")
    assert sorted([euro("2"), euro("-1")]) == [euro("-1"), euro("2")]


def test_only_nothing_is_false():
    assert not euro("0.004")
    assert euro("-0.01")


@pytest.mark.parametrize(
    "mix",
    [
        lambda left, right: left + right,
        lambda left, right: left - right,
        lambda left, right: left < right,
        lambda left, right: left >= right,
        lambda left, right: Money.sum([left, right], "EUR"),
    ],
)
def test_currencies_never_mix(mix):
    with pytest.raises(Refused) as refusal:
        mix(euro("1"), Money(Decimal(1), "USD"))

    assert refusal.value.codes == ("money.currencies_differ",)


def test_equal_figures_of_two_currencies_are_not_equal():
    assert euro("1") != Money(Decimal(1), "USD")


def test_a_sum_of_nothing_is_zero():
    assert Money.sum([], "JPY") == Money.zero("JPY")


def test_a_sum_adds_all_items():
    assert Money.sum([euro("0.10")] * 3, "EUR") == euro("0.30")


def test_a_percentage_is_rounded_once():
    assert euro("12.50").percent(Decimal(20)) == euro("2.50")
    assert euro("0.10").percent(Decimal("5")) == euro("0.01")
    assert euro("-0.10").percent(Decimal("5")) == euro("-0.01")
    assert euro("99.99").percent(Decimal("-33.333333")) == euro("-33.33")


def test_both_problems_of_an_amount_are_reported():
    with pytest.raises(Refused) as refusal:
        Money.of("1e5", "EURO", "budget")

    assert refusal.value.codes == ("decimal.not_a_number", "currency.unknown")
    assert [problem.field for problem in refusal.value.problems] == ["budget", "budget.currency"]


def test_an_amount_is_read_through_the_gates():
    assert Money.of("12.505", "eur", "budget") == euro("12.51")


def test_a_float_is_never_money():
    with pytest.raises(Refused) as refusal:
        Money(0.1, "EUR")

    assert refusal.value.codes == ("decimal.not_a_number",)


def test_the_ambient_decimal_context_changes_no_amount():
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN, traps=[decimal.Inexact]):
        total = euro("123456.785") + euro("0.01")
        tax = total.percent(Decimal("20"))

    assert str(total) == "123456.80 EUR"
    assert str(tax) == "24691.36 EUR"


def test_money_survives_pickling_and_hashing():
    money = euro("12.50")

    assert pickle.loads(pickle.dumps(money)) == money
    assert len({money, euro("12.5")}) == 1
