from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from orderloom.documents import (
    FrozenDocument,
    Layout,
    LineTable,
    Paragraph,
    layout_of,
    render,
)
from orderloom.documents import coverage as coverage_module
from orderloom.documents.cutting import cut_face
from orderloom.documents.fonts import Face, face_bytes
from orderloom.errors import Refused

MakeDocument = Callable[..., FrozenDocument]
MakeTable = Callable[..., LineTable]
Pages = Callable[[bytes], list[str]]

NAMES = ["Klappstuhl „Größe XL“, weiß", "Πτυσσόμενη καρέκλα", "Складной стул", "Krzesło, żółte"]


def fonts_of(data: bytes) -> set[str]:
    names = set()
    for page in PdfReader(BytesIO(data)).pages:
        resources: Any = page["/Resources"]
        names |= {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()}
    return names


def test_text_of_every_page_can_be_read_back(
    make_document: MakeDocument, make_table: MakeTable, pages: Pages
) -> None:
    document = make_document(make_table(("Camping", NAMES * 20)))

    first, *_, last = pages(render(document, "pdf"))

    for name in NAMES:
        assert name in first
        assert name in last
    assert "Page 1 of 3" in first
    assert "Camping (continued)" in last
    assert "Page 3 of 3" in last


def test_metadata_name_title_author_language_and_instant(make_document: MakeDocument) -> None:
    document = make_document(layout=Layout(sender=("Example Ltd",)), language="es")

    reader = PdfReader(BytesIO(render(document, "pdf")))

    metadata: Any = reader.metadata
    assert metadata.title == "Request for quotation RFQ-0007"
    assert metadata.author == "Example Ltd"
    assert metadata.subject == "order PO-0001"
    assert metadata.creation_date == document.issued_at
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "es"


def test_the_same_document_gives_the_same_bytes_in_every_process(
    make_document: MakeDocument, make_table: MakeTable, png: Callable[..., bytes], tmp_path: Path
) -> None:
    items = [*NAMES, "≤ ⌀ → ✓ ქართული"]
    layout = Layout(logo=png(mode="RGBA"), logo_mime="image/png", sender=("Example Ltd",))
    document = make_document(make_table(("Camping", items * 20)), layout=layout)
    frozen = tmp_path / "document.json"
    frozen.write_text(document.to_json(), encoding="utf-8")
    code = (
        "import hashlib, pathlib, sys; from orderloom.documents import *;"
        "text = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8');"
        "document = FrozenDocument.from_json(text);"
        "data = b''.join(render(document, format) for format in FORMATS);"
        "print(hashlib.sha256(data).hexdigest())"
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", code, str(frozen)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    here = b"".join(render(document, format) for format in ("pdf", "html", "text"))
    assert digests == {hashlib.sha256(here).hexdigest()}


def test_what_was_rendered_before_does_not_change_the_bytes(make_document: MakeDocument) -> None:
    document = make_document(Paragraph("plain"))
    before = render(document, "pdf")

    render(make_document(Paragraph("καρέκλα стул → ✓")), "pdf")

    assert render(document, "pdf") == before


def test_a_page_alias_in_somebodys_text_stays_as_it_is(
    make_document: MakeDocument, pages: Pages
) -> None:
    pytest.importorskip("uharfbuzz")

    (page,) = pages(render(make_document(Paragraph("pay {nb} coins"), Paragraph("ก {nb}")), "pdf"))

    assert page.count("{nb}") == 2


def test_a_character_that_no_font_has_is_refused_not_dropped(make_document: MakeDocument) -> None:
    with pytest.raises(Refused) as refused:
        render(make_document(Paragraph("smile 😀")), "pdf")

    assert refused.value.codes == ("document.glyph.missing",)


def test_each_character_is_drawn_by_the_first_font_that_has_it(
    make_document: MakeDocument, pages: Pages
) -> None:
    data = render(make_document(Paragraph("a ⌀ 40 → ქ ✓ b")), "pdf")

    assert "a ⌀ 40 → ქ ✓ b" in pages(data)[0]
    assert fonts_of(data) == {
        "/MPDFAA+NotoSans",
        "/MPDFAA+NotoSansBold",
        "/MPDFAA+NotoSansSymbols",
        "/MPDFAA+NotoSansSymbols2",
        "/MPDFAA+FiraGO",
    }


def test_only_the_fonts_in_use_are_embedded(make_document: MakeDocument) -> None:
    data = render(make_document(Paragraph("plain")), "pdf")

    assert len(fonts_of(data)) == 2
    assert len(data) < 20_000


def test_complex_scripts_are_shaped(make_document: MakeDocument, pages: Pages) -> None:
    pytest.importorskip("uharfbuzz")

    data = render(make_document(Paragraph("كرسي"), Paragraph("เก้าอี้ chair")), "pdf")

    assert any("FiraGO" in name for name in fonts_of(data))
    assert "chair" in pages(data)[0]


def test_a_complex_script_without_the_extra_is_refused(
    make_document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage_module, "shaping_available", lambda: False)

    with pytest.raises(Refused) as refused:
        render(make_document(Paragraph("كرسي")), "pdf")

    assert "install orderloom[shaping]" in str(refused.value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_logo_of_any_colour_mode_is_drawn(
    make_document: MakeDocument, png: Callable[..., bytes], mode: str
) -> None:
    layout = layout_of({"logo": png(mode=mode)})

    reader = PdfReader(BytesIO(render(make_document(layout=layout), "pdf")))

    assert len(reader.pages[0].images) == 1


def test_a_font_file_that_changed_since_is_refused(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    path = tmp_path / "own.ttf"
    path.write_bytes(face_bytes(Face("Noto Sans", "NotoSans_Regular")))
    layout = layout_of({"font_files": [{"family": "Own", "path": str(path)}]})
    path.write_bytes(b"another")

    with pytest.raises(Refused) as refused:
        render(make_document(layout=layout), "pdf")

    assert refused.value.codes == ("document.font.changed",)


def test_a_tenants_font_file_is_embedded(make_document: MakeDocument, tmp_path: Path) -> None:
    path = tmp_path / "own.ttf"
    path.write_bytes(cut_face(Face("FiraGO", "FiraGO_Regular"), "a", shaped=False))
    layout = layout_of({"font_files": [{"family": "Own", "path": str(path)}]})

    data = render(make_document(Paragraph("plain"), layout=layout), "pdf")

    assert fonts_of(data) == {"/MPDFAA+FiraGO"}


def test_an_unknown_format_is_refused_with_the_known_ones(make_document: MakeDocument) -> None:
    with pytest.raises(Refused) as refused:
        render(make_document(), "docx")

    assert str(refused.value) == (
        "format: There is no document format docx. To render the document, choose one of pdf, "
        "html, text."
    )
