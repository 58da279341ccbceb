from decimal import Decimal

import pytest

from orderloom import Refused
from orderloom_procurement.shares import Share, Shares, shares_of, spread_over


def _spread(quantity, weights, digits=0):
    return [
        str(part) for part in spread_over(Decimal(quantity), list(map(Decimal, weights)), digits)
    ]


def test_pieces_are_spread_whole_and_none_is_lost():
    # 50 x 1/3 = 16.66 each: two pieces are over, for the first two
    assert _spread("50", ["1", "1", "1"]) == ["17", "17", "16"]


def test_what_is_over_goes_to_the_largest_remainder():
    # 10 x 2/13 = 1.53, 10 x 3/13 = 2.30, 10 x 8/13 = 6.15
    assert _spread("10", ["2", "3", "8"]) == ["2", "2", "6"]


def test_metres_are_spread_to_their_decimals():
    # 100 m in thirds, millimetre by millimetre
    assert _spread("100", ["1", "1", "1"], 3) == ["33.334", "33.333", "33.333"]


def test_a_broken_number_of_pieces_is_spread_in_millionths():
    assert _spread("0.5", ["1", "1"]) == ["0.25", "0.25"]


def test_percentages_cover_the_whole_quantity():
    shares = shares_of("Golf cart: V1=60%, V2=40%")

    # 51 x 0.6 = 30.6, 51 x 0.4 = 20.4
    assert shares.of_quantity(Decimal(51), 0) == (("V1", Decimal(31)), ("V2", Decimal(20)))


def test_quantities_are_taken_in_their_order_until_nothing_is_left():
    shares = shares_of("Golf cart: V1=30, V2=30, V3=30")

    assert shares.of_quantity(Decimal(50), 0) == (("V1", Decimal(30)), ("V2", Decimal(20)))


def test_a_share_too_small_for_a_piece_is_left_out():
    shares = shares_of("Golf cart: V1=99%, V2=1%")

    assert shares.of_quantity(Decimal(2), 0) == (("V1", Decimal(2)),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Golf cart", "procurement.shares.malformed"),
        ("Golf cart: V1", "procurement.shares.malformed"),
        (": V1=100%", "procurement.shares.malformed"),
        ("Golf cart: V1=60%, V2=30%", "procurement.shares.percent"),
        ("Golf cart: V1=60%, V2=30", "procurement.shares.mixed"),
        ("Golf cart: V1=60%, V1=40%", "procurement.shares.vendor_twice"),
        ("Golf cart: V1=many", "decimal.not_a_number"),
        ("Golf cart: V1=-5", "decimal.too_small"),
    ],
)
def test_shares_that_make_no_sense_are_refused(text, code):
    with pytest.raises(Refused) as refused:
        shares_of(text)

    assert refused.value.codes == (code,)


def test_a_share_states_a_percentage_or_a_quantity():
    with pytest.raises(Refused):
        Shares("Golf cart", [Share(vendor="V1")])
