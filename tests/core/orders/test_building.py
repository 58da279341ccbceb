from decimal import Decimal

import pytest

from orderloom.orders.building import build_order, build_subject
from orderloom.orders.commands import NewLine, NewOrder, NewSubject
from orderloom.orders.order import Delivery
from orderloom.values import Address, Contact, Party, Price


def test_everything_wrong_is_told_at_once_with_its_path(maker, codes):
    lines = [
        NewLine("", "NaN", "banana", price="-1", needed_by="soon", product="ghost"),
        NewLine("Table", "1e400", note="a\x00b", specs={"": "red", "Size": "\u202e"}),
    ]
    delivery = Delivery(method="drone", address=Address(()), contact=Contact(""))
    new = NewOrder(
        "toy.order", seller="ghost", project="ghost", currency="XYZ", lines=lines,
        title="\u202e", remarks="x" * 5001, bill_to="", delivery=delivery,
    )  # fmt: skip

    build_order(maker, new, "draft")

    assert codes() == [
        ("currency", "currency.unknown"),
        ("lines[0].product", "product.unknown"),
        ("lines[0].name", "text.empty"),
        ("lines[0].quantity", "decimal.not_finite"),
        ("lines[0].unit", "unit.unknown"),
        ("lines[0].price", "decimal.too_small"),
        ("lines[0].needed_by", "date.malformed"),
        ("lines[1].quantity", "decimal.not_a_number"),
        ("lines[1].specs[0].label", "text.empty"),
        ("lines[1].specs[1].text", "text.control_character"),
        ("lines[1].note", "text.control_character"),
        ("title", "text.control_character"),
        ("project", "project.unknown"),
        ("seller", "party.unknown"),
        ("delivery.method", "delivery.method"),
        ("delivery.address", "address.malformed"),
        ("delivery.contact.name", "text.empty"),
        ("remarks", "text.too_long"),
    ]


@pytest.mark.parametrize(
    "quantity",
    ["NaN", "Infinity", "1e400", "1" * 40, "１２", "-1", "0", "", 1.5, True, Decimal("1E+30")],
)
def test_a_quantity_that_is_no_plain_positive_number_is_refused(maker, codes, quantity):
    build_order(maker, NewOrder("toy.order", lines=[NewLine("Chair", quantity)]), "draft")

    assert [field for field, _ in codes()] == ["lines[0].quantity"]


@pytest.mark.parametrize("key", ["a\x00b", "\ud800", "x" * 1_000_000, 5])
def test_a_key_no_database_could_be_asked_for_is_unknown_and_cut_short(maker, codes, key):
    new = NewOrder("toy.order", seller=key, project=key, lines=[NewLine("C", 1, product=key)])

    build_order(maker, new, "draft")

    assert [code for _, code in codes()] == [
        "product.unknown",
        "project.unknown",
        "party.unknown",
    ]
    assert max(len(str(problem)) for problem in maker.gather.problems) < 250


def test_a_party_handed_over_has_to_be_one_of_the_directory(maker, codes):
    build_order(maker, NewOrder("toy.order", seller=Party("x", "Nobody")), "draft")

    assert codes() == [("seller", "party.unknown")]


def test_an_address_handed_over_as_a_record_passes_the_gates_too(maker, codes):
    address = Address(("Main Street 1\x00",), city="Sampletown")

    build_order(maker, NewOrder("toy.order", bill_to=address), "draft")

    assert codes() == [("bill_to.lines[0]", "text.control_character")]


def test_a_line_takes_name_and_unit_from_its_product(maker, codes):
    new = NewOrder("toy.order", lines=[NewLine("", "3", product="chair")])

    line = build_order(maker, new, "draft").line(1)

    assert (line.name, line.unit, line.product) == ("Folding chair", "SET", "chair")
    assert codes() == []


def test_a_line_without_unit_and_product_counts_pieces(maker):
    new = NewOrder("toy.order", lines=[NewLine("Chair", 3)])

    assert build_order(maker, new, "draft").line(1).unit == "C62"


def test_a_price_in_another_currency_is_refused(maker, codes):
    lines = [NewLine("Chair", 1, price=Price(Decimal(1), "USD"))]

    build_order(maker, NewOrder("toy.order", lines=lines), "draft")

    assert codes() == [("lines[0].price", "price.currency")]


def test_a_price_of_zero_is_a_price(maker, codes):
    lines = [NewLine("Sample", 1, price="0")]

    line = build_order(maker, NewOrder("toy.order", lines=lines), "draft").line(1)

    assert line.price == Price(Decimal(0), "EUR")
    assert line.price_source.rule == "ann"


def test_an_order_of_more_than_ten_thousand_lines_is_refused(maker, codes):
    lines = [NewLine("Chair", 1)] * 10_001

    build_order(maker, NewOrder("toy.order", lines=lines), "draft")

    assert codes() == [("lines", "order.too_many_lines")]


def test_a_subject_needs_a_title(maker, codes):
    build_subject(maker, NewSubject("toy.visit", ""), "planned")

    assert codes() == [("title", "text.empty")]
