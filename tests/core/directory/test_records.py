from decimal import Decimal

import pytest

from orderloom.directory import Product, User
from orderloom.errors import Forbidden, Refused
from orderloom.values import Actor, Grant

CHAIR = Product(
    id="CH-1", name="Folding chair", unit="C62", conversions={"DZN": "12", "XBX": "1/3"}
)


def test_a_dozen_is_twelve_pieces():
    assert CHAIR.convert(Decimal("2.5"), "DZN", "C62") == Decimal(30)


def test_pieces_become_dozens_when_it_comes_out_exactly():
    assert CHAIR.convert(Decimal(30), "C62", "DZN") == Decimal("2.5")


def test_two_conversions_are_chained_without_rounding_between_them():
    # 1 box = 1/3 piece, 1 dozen = 12 pieces: 72 boxes = 24 pieces = 2 dozen
    assert CHAIR.convert(Decimal(72), "XBX", "DZN") == Decimal(2)


def test_a_conversion_that_is_not_exact_is_refused_and_says_what_to_give():
    with pytest.raises(Refused) as refused:
        CHAIR.convert(Decimal(7), "C62", "DZN")

    assert refused.value.codes == ("product.inexact_conversion",)
    assert "give a multiple of 12 C62" in str(refused.value)


def test_an_unknown_unit_is_refused_and_says_which_there_are():
    with pytest.raises(Refused) as refused:
        CHAIR.convert(Decimal(7), "KGM", "C62")

    assert refused.value.codes == ("product.no_conversion",)
    assert "DZN, XBX, C62" in str(refused.value)


def test_a_quantity_in_the_same_unit_stays_whatever_the_unit():
    assert CHAIR.convert(Decimal("1.5"), "KGM", "KGM") == Decimal("1.5")


def test_a_quantity_that_is_no_number_is_refused():
    with pytest.raises(Refused) as refused:
        CHAIR.convert(Decimal("NaN"), "DZN", "C62")

    assert refused.value.codes == ("decimal.not_finite",)


def test_a_result_beyond_twelve_digits_is_refused():
    with pytest.raises(Refused) as refused:
        CHAIR.convert(Decimal(10**11), "DZN", "C62")

    assert refused.value.codes == ("decimal.too_long",)


def test_a_user_acts_with_the_grants_and_the_tenant_language():
    user = User(id="robin", grants=[Grant("admin")])

    assert user.actor("de") == Actor("robin", (Grant("admin"),), "de")


def test_a_deactivated_user_does_not_act():
    user = User(id="robin", active=False, grants=[Grant("admin")])

    with pytest.raises(Forbidden, match=r"robin is deactivated\. To act, ask an admin"):
        user.actor("de")
