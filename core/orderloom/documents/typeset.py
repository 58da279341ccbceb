"""Setting text: styles, widths and line breaks, in whole milli-points (1/1000 pt)."""

from __future__ import annotations

from typing import NamedTuple

from orderloom.documents.breaking import break_line
from orderloom.documents.characters import clean_lines, is_complex
from orderloom.documents.fonts import weight_of
from orderloom.documents.layout import Layout
from orderloom.documents.shaping import shaped_width


class Ink(NamedTuple):
    """A colour, each part 0 to 255."""

    red: int
    green: int
    blue: int


DARK = Ink(28, 32, 38)
GREY = Ink(96, 104, 114)
HAIR = Ink(208, 213, 219)
PALE = Ink(246, 247, 249)


class Style(NamedTuple):
    """How a piece of text looks; size and leading in milli-points."""

    size: int
    leading: int
    bold: bool = False
    ink: Ink = DARK


class Line(NamedTuple):
    """One set line; width in milli-points."""

    style: Style
    text: str
    width: int


class Typesetter:
    """Measures and breaks text in the fonts of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._regular = weight_of(layout, bold=False)
        self._bold = weight_of(layout, bold=True)

    def width(self, style: Style, text: str) -> int:
        """Width of a clean line."""
        weight = self._bold if style.bold else self._regular
        if is_complex(text):
            return shaped_width(text, weight.whole(text)) * style.size // 1000
        return sum(map(weight.__getitem__, text)) * style.size // 1000

    def lines(self, style: Style, text: str, width: int, *, hyphens: bool = False) -> list[Line]:
        """The text broken to a width, as `break_line` does; at least one line."""

        def measure(piece: str) -> int:
            return self.width(style, piece)

        set_lines = []
        for line in clean_lines(text):
            wide = measure(line)
            if wide <= width:
                set_lines.append(Line(style, line, wide))
            else:
                pieces = break_line(line, width, measure, hyphens=hyphens)
                set_lines += [Line(style, piece, measure(piece)) for piece in pieces]
        return set_lines
