import pytest

from orderloom.errors import Refused
from orderloom.values import country_of, email_of, language_of


@pytest.mark.parametrize(
    "address",
    [
        "orders@vendor.example",
        "a.b+rfq@mail.vendor.example",
        "o'neil@vendor.example",
        "x@localhost",
    ],
)
def test_an_email_address_is_returned_as_given(address):
    assert email_of(address, "email") == address


@pytest.mark.parametrize(
    "value",
    [
        "",
        "vendor.example",
        "a@b@vendor.example",
        "a b@vendor.example",
        "a@vendor.example\nBcc: all@vendor.example",
        "a@vendor.example\r\n",
        "a@vendor.example,b@vendor.example",
        "Desk <a@vendor.example>",
        '"a b"@vendor.example',
        ".a@vendor.example",
        "a.@vendor.example",
        "a..b@vendor.example",
        "a@.vendor.example",
        "a@vendor.example.",
        "a@-vendor.example",
        "a@",
        "@vendor.example",
        "ä@vendor.example",
        "a\x00@vendor.example",
        "a" * 240 + "@vendor.example",
        None,
        7,
    ],
)
def test_what_is_not_one_plain_address_is_refused(value):
    with pytest.raises(Refused) as refusal:
        email_of(value, "email")

    assert refusal.value.codes == ("email.malformed",)


def test_a_country_is_read_in_lower_case():
    assert country_of("at", "country") == "AT"


@pytest.mark.parametrize("value", ["XX", "ZZ", "EU", "AUT", "", None, "A\n"])
def test_an_unknown_country_is_refused(value):
    with pytest.raises(Refused) as refusal:
        country_of(value, "country")

    assert refusal.value.codes == ("country.unknown",)


def test_the_name_of_a_country_is_answered_with_its_code():
    with pytest.raises(Refused, match=r"such as DE \(Germany\)"):
        country_of("Germany", "country")


@pytest.mark.parametrize(
    ("given", "tag"),
    [("EN", "en"), ("de_at", "de-AT"), ("zh-hant-TW", "zh-Hant-TW"), ("sr-latn", "sr-Latn")],
)
def test_a_language_tag_is_answered_in_its_usual_spelling(given, tag):
    assert language_of(given, "language") == tag


@pytest.mark.parametrize("value", ["", "english", "e", "de-", "de AT", None, "en\n"])
def test_a_malformed_language_is_refused(value):
    with pytest.raises(Refused) as refusal:
        language_of(value, "language")

    assert refusal.value.codes == ("language.malformed",)


@pytest.mark.parametrize("value", ["xx", "und", "de-XX", "de-Abcd", "zz-AT"])
def test_an_unknown_language_is_refused(value):
    with pytest.raises(Refused) as refusal:
        language_of(value, "language")

    assert refusal.value.codes == ("language.unknown",)


def test_the_name_of_a_language_is_answered_with_its_tag():
    with pytest.raises(Refused, match=r"such as de \(German\)"):
        language_of("germa", "language")
