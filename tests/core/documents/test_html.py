from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

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
    render,
)

MakeDocument = Callable[..., FrozenDocument]
MakeTable = Callable[..., LineTable]
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
VOID = {"meta", "img", "br", "col"}


class Reader(HTMLParser):
    """Keeps tags, attributes and text; notes tags that do not close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.crossed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def evil(make_document: MakeDocument, make_table: MakeTable) -> str:
    document = make_document(
        Heading(EVIL),
        Facts(((EVIL, EVIL),)),
        AddressBlocks((AddressBlock(EVIL, (EVIL,)),)),
        Paragraph(EVIL, EVIL),
        make_table((EVIL, [EVIL])),
        Totals(((EVIL, EVIL),)),
        title=EVIL,
        number=EVIL,
        language='en"><script>',
        layout=Layout(footer=EVIL, terms=EVIL, sender=(EVIL,)),
    )
    return render(document, "html").decode()


def test_no_text_can_become_markup(evil: str) -> None:
    reader = Reader(evil)

    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert "onerror" not in reader.attributes
    assert "".join(reader.texts).count("<script>alert(1)</script>") >= 15


def test_every_element_closes_in_order(evil: str) -> None:
    reader = Reader(evil)

    assert reader.open == []
    assert reader.crossed == []


def test_the_page_asks_nothing_from_outside(
    make_document: MakeDocument, png: Callable[..., bytes]
) -> None:
    layout = Layout(logo=png(), logo_mime="image/png")

    page = render(make_document(layout=layout), "html").decode()

    assert '<img alt="" src="data:image/png;base64,iVBOR' in page
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_the_line_table_repeats_its_header_in_print(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    page = render(make_document(make_table(("Camping", ["Chair"]))), "html").decode()

    assert '<thead><tr><th class="right">No</th><th>Item</th>' in page
    assert '<th colspan="4" scope="rowgroup" dir="auto">Camping</th>' in page
    assert '<td class="right box" dir="auto"><span></span></td>' in page


def test_newlines_are_kept_and_overrides_are_not(make_document: MakeDocument) -> None:
    page = render(make_document(Paragraph("one\r\ntwo \u202ethree")), "html").decode()

    assert '<p dir="auto">one<br>two three</p>' in page


def test_language_title_and_accent_reach_the_page(make_document: MakeDocument) -> None:
    page = render(make_document(language="es", layout=Layout(accent="#123456")), "html").decode()

    assert '<html lang="es">' in page
    assert "<title>Request for quotation RFQ-0007</title>" in page
    assert "--accent: #123456;" in page
    assert "RFQ-0007 · Revisión 2" in page
