from __future__ import annotations

from collections.abc import Callable

import pytest

from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Facts,
    FrozenDocument,
    Heading,
    Layout,
    LineTable,
    Paragraph,
    Totals,
)
from orderloom.documents.compose import compose
from orderloom.documents.sheets import Frame, Operation, Picture, Sheets, Text

MakeDocument = Callable[..., FrozenDocument]
MakeTable = Callable[..., LineTable]


def texts(page: list[Operation]) -> list[str]:
    return [operation.text for operation in page if isinstance(operation, Text)]


def inside(sheets: Sheets) -> bool:
    """Whether every text stands between the margins and above the paper's edge."""
    weights = [text for page in sheets.pages for text in page if isinstance(text, Text)]
    right = sheets.left + sheets.measure
    return all(
        sheets.left <= text.x < right and 0 < text.baseline < sheets.height for text in weights
    )


def test_every_page_repeats_the_header_and_counts_itself(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    sheets = compose(make_document(make_table(("", ["Chair"] * 100))))

    # Rows of 21.5 pt: 31 fit under the title, 33 on each later page of A4; 31 + 33 + 33 + 3.
    assert [texts(page).count("Chair") for page in sheets.pages] == [31, 33, 33, 3]
    for i, page in enumerate(sheets.pages):
        assert texts(page).count("Unit price") == 1
        assert texts(page)[-1] == f"RFQ-0007 · Revision 2 · Page {i + 1} of 4"


def test_a_group_that_goes_on_over_the_page_says_so(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    sheets = compose(make_document(make_table(("Camping", ["Chair"] * 60)), language="es-MX"))

    assert "Camping" in texts(sheets.pages[0])
    assert "Camping (continuación)" in texts(sheets.pages[1])


def test_the_last_group_ends_with_its_table(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    table = make_table(("Camping", ["Chair"] * 60), ("", ["Rope"] * 60))

    sheets = compose(make_document(table))

    assert len(sheets.pages) == 4
    assert not any("(continued)" in text for text in texts(sheets.pages[2]))


@pytest.mark.parametrize("rows_before", range(20, 36))
@pytest.mark.parametrize("lines", [1, 4, 40])
def test_a_group_title_is_never_alone_at_the_foot_of_a_page(
    make_document: MakeDocument, make_table: MakeTable, rows_before: int, lines: int
) -> None:
    first_row = "\n".join(["Rope"] * lines)

    sheets = compose(
        make_document(make_table(("First", ["Chair"] * rows_before), ("Second", [first_row])))
    )

    (page,) = (page for page in sheets.pages if "Second" in texts(page))
    assert "Rope" in texts(page)


def test_a_row_is_not_split_if_it_fits_a_page(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    tall = "\n".join(f"line {i}" for i in range(30))

    sheets = compose(make_document(make_table(("", ["Chair"] * 20 + [tall]))))

    assert len(sheets.pages) == 2
    assert "line 0" not in texts(sheets.pages[0])
    assert {f"line {i}" for i in range(30)} <= set(texts(sheets.pages[1]))


def test_a_row_taller_than_a_page_flows_over_pages(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    tall = "\n".join(f"line {i}" for i in range(150))

    sheets = compose(make_document(make_table(("", ["Chair", tall, "Rope"]))))

    printed = [text for page in sheets.pages for text in texts(page)]
    assert [text for text in printed if text.startswith("line")] == tall.split("\n")
    assert len(sheets.pages) == 3
    assert "line 0" in texts(sheets.pages[0])
    assert all("Unit price" in texts(page) for page in sheets.pages)


def test_a_cell_of_a_thousand_letters_wraps_inside_its_column(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    sheets = compose(make_document(make_table(("", ["W" * 1000]))))

    pieces = [text for text in texts(sheets.pages[0]) if set(text) == {"W"}]
    # 6/11 of 505 pt less 8 pt are 267 pt; a W of 8.5 pt Noto Sans is 7.9 pt wide: 33 to a line.
    assert [len(piece) for piece in pieces] == [33] * 30 + [10]


def test_figures_stand_flush_right_in_their_column(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    sheets = compose(make_document(make_table(("", ["Chair"] * 11))))

    starts = {text.text: text.x for text in sheets.pages[0] if isinstance(text, Text)}
    # A digit of 8.5 pt Noto Sans is 0.572 × 8.5 = 4.862 pt wide.
    assert starts["9"] - starts["10"] == 4_862


def test_every_row_has_its_box_to_write_in(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    sheets = compose(make_document(make_table(("", ["Chair"] * 3))))

    frames = [operation for operation in sheets.pages[0] if isinstance(operation, Frame)]
    assert len(frames) == 3
    assert len({frame.x for frame in frames}) == 1


def test_a_heading_stays_with_what_follows(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    for lines in range(40, 56):
        filler = Paragraph("\n".join(["filler"] * lines))

        sheets = compose(make_document(filler, Heading("Lines"), Paragraph("what follows")))

        (page,) = (page for page in sheets.pages if "Lines" in texts(page))
        assert "what follows" in texts(page)


def test_the_name_leads_where_there_is_no_logo(make_document: MakeDocument) -> None:
    layout = Layout(sender=("Example Ltd", "1 Dock Road"))

    first, second, title, *_ = (
        operation
        for operation in compose(make_document(layout=layout)).pages[0]
        if isinstance(operation, Text)
    )

    assert (first.text, second.text, title.text) == (
        "Example Ltd",
        "1 Dock Road",
        "Request for quotation",
    )
    assert first.x < second.x


def test_the_logo_keeps_its_proportions(
    make_document: MakeDocument, png: Callable[..., bytes]
) -> None:
    wide, tall = (
        compose(make_document(layout=Layout(logo=png(*size), logo_mime="image/png"))).pages[0][0]
        for size in ((800, 100), (100, 400))
    )

    assert isinstance(wide, Picture)
    assert (wide.width, wide.height) == (160_000, 20_000)
    assert isinstance(tall, Picture)
    assert (tall.width, tall.height) == (13_500, 54_000)


def test_a_preview_has_neither_number_nor_revision(make_document: MakeDocument) -> None:
    sheets = compose(make_document(number="", revision=0))

    assert texts(sheets.pages[0]) == ["Request for quotation", "Page 1 of 1"]


def test_terms_come_last_and_the_footer_on_every_page(make_document: MakeDocument) -> None:
    layout = Layout(terms="Pay soon.", footer="Example Ltd")

    sheets = compose(make_document(Paragraph("x\n" * 80), layout=layout))

    assert texts(sheets.pages[-1])[-4:-2] == ["Terms", "Pay soon."]
    assert all(texts(page)[-2] == "Example Ltd" for page in sheets.pages)


def test_hostile_texts_stay_on_the_paper(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    long = "W" * 1000
    blocks = (
        Facts(((long, long), ("", ""))),
        AddressBlocks((AddressBlock(long, ("line",) * 200), AddressBlock("", (long,)))),
        Heading(long),
        make_table((long * 3, [long, "a\tb\r\nc"]), ("empty", [])),
        Totals(((long, long), (long, ""))),
        Paragraph("p " * 9000, "Notes"),
    )
    layout = Layout(sender=("W" * 200,) * 8, footer="W" * 300, terms="W" * 20_000)

    sheets = compose(make_document(*blocks, title=long, number=long, layout=layout))

    assert inside(sheets)
    assert len(sheets.pages) < 60


def test_blocks_may_be_empty(make_document: MakeDocument, make_table: MakeTable) -> None:
    document = make_document(
        Facts(()), Paragraph(""), Paragraph("", "Notes"), make_table(), Totals(())
    )

    assert len(compose(document).pages) == 1


def test_letter_paper_has_its_own_size(make_document: MakeDocument) -> None:
    sheets = compose(make_document(layout=Layout(paper="Letter")))

    assert (sheets.width, sheets.height) == (612_000, 792_000)


def title_row(sheets: Sheets) -> list[Text]:
    return [one for one in sheets.pages[0] if isinstance(one, Text)][:2]


def test_a_long_number_stays_in_one_piece_beside_a_short_title(make_document: MakeDocument) -> None:
    number = "INV-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-2026-00001"

    sheets = compose(make_document(title="Invoice", number=number))

    title, right = title_row(sheets)
    assert (title.text, right.text, right.style.size) == ("Invoice", number, 11_000)
    assert right.baseline < sheets.pages[0][0].baseline + 3_000


def test_a_long_number_goes_under_a_long_title(make_document: MakeDocument) -> None:
    number = "INV-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-2026-00001"

    sheets = compose(make_document(title="Request for quotation", number=number))

    title, under = title_row(sheets)
    assert (title.text, under.text) == ("Request for quotation", number)
    assert under.x == title.x
    assert under.baseline > title.baseline + 15_000


def test_a_number_wider_than_the_page_is_broken_after_a_hyphen(make_document: MakeDocument) -> None:
    number = f"{'W' * 45}-2026-00001"

    sheets = compose(make_document(number=number))

    # A bold W of 11 pt is 10.6 pt wide: 45 and a hyphen leave too little of 505 pt for 2026-.
    assert texts(sheets.pages[0])[:3] == ["Request for quotation", f"{'W' * 45}-", "2026-00001"]


def test_a_number_among_the_facts_is_broken_after_a_hyphen(make_document: MakeDocument) -> None:
    number = "S-0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-2026-00001"

    sheets = compose(make_document(Facts((("Your order", number),))))

    assert texts(sheets.pages[0])[3:5] == [
        "S-0190a1b2-c3d4-7e5f-8a9b-", "0c1d2e3f4a5b-2026-00001",
    ]  # fmt: skip
