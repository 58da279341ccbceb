from io import BytesIO

import attrs
import pytest
from pypdf import PdfReader

from orderloom import Refused

DOCUMENT = "supplier.purchase_order"


def test_it_says_who_orders_what_from_whom_and_where_to_bring_it(order, text_of):
    text = text_of(order, DOCUMENT)

    for part in (
        f"Purchase order {order.number}", "Revision: 1", "Date: Jul 1, 2026",
        "Delivery on: Jul 10, 2026", "Sample Dairy", "Calle Inventada 3", "00003 Ciudad Ejemplo",
        "Íñigo de Muestra", "Grupo de Muestra", "Spain", "Before nine, please.", "Back gate.",
        "1 Milk 12 pcs 1.20 14.40", "2 Bread 2 pcs 3.00 6.00", "Total: 20.40 EUR",
    ):  # fmt: skip
        assert part in text


def test_a_supplier_reads_it_in_spanish(order, spanish, text_of):
    text = text_of(order, DOCUMENT)

    for part in ("Orden de compra", "Proveedor", "Entregar en", "Facturar a", "10 jul 2026",
                 "España", "Precio unitario", "14,40", "Total: 20,40 EUR"):  # fmt: skip
        assert part in text


def test_without_a_bill_to_the_outlet_stands_there(market, text_of):
    text = text_of(market.order(), DOCUMENT)

    assert "Supplier Ordered by Sample Dairy Sample Cafe" in text


def test_what_the_supplier_struck_or_reduced_is_shown_and_the_sums_explained(
    market, order, text_of
):
    accepted = market.do(order, "accept", {"strike": [2], "reduce": [{"line": 1, "quantity": "6"}]})

    text = text_of(accepted, DOCUMENT)

    assert "12 pcs 1.20 14.40 Accepted: 6 pcs" in text
    assert "2 pcs 3.00 6.00 Not accepted by the supplier" in text
    assert "The amounts are those of the quantities ordered." in text


def test_what_was_accepted_in_full_needs_no_explanation(market, order, text_of):
    text = text_of(market.do(order, "accept"), DOCUMENT)

    assert "ccepted" not in text
    assert "quantities ordered" not in text


def test_the_day_the_supplier_fixed_goes_before_the_day_that_was_wanted(market, order, text_of):
    scheduled = market.do(market.do(order, "accept"), "schedule", {"on": "2026-07-03"})

    assert "Delivery on: Jul 3, 2026" in text_of(scheduled, DOCUMENT)


def test_taxes_are_summed_by_rate(market, text_of):
    market.sell(product="milk", price="1.20", tax_percent="4", tax_category="S", pack="6")
    market.sell(product="bread", price="3.00", tax_percent="10", tax_category="S")

    text = text_of(market.order(), DOCUMENT)

    # 4 % of 14.40 is 0.58, 10 % of 6.00 is 0.60.
    assert "Lines: 20.40 Tax 4 %: 0.58 Tax 10 %: 0.60 Total: 21.58 EUR" in text


def test_the_same_bytes_come_out_again_after_everything_changed(market, order):
    with market.desk() as desk:
        issued = desk.issue(order.ref, DOCUMENT)
        before = desk.render(issued)
        desk.directory.save_party(attrs.evolve(desk.directory.party("dairy"), name="Renamed"))
        desk.admin.set("core", {"document_footer": "Another footer"})

    with market.reader() as reader:
        again = reader.render(issued)

    assert again == before
    assert "Sample Dairy" in PdfReader(BytesIO(again.content)).pages[0].extract_text()


def test_sixty_lines_fill_pages_that_count_themselves(market):
    order = market.order(*(("bread", str(i)) for i in range(1, 61)))
    with market.desk() as desk:
        pdf = desk.render(desk.issue(order.ref, DOCUMENT)).content

    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]

    assert len(pages) == 3
    assert all(f"Page {i} of 3" in page for i, page in enumerate(pages, 1))
    assert all("Unit price" in page for page in pages)
    assert "5,490.00 EUR" in pages[-1].replace("\xa0", " ")  # 3.00 × (1 + 2 + … + 60)


def test_a_character_no_font_draws_is_refused(market):
    order = market.order(remarks="Crab \U0001f980")

    with pytest.raises(Refused) as refused, market.desk() as desk:
        desk.issue(order.ref, DOCUMENT)

    assert refused.value.codes == ("document.glyph.missing",)
