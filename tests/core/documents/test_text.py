from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Column,
    Facts,
    FrozenDocument,
    Heading,
    Layout,
    LineTable,
    Paragraph,
    Row,
    RowGroup,
    Totals,
    render,
)
from orderloom.documents.text import columns_of

MakeDocument = Callable[..., FrozenDocument]


def test_a_whole_document_as_plain_text(make_document: MakeDocument) -> None:
    columns = (
        Column(key="n", title="No", width_share=1, align="right"),
        Column(key="item", title="Item", width_share=5),
        Column(key="quantity", title="Quantity", width_share=2, align="right"),
        Column(key="price", title="Price", width_share=2, empty_box=True),
    )
    rows = (Row(("1", "Chair", "120", ""), ("white", "matt")), Row(("2", "Rope", "5", "")))
    document = make_document(
        Facts((("Number", "RFQ-0007"), ("Project", "Example"))),
        AddressBlocks(
            (AddressBlock("Vendor", ("A Ltd",)), AddressBlock("Deliver to", ("Gate 3",)))
        ),
        Paragraph("Quote all lines.", "Notes"),
        Heading("Lines"),
        LineTable(columns, (RowGroup("Camping", rows),)),
        Totals((("Lines", "2"), ("Units", "125"))),
        layout=Layout(sender=("Example Ltd",), footer="Foot", terms="Pay soon."),
    )

    text = render(document, "text").decode()

    assert text == (
        "Example Ltd\n"
        "\n"
        "Request for quotation RFQ-0007\n"
        "==============================\n"
        "\n"
        "Number:   RFQ-0007\n"
        "Project:  Example\n"
        "\n"
        "Vendor" + " " * 34 + "Deliver to\n"
        "A Ltd" + " " * 35 + "Gate 3\n"
        "\n"
        "Notes:\n"
        "Quote all lines.\n"
        "\n"
        "Lines\n"
        "-----\n"
        "\n"
        "No  Item   Quantity  Price\n"
        "--  -----  --------  ------\n"
        "\n"
        "[ Camping ]\n"
        " 1  Chair       120  ______\n"
        "    white\n"
        "    matt\n"
        " 2  Rope          5  ______\n"
        "\n" + " " * 67 + "Lines:    2\n" + " " * 67 + "Units:  125\n"
        "\n"
        "Terms:\n"
        "Pay soon.\n"
        "\n"
        "Foot\n"
        "\n"
        "RFQ-0007 · Revision 2\n"
    )


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert columns_of("椅子") == 4
    assert columns_of("e\u0323") == 1
    assert columns_of("Größe") == 5


def test_a_column_too_wide_for_the_page_wraps_and_the_others_keep_their_width(
    make_document: MakeDocument,
) -> None:
    columns = tuple(Column(key=key, title=key, width_share=1) for key in ("a", "b"))
    table = LineTable(columns, (RowGroup("", (Row(("word " * 30, "12345")),)),))

    lines = render(make_document(table), "text").decode().splitlines()

    assert "-" * 71 + "  -----" in lines
    assert sum(line.count("word") for line in lines) == 30


cells = st.text(max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), max_size=4), cells)
def test_no_line_is_longer_than_78_columns_whatever_the_texts(
    make_document: MakeDocument, rows: list[tuple[str, str, str]], text: str
) -> None:
    columns = tuple(Column(key=key, title=text, width_share=1, align="right") for key in "abc")
    document = make_document(
        LineTable(columns, (RowGroup(text, tuple(Row(row, (text,)) for row in rows)),)),
        Facts(tuple((row[0], row[1]) for row in rows)),
        Totals(tuple((row[0], row[1]) for row in rows)),
        AddressBlocks((AddressBlock(text, (text,)),) * 3),
        Paragraph(text, text),
        Heading(text),
        title=text,
        number=text,
    )

    lines = render(document, "text").decode().split("\n")

    assert max(columns_of(line) for line in lines) <= 78
