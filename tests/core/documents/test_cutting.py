from __future__ import annotations

from orderloom.documents.cutting import cut_face
from orderloom.documents.fonts import Face, advances, face_bytes, open_font

NOTO = Face("Noto Sans", "NotoSans_Regular")
SYMBOLS = Face("Noto Sans Symbols", "NotoSansSymbols_Regular")
FIRA = Face("FiraGO", "FiraGO_Regular")


def test_a_cut_holds_the_alphabets_asked_for_and_no_others() -> None:
    cut = open_font(cut_face(NOTO, "aж", shaped=False)).getBestCmap()

    assert {ord(character) for character in "zäжщ€–"} <= cut.keys()
    assert not {ord(character) for character in "ąαế"} & cut.keys()


def test_documents_in_the_same_alphabets_share_one_cut() -> None:
    assert cut_face(NOTO, "abж", shaped=False) is cut_face(NOTO, "zщü", shaped=False)


def test_a_cut_keeps_the_widths() -> None:
    cut = open_font(cut_face(NOTO, "a", shaped=False))

    assert cut["hmtx"].metrics[cut.getBestCmap()[ord("W")]][0] == advances(NOTO)[ord("W")]


def test_a_postscript_font_becomes_truetype_with_the_same_outlines() -> None:
    from fontTools.pens.boundsPen import BoundsPen

    original = open_font(face_bytes(SYMBOLS))
    cut = open_font(cut_face(SYMBOLS, "⌀", shaped=False))
    bounds = []
    for font in (original, cut):
        glyphs = font.getGlyphSet()
        pen = BoundsPen(glyphs)
        glyphs[font.getBestCmap()[ord("⌀")]].draw(pen)
        bounds.append(pen.bounds)

    assert "CFF " in original
    assert "glyf" in cut
    assert "CFF " not in cut
    assert all(abs(a - b) <= 1 for a, b in zip(*bounds, strict=True))


def test_a_font_that_shapes_stays_whole() -> None:
    assert cut_face(FIRA, "ك", shaped=True) is face_bytes(FIRA)
