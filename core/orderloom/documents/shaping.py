"""Widths of text in complex scripts, by HarfBuzz (the extra `orderloom[shaping]`)."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from orderloom.documents.fonts import Face, advances, face_bytes


def shaped_width(text: str, face: Face) -> int:
    """Advance of a shaped text in 1/1000 of the font size.

    Word by word: letters do not join over spaces, and each word has its own direction.
    """
    words = text.split(" ")
    letters = sum(_word_width(word, face) for word in words if word)
    return letters + advances(face)[32] * (len(words) - 1)


@lru_cache(maxsize=4096)
def _word_width(word: str, face: Face) -> int:
    harfbuzz = import_module("uharfbuzz")
    font = _shaper(face)
    buffer = harfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    harfbuzz.shape(font, buffer)
    total = sum(position.x_advance for position in buffer.glyph_positions)
    return int(total * 1000 // font.face.upem)


@lru_cache(maxsize=8)
def _shaper(face: Face) -> Any:
    harfbuzz = import_module("uharfbuzz")
    return harfbuzz.Font(harfbuzz.Face(face_bytes(face)))
