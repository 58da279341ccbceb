"""Which tax a line has, and what may be set."""

from decimal import Decimal

import pytest

from orderloom import Money, NewLine, Refused
from orderloom_invoicing import tax_sums
from orderloom_invoicing.shares import share


def taxes(invoice):
    return [line.tax and (line.tax.category, str(line.tax.percent)) for line in invoice.lines]


def test_the_first_rule_that_fits_a_line_holds(house):
    house.set(
        tax_rules=[
            {"product": "BOOK", "group": "Rare", "category": "Z", "percent": "0"},
            {"product": "BOOK", "percent": "7"},
            {"group": "Deposit", "category": "O", "percent": "0"},
        ]
    )

    invoice = house.by_hand(
        NewLine("", "1", price="8", product="BOOK"),
        NewLine("", "1", price="8", product="BOOK", group="Rare"),
        NewLine("Crate", "1", price="3", group="Deposit"),
        NewLine("Chair", "1", price="8"),
    )

    assert taxes(invoice) == [("S", "7"), ("Z", "0"), ("O", "0"), ("S", "20")]


def test_without_a_rate_a_line_has_no_tax(house):
    house.set(tax_percent="")

    assert taxes(house.by_hand()) == [None]


def test_bases_and_taxes_add_up_to_the_totals(house):
    house.set(tax_rules=[{"group": "Deposit", "category": "O", "percent": "0"}])
    invoice = house.by_hand(
        NewLine("Chair", "1", price="0.33"),
        NewLine("Tent", "1", price="0.33"),
        NewLine("Crate", "1", price="3", group="Deposit"),
    )

    sums = [
        (one.category, str(one.percent), str(one.base), str(one.tax)) for one in tax_sums(invoice)
    ]

    # each line is rounded: 20 % of 0.33 is 0.07, twice
    assert sums == [("S", "20", "0.66 EUR", "0.14 EUR"), ("O", "0", "3.00 EUR", "0.00 EUR")]
    assert str(invoice.totals.tax) == "0.14 EUR"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tax_percent": "101"}, "0 to 100 percent"),
        ({"tax_percent": "-1"}, ">= 0"),
        ({"tax_category": "X"}, "no tax category"),
        ({"payment_days": "4000"}, "at most 3650"),
        ({"payment_days": "1.5"}, "no whole number"),
        ({"tax_rules": [{"product": "BOOK", "percent": "120"}]}, "0 to 100 percent"),
        ({"tax_rules": [{"category": "X", "percent": "1"}]}, "no tax category"),
        ({"tax_rules": [{"percent": "1", "country": "GB"}]}, "country"),
    ],
)
def test_a_wrong_setting_is_refused(house, settings, message):
    with pytest.raises(Refused, match=message):
        house.set(**settings)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("10.01", ["3.34", "3.33", "3.34"]),
        ("-0.02", ["-0.01", "0.00", "-0.01"]),
        ("0.00", ["0.00", "0.00", "0.00"]),
    ],
)
def test_shares_add_up_to_the_whole(whole, parts):
    money, one = Money(Decimal(whole), "EUR"), Decimal(1)

    shares = [share(money, one, before=Decimal(at), of=Decimal(3)) for at in range(3)]

    assert [str(part.amount) for part in shares] == parts
    assert Money.sum(shares, "EUR") == money
