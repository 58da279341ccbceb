import pytest

from orderloom.errors import Refused
from orderloom.values import Address, Contact, Party, address_of, contact_of


def test_a_text_of_several_lines_becomes_an_address():
    address = address_of("Gate 3\r\n\r\n 1 Meadow Lane \r\nFieldtown", "delivery")

    assert address == Address(("Gate 3", "1 Meadow Lane", "Fieldtown"))


def test_an_address_is_read_from_its_fields():
    address = address_of(
        {"lines": ["1 Meadow Lane"], "postal_code": "1010", "city": " Fieldtown ", "country": "at"},
        "delivery",
    )

    assert address == Address(
        ("1 Meadow Lane",), postal_code="1010", city="Fieldtown", country="AT"
    )


def test_null_fields_of_an_address_are_empty():
    address = address_of({"lines": None, "city": "Fieldtown", "country": None}, "delivery")

    assert address == Address((), city="Fieldtown")


def test_an_address_is_returned_as_it_is():
    address = Address(("1 Meadow Lane",))

    assert address_of(address, "delivery") is address


def test_all_problems_of_an_address_are_reported():
    raw = {"lines": ["ok", "a\x00b"], "zip": "1010", "city": 7, "country": "Germany"}

    with pytest.raises(Refused) as refusal:
        address_of(raw, "delivery")

    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [
        ("delivery.zip", "input.unknown_field"),
        ("delivery.lines[1]", "text.control_character"),
        ("delivery.city", "text.not_text"),
        ("delivery.country", "country.unknown"),
    ]


@pytest.mark.parametrize("raw", [None, 7, "", " \n ", {}, {"country": "AT"}, {"lines": 7}])
def test_what_names_no_place_is_not_an_address(raw):
    with pytest.raises(Refused) as refusal:
        address_of(raw, "delivery")

    assert refusal.value.codes == ("address.malformed",)


def test_an_address_of_too_many_lines_is_refused():
    with pytest.raises(Refused) as refusal:
        address_of("\n".join("123456789"), "delivery")

    assert refusal.value.codes == ("address.too_many_lines",)


@pytest.mark.parametrize(
    ("raw", "contact"),
    [
        ("Order desk", Contact("Order desk")),
        ("desk@vendor.example", Contact("desk@vendor.example", email="desk@vendor.example")),
        (
            "Order desk <desk@vendor.example>",
            Contact("Order desk", email="desk@vendor.example"),
        ),
        ("<desk@vendor.example>", Contact("desk@vendor.example", email="desk@vendor.example")),
        (
            {"name": "Order desk", "email": None, "phone": "+00 1234", "language": "DE_at"},
            Contact("Order desk", phone="+00 1234", language="de-AT"),
        ),
        (
            {"email": "desk@vendor.example"},
            Contact("desk@vendor.example", email="desk@vendor.example"),
        ),
    ],
)
def test_a_contact_is_read_from_a_text_or_its_fields(raw, contact):
    assert contact_of(raw, "contact") == contact


def test_all_problems_of_a_contact_are_reported():
    raw = {"name": "", "email": "two@a.example,b@a.example", "phone": "1" * 41, "fax": "1"}

    with pytest.raises(Refused) as refusal:
        contact_of(raw, "contacts[0]")

    assert [(problem.field, problem.code) for problem in refusal.value.problems] == [
        ("contacts[0].fax", "input.unknown_field"),
        ("contacts[0].email", "email.malformed"),
        ("contacts[0].phone", "text.too_long"),
    ]


def test_a_contact_needs_a_name_or_an_address():
    with pytest.raises(Refused) as refusal:
        contact_of({"phone": "1"}, "contact")

    assert refusal.value.codes == ("text.empty",)


def test_what_is_neither_text_nor_fields_is_not_a_contact():
    with pytest.raises(Refused) as refusal:
        contact_of(["desk@vendor.example"], "contact")

    assert refusal.value.codes == ("contact.malformed",)


def test_the_primary_contact_is_the_first_that_can_be_mailed():
    porter = Contact("Porter", phone="1")
    desk = Contact("Order desk", email="desk@vendor.example")
    party = Party("tents", "Example Tents", contacts=(porter, desk))

    assert party.primary_contact == desk


def test_without_any_mail_address_the_first_contact_is_primary():
    porter = Contact("Porter", phone="1")

    assert Party("tents", "Example Tents", contacts=(porter,)).primary_contact == porter


def test_a_party_without_contacts_has_no_primary_one():
    assert Party("tents", "Example Tents").primary_contact is None


def test_a_kind_stands_behind_the_address_of_a_contact():
    contact = contact_of("Bea Sample <bea@sample.example> finance", "contact")

    assert contact == Contact("Bea Sample", email="bea@sample.example", kind="finance")
