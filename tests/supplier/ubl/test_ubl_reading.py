"""What is wrong with a message is said all at once, and nothing in it can do harm."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest

from orderloom import Money, Refused
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.ubl import (
    new_order,
    read_cancellation,
    read_order,
    read_response,
    write_cancellation,
    write_order,
    write_response,
)

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.fixture
def text(order_message) -> str:
    return write_order(order_message)


def refusal(read, text) -> Refused:
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value


def swap(text: str, name: str, value: str) -> str:
    """The text with another value in the first element of a name."""
    changed = re.sub(f"(<cbc:{name}[^>]*>)[^<]*", rf"\g<1>{value}", text, count=1)
    assert changed != text
    return changed


@pytest.mark.parametrize(
    ("name", "value", "code", "field"),
    [
        ("IssueDate", "yesterday", "date.malformed", "Order.IssueDate"),
        ("IssueDate", "2026-02-30", "date.malformed", "Order.IssueDate"),
        ("ID", "", "text.empty", "Order.ID"),
        ("OrderTypeCode", "380", "supplier.ubl.code", "Order.OrderTypeCode"),
        ("DocumentCurrencyCode", "XYZ", "currency.unknown", "Order.DocumentCurrencyCode"),
        ("CustomizationID", "urn:other", "supplier.ubl.profile", "Order.CustomizationID"),
        ("ProfileID", "urn:other", "supplier.ubl.profile", "Order.ProfileID"),
        ("Quantity", "many", "decimal.not_a_number", "Order.OrderLine[0].LineItem.Quantity"),
        ("Quantity", "0", "decimal.too_small", "Order.OrderLine[0].LineItem.Quantity"),
        ("Quantity", "-1", "decimal.too_small", "Order.OrderLine[0].LineItem.Quantity"),
        ("Quantity", "NaN", "decimal.not_finite", "Order.OrderLine[0].LineItem.Quantity"),
        ("PriceAmount", "-1", "decimal.too_small", "Order.OrderLine[0].LineItem.Price.PriceAmount"),
        ("ChargeIndicator", "yes", "supplier.ubl.code", "Order.AllowanceCharge[0].ChargeIndicator"),
        ("Amount", "-7.50", "supplier.ubl.negative", "Order.AllowanceCharge[0].Amount"),
        ("IdentificationCode", "XX", "country.unknown",
         "Order.BuyerCustomerParty.Party.PostalAddress.country"),
        ("ElectronicMail", "nobody", "email.malformed",
         "Order.BuyerCustomerParty.Party.Contact.email"),
        ("EndpointID", "a b", "supplier.ubl.endpoint", "Order.BuyerCustomerParty.Party.EndpointID"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_place(text, name, value, code, field):
    problems = refusal(read_order, swap(text, name, value)).problems

    assert [(problem.code, problem.field) for problem in problems] == [(code, field)]


def test_all_problems_come_at_once(text):
    for name, value in (("IssueDate", "x"), ("Quantity", "x"), ("PriceAmount", "x")):
        text = swap(text, name, value)

    assert {problem.field for problem in refusal(read_order, text).problems} == {
        "Order.IssueDate",
        "Order.OrderLine[0].LineItem.Quantity",
        "Order.OrderLine[0].LineItem.Price.PriceAmount",
    }


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("LineExtensionAmount", "52.50", "AnticipatedMonetaryTotal.LineExtensionAmount"),
        ("TaxExclusiveAmount", "1.00", "AnticipatedMonetaryTotal.TaxExclusiveAmount"),
        ("TaxInclusiveAmount", "1.00", "AnticipatedMonetaryTotal.TaxInclusiveAmount"),
    ],
)
def test_a_sum_that_is_not_that_of_its_parts_is_refused(text, name, value, field):
    (problem,) = refusal(read_order, swap(text, name, value)).problems

    assert (problem.code, problem.field) == ("supplier.ubl.sum", f"Order.{field}")


def test_a_line_may_be_two_cents_off_and_not_three(text):
    def with_line(amount: str, total: str) -> str:
        head, tail = text.split("<cac:OrderLine>", 1)
        given = swap(tail, "LineExtensionAmount", amount)
        for name, old in (("LineExtensionAmount", "57.50"), ("TaxExclusiveAmount", "52.00"),
                          ("TaxInclusiveAmount", "52.60")):  # fmt: skip
            new = Decimal(old) + Decimal(total)
            head = swap(head, name, str(new))
        return f"{head}<cac:OrderLine>{given}"

    assert read_order(with_line("15.02", "0.02")).lines[0].total == Money(Decimal("15.02"), "EUR")
    (problem,) = refusal(read_order, with_line("15.03", "0.03")).problems
    assert "It says 15.03 EUR, its parts make 15.00 EUR." in str(problem)


def test_an_amount_in_another_currency_is_refused(text):
    (problem,) = refusal(read_order, text.replace('"EUR">0.60', '"USD">0.60', 1)).problems

    assert problem.code == "supplier.ubl.currency"


def test_a_unit_that_could_be_none_is_refused(text):
    (problem,) = refusal(read_order, text.replace('unitCode="LTR"', 'unitCode="litre"')).problems

    assert (problem.code, problem.field) == (
        "supplier.ubl.unit",
        "Order.OrderLine[0].LineItem.Quantity",
    )


def test_an_order_without_lines_or_sides_says_what_is_missing(text):
    bare = re.sub("<cac:OrderLine>.*</cac:OrderLine>", "", text, flags=re.DOTALL)
    bare = re.sub("<cac:(Buyer|Seller).*</cac:SellerSupplierParty>", "", bare, flags=re.DOTALL)
    bare = re.sub("<cac:Anticipated.*</cac:AnticipatedMonetaryTotal>", "", bare, flags=re.DOTALL)

    assert {problem.field for problem in refusal(read_order, bare).problems} == {
        "Order.BuyerCustomerParty.Party",
        "Order.SellerSupplierParty.Party",
        "Order.OrderLine",
    }


def test_two_lines_of_one_id_are_refused(text):
    twice = text.replace("<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>")

    assert refusal(read_order, twice).codes == ("supplier.ubl.repeated",)


def test_an_element_that_stands_there_twice_is_refused(text):
    twice = text.replace(
        "<cbc:IssueDate>", "<cbc:IssueDate>2026-07-02</cbc:IssueDate><cbc:IssueDate>"
    )

    assert "supplier.ubl.repeated" in refusal(read_order, twice).codes


def test_a_trading_name_goes_before_the_registered_one(text):
    party = "<cac:Party><cac:PartyName><cbc:Name>At Gate 3</cbc:Name></cac:PartyName>"
    traded = text.replace("<cac:Party>", party, 1)

    assert read_order(traded).buyer.name == "At Gate 3"
    assert read_order(text).buyer.name == "Café de Muestra"


def test_a_date_with_a_zone_and_a_note_in_paragraphs_are_understood(text):
    text = swap(text, "IssueDate", "2026-07-01+02:00").replace(
        "<cbc:Note>Before", "<cbc:Note>First.</cbc:Note><cbc:Note>Before", 1
    )

    message = read_order(text)

    assert message.issued_on.isoformat() == "2026-07-01"
    assert message.note.startswith("First.\nBefore nine")


# ── the file itself ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<!DOCTYPE Order [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', "&b;"),
        ('<!DOCTYPE Order [<!ENTITY file SYSTEM "file:///etc/hostname">]>', "&file;"),
        ('<!DOCTYPE Order [<!ENTITY % far SYSTEM "http://127.0.0.1/a.dtd"> %far;]>', ""),
        ('<!DOCTYPE Order SYSTEM "http://127.0.0.1/order.dtd">', ""),
        ("<!DOCTYPE Order>", ""),
    ],
)
def test_a_file_that_declares_anything_is_refused(text, head, body):
    hostile = text.replace(XML, XML + head).replace("Before nine", f"Before nine{body}")

    assert refusal(read_order, hostile).codes == ("supplier.ubl.hostile",)


@pytest.mark.parametrize(
    "given",
    [
        "", "no xml", "<Order>", "<a><b></a></b>", "<a/><b/>", b"\xff\xfe\x00", b"\x00",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b'<?xml version="1.0" encoding="UTF-7"?><a/>', "<a>\x00</a>", "<a>\ud800</a>",
    ],
)  # fmt: skip
def test_what_is_no_xml_is_refused(given):
    assert refusal(read_order, given).codes == ("supplier.ubl.unreadable",)


@pytest.mark.parametrize("root", ["Invoice", "OrderChange"])
def test_another_document_is_refused_by_its_name(text, root):
    other = text.replace("<Order ", f"<{root} ").replace("</Order>", f"</{root}>")

    assert refusal(read_order, other).codes == ("supplier.ubl.root",)


def test_another_namespace_is_refused(text):
    other = text.replace("xsd:Order-2", "xsd:Order-3")

    assert refusal(read_order, other).codes == ("supplier.ubl.root",)


def test_elements_of_another_namespace_are_not_those_that_are_meant(text):
    other = text.replace("CommonBasicComponents-2", "CommonBasicComponents-3")

    assert "text.empty" in refusal(read_order, other).codes


@pytest.mark.parametrize(
    "given",
    ["<a>" * 1_000_000, "<Order>" + "<a/>" * 1_000_000, f"<a>{'x' * 20_000_001}</a>"],
    ids=["deep", "wide", "long"],
)
def test_a_file_larger_than_any_order_is_refused_before_it_is_built(given):
    begun = time.process_time()

    assert refusal(read_order, given).codes == ("supplier.ubl.too_large",)
    assert time.process_time() - begun < 10


# ── the other two ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value", "codes"),
    [
        ("OrderResponseCode", "OK", ("supplier.ubl.code",)),
        ("OrderResponseCode", "AP", ("supplier.ubl.lines",)),
        ("LineStatusCode", "1", ("supplier.ubl.code",)),
        ("StartDate", "soon", ("date.malformed",)),
        ("Quantity", "x", ("decimal.not_a_number",)),
    ],
)
def test_a_wrong_response_is_refused(response_message, name, value, codes):
    text = swap(write_response(response_message), name, value)

    assert refusal(read_response, text).codes == codes


def test_a_response_line_answers_the_line_it_refers_to(response_message):
    text = write_response(response_message).replace("<cbc:ID>1</cbc:ID>", "<cbc:ID>77</cbc:ID>", 1)

    assert read_response(text).lines[0].id == "1"


def test_a_cancellation_without_its_order_or_reason_is_refused(cancellation_message):
    text = write_cancellation(cancellation_message)
    text = re.sub("<cac:OrderReference>.*</cac:OrderReference>", "", text, flags=re.DOTALL)

    problems = refusal(read_cancellation, swap(text, "CancellationNote", "")).problems

    assert [problem.field for problem in problems] == [
        "OrderCancellation.CancellationNote",
        "OrderCancellation.OrderReference.ID",
    ]


def test_each_reader_takes_its_own_message_only(order_message):
    text = write_order(order_message)

    assert refusal(read_response, text).codes == ("supplier.ubl.root",)
    assert refusal(read_cancellation, text).codes == ("supplier.ubl.root",)


# ── what comes of it ───────────────────────────────────────────────────────────────────────


def test_an_order_that_was_read_can_be_placed(order_message):
    new = new_order(order_message, buyer="bistro")

    assert (new.type, new.buyer, new.seller) == (ORDER_TYPE, "bistro", "dairy")
    assert (new.title, new.currency) == ("PO-2026-00001", "EUR")
    assert [(line.name, line.quantity, line.unit, line.product) for line in new.lines] == [
        ("Milk", Decimal(12), "LTR", "milk"),
        ("Straws", Decimal(500), "C62", ""),
    ]
    assert [line.price for line in new.lines] == [line.price for line in order_message.lines]
