import io

import pytest
from pypdf import PdfReader

from orderloom import Delivery, NewLine, Project, Refused
from orderloom.documents import LineTable, blocks_to_json


@pytest.fixture
def order(house):
    with house.desk() as desk:
        desk.directory.save_project(Project("summer", "Summer Festival", prefix="SF-"))
    chair = NewLine(
        "Folding chair", "1200", group="Hospitality", specs={"colour": "black"},
        needed_by="2027-06-12", note="No armrests", price="9.99",
    )  # fmt: skip
    cable = NewLine("Cable", "12.5", "MTR", group="Power")
    return house.order(
        chair, cable, NewLine("Sofa", 4, group="Hospitality"), NewLine("Freight", 1),
        remarks="Deliver before noon.", delivery=_delivery(),
    )  # fmt: skip


def _delivery():
    from datetime import date

    from orderloom import Address

    gate = Address(("Meadow Gate", "Sample Lane 1"), postal_code="EX1 2AB", city="Exampleton")
    return Delivery(address=gate, instructions="Ring twice", on=date(2027, 6, 10))


def _text(house, order, format="text"):
    sent = house.do(order, "send", {"mail": False})
    with house.desk() as desk:
        issued = desk.documents(sent)[-1]
        return sent, desk.render(issued, format).content


def test_the_request_says_all_it_should(house, order):
    sent, content = _text(house, order)

    text = content.decode()
    for part in (
        sent.number, "Revision", "Summer Festival", "Vendor V1", "orders@one.example",
        "Deliver to", "Meadow Gate", "EX1 2AB Exampleton", "Ring twice", "Jun 10, 2027",
        "Bill to", "Example Festivals Ltd", "Notes", "Deliver before noon.", "Folding chair",
        "colour: black", "No armrests", "1,200 pcs", "12.5 m", "Jun 12, 2027",
    ):  # fmt: skip
        assert part in text
    assert sent.number.startswith("SF-RFQ-")


def test_the_request_shows_no_price(house, order):
    _, content = _text(house, order)

    assert "9.99" not in content.decode()
    assert "Unit price" in content.decode()


def test_lines_are_grouped_by_department_in_reading_order(house, order):
    house.do(order, "send", {"mail": False})

    with house.desk() as desk:
        (issued,) = desk.documents(order)
        (table,) = [b for b in issued.document.blocks if isinstance(b, LineTable)]
    assert [(group.title, [row.cells[0] for row in group.rows]) for group in table.groups] == [
        ("Hospitality", ["1", "3"]),
        ("Power", ["2"]),
        ("Other", ["4"]),
    ]
    assert [column.key for column in table.columns if column.empty_box] == ["price"]


def test_a_vendor_reads_it_in_its_own_language(house, order):
    with house.desk() as desk:
        from attrs import evolve

        desk.directory.save_party(evolve(desk.directory.party("V1"), language="es-MX"))

    _, content = _text(house, order)

    text = content.decode()
    for part in ("Proveedor", "Entregar en", "Facturar a", "Cantidad", "10 jun 2027"):
        assert part in text


def test_an_unknown_language_is_written_in_english_throughout(house, order):
    with house.desk() as desk:
        from attrs import evolve

        desk.directory.save_party(evolve(desk.directory.party("V1"), language="de"))

    _, content = _text(house, order)

    assert "Deliver to" in content.decode()
    assert "Jun 10, 2027" in content.decode()


def test_pickup_is_named_as_such(house):
    order = house.order(
        NewLine("Freight", 1), delivery=Delivery(method="pickup", instructions="Your yard")
    )

    _, content = _text(house, order)

    assert "Pickup" in content.decode()
    assert "Your yard" in content.decode()


def test_the_pdf_holds_the_same_words(house, order):
    sent, content = _text(house, order, "pdf")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for part in (sent.number, "Folding chair", "Hospitality", "1,200 pcs", "Deliver before noon."):
        assert part in text


def test_a_draft_can_be_downloaded_and_nothing_is_issued(house):
    order = house.order(NewLine("Freight", 1), seller="", delivery=None, bill_to=None)

    with house.desk() as desk:
        draft = desk.draft(order, "procurement.rfq", "text")
        issued = desk.documents(order)

    assert b"Freight" in draft.content
    assert b"Draft" in draft.content
    assert issued == ()


def test_a_character_no_font_draws_refuses_the_send(house):
    order = house.order(NewLine("Chair \U0001f980", 1))

    with pytest.raises(Refused) as refused:
        house.do(order, "send", {"mail": False})

    assert refused.value.codes == ("document.glyph.missing",)


def test_the_frozen_request_survives_a_later_change_of_the_vendor(house, order):
    sent = house.do(order, "send", {"mail": False})
    with house.desk() as desk:
        from attrs import evolve

        before = blocks_to_json(desk.documents(sent)[0].document.blocks)
        desk.directory.save_party(evolve(desk.directory.party("V1"), name="Another name"))

    with house.desk() as desk:
        after = blocks_to_json(desk.documents(sent)[0].document.blocks)

    assert after == before
