"""Cutting a font down to what a document needs, before fpdf2 parses it.

fpdf2 parses and subsets its fonts anew for every document, at a cost that grows with the font. A
cut by rows of 256 code points is made once per process and serves every document in the same
alphabets; which cut a document gets depends on the document alone, so its bytes repeat.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any

from orderloom.documents.fonts import Face, advances, face_bytes, open_font

# ASCII with Latin-1, and punctuation with currency signs, are in almost every document.
_ALWAYS = frozenset({0x00, 0x20})
# From here on (CJK) a row is used sparsely: such characters are cut one by one.
_SPARSE = 0x2E80
_MAXIMA = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)
# Drawing without shaping needs no layout tables, and a variable font prints as its default.
_UNUSED_TABLES = (
    *("GSUB", "GPOS", "GDEF", "BASE", "kern", "DSIG", "TTFA"),
    *("fvar", "gvar", "avar", "cvar", "HVAR", "VVAR", "MVAR", "STAT"),
)


def cut_face(face: Face, characters: Iterable[str], shaped: bool) -> bytes:
    """A TrueType file with the glyphs of these characters and their alphabets.

    Args:
        face: where the whole font is.
        characters: those that have to be in it.
        shaped: a shaping engine is to use it; such a font stays whole, since following its
            substitutions takes longer than twenty documents save.
    """
    if shaped:
        return _whole(face)
    code_points = {ord(character) for character in characters}
    rows = _ALWAYS | {code_point >> 8 for code_point in code_points if code_point < _SPARSE}
    sparse = frozenset(code_point for code_point in code_points if code_point >= _SPARSE)
    return _cut(face, rows, sparse)


@lru_cache(maxsize=8)
def _whole(face: Face) -> bytes:
    font = open_font(face_bytes(face))
    return _saved(font) if "CFF " in font else face_bytes(face)


@lru_cache(maxsize=64)
def _cut(face: Face, rows: frozenset[int], sparse: frozenset[int]) -> bytes:
    from fontTools import subset

    wanted = {
        code_point
        for code_point in advances(face)
        if code_point >> 8 in rows or code_point in sparse
    }
    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False, name_IDs=["*"])
    options.drop_tables += _UNUSED_TABLES
    font = open_font(face_bytes(face))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return _saved(font)


def _saved(font: Any) -> bytes:
    if "CFF " in font:
        _to_truetype(font)
    output = BytesIO()
    font.save(output)
    return output.getvalue()


def _to_truetype(font: Any) -> None:
    """Turn cubic outlines into quadratic ones: fpdf2 embeds every font as TrueType."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyphs = font.getGlyphSet()
    outlines = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = font.getGlyphOrder(), outlines
    maximum = font["maxp"]
    maximum.tableVersion = 0x00010000
    maximum.maxZones = 1
    for field in _MAXIMA:
        setattr(maximum, field, 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
