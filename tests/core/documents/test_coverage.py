from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orderloom.documents import (
    FrozenDocument,
    Layout,
    LineTable,
    Paragraph,
    layout_of,
    missing_glyphs,
    texts_of,
)
from orderloom.documents import coverage as coverage_module
from orderloom.documents.coverage import document_texts
from orderloom.documents.fonts import Face, face_bytes


@pytest.fixture
def without_shaping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_module, "shaping_available", lambda: False)


def test_latin_greek_cyrillic_and_symbols_are_all_there() -> None:
    text = "Größe Łódź ñandú Bàn gấp καρέκλα Складной ქართული ≤ ⌀ → ✓ ☐ € ₽ „x“ – …"

    assert missing_glyphs([("notes", text)], Layout()) == ()


def test_a_missing_character_is_named_with_its_place_and_remedy(
    make_table: Callable[..., LineTable],
) -> None:
    blocks = (Paragraph("fine"), make_table(("first", ["a"]), ("second", ["a", "b 😀"])))

    (problem,) = missing_glyphs(texts_of(blocks), Layout())

    assert problem.code == "document.glyph.missing"
    assert problem.field == "blocks[1].groups[1].rows[1].cells[1]"
    assert problem.message == (
        "No font of the layout has 😀 (U+1F600 GRINNING FACE). To print it, add a font file that "
        "has it to the layout's font_files, or write it otherwise."
    )


def test_a_packaged_family_that_has_the_character_is_recommended() -> None:
    (problem,) = missing_glyphs([("notes", "→")], Layout(fonts=("Noto Sans",)))

    assert problem.message.endswith(
        "To print it, add the font family FiraGO to the layout's fonts."
    )


def test_every_missing_character_is_reported_once_where_it_first_stands() -> None:
    problems = missing_glyphs([("a", "x椅"), ("b", "椅子")], Layout())

    assert [(problem.field, dict(problem.params)["character"]) for problem in problems] == [
        ("a", "椅"),
        ("b", "子"),
    ]


def test_the_layouts_own_texts_are_looked_at() -> None:
    layout = Layout(footer="椅", terms="子", sender=("ok", "東"))

    fields = [problem.field for problem in missing_glyphs([], layout)]

    assert fields == ["layout.footer", "layout.terms", "layout.sender[1]"]


def test_title_number_and_the_renderers_words_are_looked_at(
    make_document: Callable[..., FrozenDocument],
) -> None:
    document = make_document(Paragraph("東"), title="椅", number="子")

    fields = [p.field for p in missing_glyphs(document_texts(document), document.layout)]

    assert fields == ["title", "number", "blocks[0].text"]
    assert ("labels.revision", "Revision") in list(document_texts(document))


def test_what_is_not_printed_need_not_be_covered() -> None:
    text = "a\tb\r\nc\u2028d\u202e\x00\ufe0f\u200d\U000e0041"

    assert missing_glyphs([("notes", text)], Layout()) == ()


def test_an_accent_is_covered_as_it_is_printed_composed() -> None:
    assert missing_glyphs([("notes", "e\u0301")], Layout()) == ()


@pytest.mark.usefixtures("without_shaping")
def test_a_complex_script_without_the_extra_is_a_problem_that_names_it() -> None:
    problems = missing_glyphs([("a", "chair كرسي"), ("b", "כיסא كر")], Layout())

    assert [(problem.code, problem.field) for problem in problems] == [
        ("document.shaping.missing", "a"),
        ("document.shaping.missing", "b"),
    ]
    assert problems[0].message == (
        "The letters of Arabic text, such as ك (U+0643 ARABIC LETTER KAF), have to be joined. "
        "To print it, install orderloom[shaping]."
    )


def test_a_complex_script_with_the_extra_is_no_problem() -> None:
    pytest.importorskip("uharfbuzz")

    assert missing_glyphs([("a", "كرسي כיסא कुर्सी เก้าอี้")], Layout()) == ()


def test_a_tenants_font_file_covers_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "own.otf"
    path.write_bytes(face_bytes(Face("Symbols", "NotoSansSymbols_Regular")))
    layout = layout_of(
        {"fonts": ["Noto Sans", "Own"], "font_files": [{"family": "Own", "path": str(path)}]}
    )

    assert missing_glyphs([("a", "⌀")], Layout(fonts=("Noto Sans",))) != ()
    assert missing_glyphs([("a", "⌀")], layout) == ()


def test_asking_does_not_load_the_pdf_library() -> None:
    code = (
        "import sys; from orderloom.documents import *;"
        "missing_glyphs([('a', 'Größe')], Layout());"
        "sys.exit('fpdf' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
