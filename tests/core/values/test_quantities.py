from decimal import Decimal

import pytest

from orderloom.errors import Refused
from orderloom.values import Quantity


def pieces(value):
    return Quantity(Decimal(value), "C62")


def test_a_quantity_reads_with_its_unit():
    assert str(pieces("200.0")) == "200 C62"


def test_quantities_of_one_unit_are_added_and_subtracted():
    assert pieces("0.1") + pieces("0.2") == pieces("0.3")
    assert pieces("1") - pieces("3") == pieces("-2")


def test_quantities_of_one_unit_are_compared():
    assert pieces("2") < pieces("10")
    assert pieces("2") >= pieces("2.000")


def test_no_pieces_are_false():
    assert not pieces("0")
    assert pieces("0.000001")


@pytest.mark.parametrize(
    "mix",
    [
        lambda left, right: left + right,
        lambda left, right: left - right,
        lambda left, right: left < right,
        lambda left, right: left >= right,
    ],
)
def test_units_never_mix(mix):
    with pytest.raises(Refused) as refusal:
        mix(pieces("1"), Quantity(Decimal(1), "KGM"))

    assert refusal.value.codes == ("quantity.units_differ",)


def test_a_sum_beyond_the_limits_is_refused():
    with pytest.raises(Refused) as refusal:
        pieces("999999999999.999999") + pieces("0.000001")

    assert refusal.value.codes == ("decimal.too_long",)
