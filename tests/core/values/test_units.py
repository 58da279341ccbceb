from collections import Counter

import pytest

from orderloom.errors import Refused
from orderloom.values import REC20, Unit, unit_of

SLEEVE = Unit("SLEEVE", "slv", "sleeve of cups", 0)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("C62", "C62"),
        ("kgm", "KGM"),
        ("kg", "KGM"),
        ("KG", "KGM"),
        ("pcs", "C62"),
        ("Piece", "C62"),
        ("pieces", "C62"),
        ("hours", "HUR"),
        ("inches", "INH"),
        ("boxes", "XBX"),
        (" m² ", "MTK"),
        ("Lump Sum", "LS"),
        ("kWh", "KWH"),
        ("ST", "ST"),
    ],
)
def test_a_unit_is_found_by_code_symbol_or_name(given, code):
    assert unit_of(given, "unit") == code


@pytest.mark.parametrize(
    "given", ["", "furlong", "s s", None, 7, "ｋｇ", pytest.param("k" * 100_000, id="long")]
)
def test_an_unknown_unit_is_refused(given):
    with pytest.raises(Refused) as refusal:
        unit_of(given, "lines[0].unit")

    assert refusal.value.codes == ("unit.unknown",)


def test_a_misspelt_unit_names_the_nearest():
    with pytest.raises(Refused, match=r"such as .*kilogram"):
        unit_of("kilogrm", "unit")


def test_a_tenants_own_unit_is_found_by_its_names():
    own = {"SLEEVE": SLEEVE}

    assert unit_of("SLEEVE", "unit", own) == "SLEEVE"
    assert unit_of("Sleeve of Cups", "unit", own) == "SLEEVE"


def test_a_tenants_own_name_goes_before_a_standard_one():
    own = {"CASE24": Unit("CASE24", "cs", "case of 24", 0)}

    assert unit_of("cs", "unit", own) == "CASE24"


def test_the_standard_units_cannot_be_changed():
    with pytest.raises(TypeError):
        REC20["SLEEVE"] = SLEEVE


def test_no_name_stands_for_two_units():
    names = Counter()
    for unit in REC20.values():
        names.update({name.casefold() for name in (unit.code, unit.symbol, unit.title)})

    assert [name for name, count in names.items() if count > 1] == []


def test_the_subset_holds_the_units_of_everyday_orders():
    everyday = "C62 EA PR SET DZN XBX XPK XCT XPX XRO KGM TNE MTR MTK LTR HUR DAY KWH KVA E48 LS"

    assert set(everyday.split()) <= set(REC20)
    assert len(REC20) >= 60
