from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orderloom.documents import phrases_for
from orderloom.values import Address, Contact, Money, Price, Unit

EN, ES = phrases_for("en"), phrases_for("es")


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "en"), ("en-GB", "en_GB"), ("es", "es"), ("es-MX", "es_MX"), ("de", "en"), ("", "en"),
     ("es-XX-nonsense", "es"), ("es_MX", "es")],
)  # fmt: skip
def test_the_locale_is_that_of_the_reader_if_documents_speak_its_language(language, locale):
    assert phrases_for(language).locale == locale


def test_days_and_figures_are_written_as_their_readers_write_them():
    day, figure = date(2027, 6, 12), Decimal("12345.5")

    assert (EN.day(day), ES.day(day)) == ("Jun 12, 2027", "12 jun 2027")
    assert (EN.number(figure), ES.number(figure)) == ("12,345.5", "12.345,5")


def test_the_day_of_an_instant_is_that_of_the_zone():
    late = datetime(2027, 6, 12, 23, tzinfo=UTC)

    assert EN.day_of(late, "UTC") == "Jun 12, 2027"
    assert EN.day_of(late, "Europe/Madrid") == "Jun 13, 2027"


@pytest.mark.parametrize(("number", "text"), [("2", "+2"), ("-9.5", "−9.5"), ("0", "0")])
def test_a_difference_shows_its_sign(number, text):
    assert EN.signed(Decimal(number)) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [("1234.5", "EUR", "1,234.50"), ("-3", "EUR", "−3.00"), ("1234", "JPY", "1,234"),
     ("1.5", "KWD", "1.500")],
)  # fmt: skip
def test_an_amount_has_the_decimals_of_its_currency(amount, currency, text):
    money = Money(Decimal(amount), currency)

    assert EN.amount(money) == text
    assert EN.money(money) == f"{text}\N{NO-BREAK SPACE}{currency}"


@pytest.mark.parametrize(
    ("amount", "currency", "per", "text"),
    [("1.2", "EUR", 1, "1.20"), ("0.004125", "EUR", 1, "0.004125"), ("5", "JPY", 1, "5"),
     ("8.5", "EUR", 100, "8.50 / 100")],
)  # fmt: skip
def test_a_price_shows_every_decimal_and_at_least_those_of_its_currency(
    amount, currency, per, text
):
    assert EN.price(Price(Decimal(amount), currency, Decimal(per))) == text


def test_a_quantity_has_its_unit_the_tenants_own_before_the_common_ones():
    own = {"TRAY": Unit("TRAY", "tray", "tray", 0), "KGM": Unit("KGM", "kilo", "kilo", 0)}

    assert EN.quantity(Decimal("2"), "TRAY", own) == "2 tray"
    assert EN.quantity(Decimal("2"), "KGM", own) == "2 kilo"
    assert EN.quantity(Decimal("2"), "KGM", {}) == "2 kg"
    assert EN.quantity(Decimal("2"), "???", {}) == "2 ???"


def test_an_address_is_printed_with_its_country_by_name():
    gate = Address(("Gate 3",), postal_code="00003", city="Exampleton", country="ES")

    assert ES.address(gate) == ("Gate 3", "00003 Exampleton", "España")
    assert ES.address(None) == ()


def test_what_a_contact_says_twice_is_printed_once():
    assert EN.contact(Contact("a@b.example", email="a@b.example", phone="1")) == (
        "a@b.example",
        "1",
    )
    assert EN.contact(None) == ()
