from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.errors import Refused
from orderloom.values import Money, from_scaled

amounts = st.integers(-(10**13), 10**13).map(lambda cents: Money(Decimal(cents) / 100, "EUR"))
weights = st.lists(st.integers(0, 10**17).map(from_scaled), min_size=1, max_size=12)


def split(amount, *shares, currency="EUR"):
    parts = Money(Decimal(amount), currency).allocate([Decimal(share) for share in shares])
    return [str(part.amount) for part in parts]


def test_the_cent_left_over_goes_to_the_earlier_of_equal_parts():
    assert split("100", 1, 1, 1) == ["33.34", "33.33", "33.33"]


def test_cents_left_over_go_to_the_largest_remainders():
    # 10.00 over 2:3:8 of 13 is 1.538…, 2.307…, 6.153…: floors 1.53, 2.30, 6.15 leave 2 cents;
    # the remainders are 0.84…, 0.76… and 0.38… cents.
    assert split("10", 2, 3, 8) == ["1.54", "2.31", "6.15"]


def test_a_negative_amount_is_split_like_its_opposite():
    assert split("-100", 1, 1, 1) == ["-33.34", "-33.33", "-33.33"]


def test_weights_of_zero_get_nothing():
    assert split("0.05", 0, 1, 0, 1) == ["0.00", "0.03", "0.00", "0.02"]


def test_weights_that_are_all_zero_share_equally():
    assert split("0.05", 0, 0) == ["0.03", "0.02"]


def test_a_currency_without_decimals_is_split_in_whole_units():
    assert split("10", 1, 1, 1, currency="JPY") == ["4", "3", "3"]


def test_fractional_weights_keep_their_proportion():
    assert split("10", "0.000001", "0.000003") == ["2.50", "7.50"]


def test_no_weights_are_refused():
    with pytest.raises(Refused) as refusal:
        split("10")

    assert refusal.value.codes == ("money.nothing_to_allocate",)


def test_all_negative_weights_are_refused_by_their_place():
    with pytest.raises(Refused) as refusal:
        split("10", 1, -1, -2)

    assert refusal.value.codes == ("decimal.too_small", "decimal.too_small")
    assert [problem.field for problem in refusal.value.problems] == ["weights[1]", "weights[2]"]


@settings(deadline=None)
@given(amounts, weights)
def test_no_cent_is_ever_lost(amount, shares):
    parts = amount.allocate(shares)

    assert Money.sum(parts, "EUR") == amount
    assert len(parts) == len(shares)


@settings(deadline=None)
@given(amounts, weights)
def test_each_part_is_within_a_cent_of_its_exact_share(amount, shares):
    parts = amount.allocate(shares)

    equal = not any(shares)
    whole = len(shares) if equal else sum(int(share * 10**6) for share in shares)
    for part, share in zip(parts, shares, strict=True):
        weight = 1 if equal else int(share * 10**6)
        off = abs(int(part.amount * 100) * whole - int(amount.amount * 100) * weight)
        assert off < whole
