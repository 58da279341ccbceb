import decimal
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.errors import Refused
from orderloom.values import decimal_of, from_scaled, plain, positive, to_scaled

gated = st.integers(-(10**18) + 1, 10**18 - 1).map(from_scaled)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("200", "200"),
        ("12.50", "12.5"),
        ("+7", "7"),
        ("-0.000001", "-0.000001"),
        ("0007.500000000", "7.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("999999999999.999999", "999999999999.999999"),
        (200, "200"),
        (-3, "-3"),
        (Decimal("1E+3"), "1000"),
        (Decimal("2.500000000"), "2.5"),
        (Decimal("-0.00"), "0"),
        (Decimal("0E+999999"), "0"),
    ],
)
def test_a_number_is_read_without_exponent_and_trailing_zeros(value, expected):
    number = decimal_of(value, "quantity")

    assert str(number) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.1, "decimal.not_a_number"),
        (True, "decimal.not_a_number"),
        (None, "decimal.not_a_number"),
        (b"1", "decimal.not_a_number"),
        ([1], "decimal.not_a_number"),
        ("", "decimal.not_a_number"),
        (".", "decimal.not_a_number"),
        ("1e400", "decimal.not_a_number"),
        ("1_000", "decimal.not_a_number"),
        ("1 000", "decimal.not_a_number"),
        (" 1", "decimal.not_a_number"),
        ("1\n", "decimal.not_a_number"),
        ("1,5", "decimal.not_a_number"),
        ("１２", "decimal.not_a_number"),
        ("٣", "decimal.not_a_number"),
        ("--1", "decimal.not_a_number"),
        ("0x10", "decimal.not_a_number"),
        ("NaN", "decimal.not_finite"),
        ("-Infinity", "decimal.not_finite"),
        (Decimal("sNaN"), "decimal.not_finite"),
        (Decimal("Infinity"), "decimal.not_finite"),
        ("1" * 13, "decimal.too_long"),
        ("1" * 40, "decimal.too_long"),
        ("0.0000001", "decimal.too_long"),
        (10**12, "decimal.too_long"),
        pytest.param(10**5000, "decimal.too_long", id="huge"),
        (Decimal("1E+999999"), "decimal.too_long"),
        (Decimal("1E-999999"), "decimal.too_long"),
        (Decimal("1.0000000000000000000000000000000001"), "decimal.too_long"),
    ],
)
def test_what_is_not_a_plain_number_within_the_limits_is_refused(value, code):
    with pytest.raises(Refused) as refusal:
        decimal_of(value, "lines[3].quantity")

    assert refusal.value.codes == (code,)
    assert refusal.value.problems[0].field == "lines[3].quantity"


def test_a_refusal_shows_at_most_forty_characters_of_a_megabyte_of_text():
    with pytest.raises(Refused) as refusal:
        decimal_of("x" * 1_000_000, "quantity")

    assert dict(refusal.value.problems[0].params)["given"] == "x" * 39 + "…"


def test_a_number_below_the_minimum_is_refused_naming_the_bound():
    with pytest.raises(Refused) as refusal:
        decimal_of("1.999999", "quantity", minimum=2)

    assert refusal.value.codes == ("decimal.too_small",)
    assert "give a number >= 2." in str(refusal.value)


def test_the_minimum_itself_is_accepted():
    assert decimal_of("2", "quantity", minimum=2) == 2


def test_zero_is_not_positive():
    with pytest.raises(Refused, match="give a number > 0"):
        positive("0.000000", "quantity")


def test_the_smallest_step_is_positive():
    assert positive("0.000001", "quantity") == Decimal("0.000001")


def test_millionths_of_the_largest_number_fit_64_bits():
    scaled = to_scaled(Decimal("-999999999999.999999"))

    assert scaled == -999_999_999_999_999_999
    assert scaled.bit_length() < 64


def test_a_number_with_seven_decimals_is_not_scaled_inexactly():
    with pytest.raises(Refused) as refusal:
        to_scaled(Decimal("0.1234567"))

    assert refusal.value.codes == ("decimal.too_long",)


@settings(deadline=None)
@given(gated)
def test_scaling_and_its_reverse_give_the_same_canonical_number(number):
    assert str(from_scaled(to_scaled(number))) == str(number)


@settings(deadline=None)
@given(gated)
def test_the_plain_text_of_a_number_passes_the_gate_unchanged(number):
    assert str(decimal_of(plain(number), "quantity")) == plain(number) == str(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [("2E+2", "200"), ("12.50", "12.5"), ("-0.00", "0"), ("1E-6", "0.000001"), ("100", "100")],
)
def test_plain_text_has_no_exponent_and_no_trailing_zeros(number, text):
    assert plain(Decimal(number)) == text


def test_the_ambient_decimal_context_changes_no_figure():
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN, traps=[decimal.Inexact]):
        number = decimal_of("123456789012.123456", "amount")
        scaled = to_scaled(number)

    assert str(number) == "123456789012.123456"
    assert scaled == 123_456_789_012_123_456
