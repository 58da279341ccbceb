"""What is printed on invoices and credit notes."""

import attrs
import pytest

from orderloom import Address, Contact, NewLine, Party, Refused
from orderloom_invoicing import CREDIT_NOTE

LINES = (
    NewLine("Chair", "3", price="3.335"),
    NewLine("Book", "10", price="1250", product="BOOK", specs={"Cover": "hard"}),
)


def text_of(house, invoice, *, draft=False):
    document = "credit_note_pdf" if invoice.type == CREDIT_NOTE else "invoice_pdf"
    with house.desk() as desk:
        if draft:
            file = desk.draft(invoice, f"invoicing.{document}", "text")
        else:
            (issued,) = desk.documents(invoice)
            file = desk.render(issued, "text")
    return file.content.decode()


def words(text):
    return " ".join(text.split())


@pytest.fixture
def taxed(house):
    """Books are taxed with 7 %, everything else with 20 %."""
    rule = {"product": "BOOK", "percent": "7"}
    house.set(tax_rules=[rule], tax_numbers={"s1": "SX1", "b1": "BX1"})
    return house


def test_an_invoice_says_what_it_has_to(taxed):
    order = taxed.accepted(
        *LINES, bill_to=Address(("Accounts", "Sample Street 9"), city="Exampleton")
    )
    text = words(text_of(taxed, taxed.do(taxed.invoice(order), "post")))

    for part in (
        "Invoice INV-s1-2026-00001", "Date: Jul 1, 2026", "Due on: Jul 31, 2026",
        "Your order: S-001", "Seller One", "1 Seller One Street", "Tax number SX1",
        "Buyer One", "Tax number BX1", "Accounts", "Cover: hard", "Please pay by Jul 31, 2026.",
    ):  # fmt: skip
        assert part in text


def test_it_goes_out_under_the_name_of_the_seller(taxed):
    with taxed.desk() as desk:
        desk.admin.set("core", {"document_footer": "Bank of the tenant", "document_terms": "Ours."})
        party = desk.directory.party("s1")
        contact = Contact("Sal", email="sal@one.example", phone="555")
        desk.directory.save_party(attrs.evolve(party, contacts=[contact]))

    text = text_of(taxed, taxed.posted(*LINES))

    assert [line.strip() for line in text.splitlines() if line.strip()][:9] == [
        "Seller One", "1 Seller One Street", "Exampleton", "United Kingdom", "Tax number SX1",
        "Sal", "sal@one.example", "555", "Invoice INV-s1-2026-00001",
    ]  # fmt: skip
    for own in ("Example Trade", "Bank of the tenant", "Ours."):
        assert own not in text


def test_a_seller_no_font_can_draw_refuses_the_posting(taxed):
    with taxed.desk() as desk:
        desk.directory.save_party(Party("s1", "Seller", contacts=[Contact("\U000130b8")]))

    with pytest.raises(Refused, match="U"):
        taxed.posted(*LINES)


def test_taxes_are_summed_up_by_rate(taxed):
    text = words(text_of(taxed, taxed.posted(*LINES)))

    assert "Total without tax: 12,510.01" in text
    assert "Tax: 877.00" in text  # 20 % of 10.01: 2.00; 7 % of 12,500: 875.00
    assert "Tax 20 % 10.01 2.00" in text
    assert "Tax 7 % 12,500.00 875.00" in text
    assert "Total: 13,387.01 EUR" in text


def test_a_surcharge_of_the_order_is_printed_and_not_taxed(taxed):
    taxed.rules.adjustments = (("freight", "7.5", None), ("discount", "-3", 1))

    text = words(text_of(taxed, taxed.posted(*LINES)))

    assert "Freight: 7.50" in text
    assert "Discount: −3.00" in text
    assert "Not taxed 7.50 0.00" in text


def test_a_credit_note_names_its_invoice_and_the_reason(taxed):
    taxed.do(taxed.posted(*LINES), "credit", {"why": "Sent back"})

    text = words(text_of(taxed, taxed.notes()[0]))

    assert "Credit note CN-s1-2026-00001" in text
    assert "This credits invoice INV-s1-2026-00001 of Jul 1, 2026." in text
    assert "Reason: Sent back" in text
    assert "Please pay" not in text


def test_it_is_written_in_the_language_of_the_buyer(taxed):
    with taxed.desk() as desk:
        contact = Contact("Ana", language="es")
        desk.directory.save_party(Party("b1", "Buyer One", contacts=[contact]))

    text = words(text_of(taxed, taxed.posted(*LINES)))

    assert "Factura INV-s1-2026-00001" in text
    assert "Impuesto 7 %" in text
    assert "12.500,00" in text


def test_a_draft_is_marked_as_one(taxed):
    assert "Draft" in text_of(taxed, taxed.by_hand(*LINES), draft=True)


def test_an_open_side_is_the_tenant_itself(taxed):
    text = words(text_of(taxed, taxed.do(taxed.by_hand(*LINES, seller=""), "post")))

    assert "Example Trade" in text
    assert "Tax number XX111" in text


def test_a_character_no_font_can_draw_refuses_the_posting(taxed):
    draft = taxed.by_hand(NewLine("Chair \U000130b8", "1", price="1"))

    with pytest.raises(Refused, match="U"):
        taxed.do(draft, "post")

    assert taxed.do(taxed.by_hand(), "post").number == "INV-s1-2026-00001"


def test_the_buyer_gets_the_file_of_a_posted_invoice(taxed):
    posted = taxed.posted(*LINES)

    with taxed.reader(taxed.actor("invoicing.viewer", "b1")) as reader:
        (issued,) = reader.documents(posted)
        assert reader.render(issued).content.startswith(b"%PDF")
