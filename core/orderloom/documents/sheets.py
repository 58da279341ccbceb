"""Sheets of paper and what is drawn on them: plain values, in whole milli-points.

The origin is the top left corner; y grows downwards. Within a page the order of the operations is
the order of drawing and of reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from orderloom.documents.blocks import Align
from orderloom.documents.typeset import Ink, Line, Style

PAPER_SIZES = {"A4": (595_276, 841_890), "Letter": (612_000, 792_000)}
MARGIN = 45_000
# A row that has to be split does not begin with less than this on a page.
LEAST_PIECE = 40_000


class Text(NamedTuple):
    """A line of text, from the left end of its baseline."""

    x: int
    baseline: int
    style: Style
    text: str


class Fill(NamedTuple):
    """A filled rectangle."""

    x: int
    y: int
    width: int
    height: int
    ink: Ink


class Frame(NamedTuple):
    """The outline of a rectangle."""

    x: int
    y: int
    width: int
    height: int
    ink: Ink


class Rule(NamedTuple):
    """A horizontal line."""

    x: int
    y: int
    width: int
    thickness: int
    ink: Ink


class Picture(NamedTuple):
    """The layout's logo."""

    x: int
    y: int
    width: int
    height: int


Operation: TypeAlias = Text | Fill | Frame | Rule | Picture


class Cell(NamedTuple):
    """Set lines in a column of the page."""

    x: int
    width: int
    lines: Sequence[Line]
    align: Align = "left"


Decorate: TypeAlias = Callable[[int, int], None]


class Sheets:
    """The pages being filled, and the place reached on the last of them.

    Attributes:
        measure: width between the margins.
        bottom: where the foot of every page begins.
        y: how far down the current page is filled.
    """

    def __init__(self, paper: str) -> None:
        self.width, self.height = PAPER_SIZES[paper]
        self.left, self.measure = MARGIN, self.width - 2 * MARGIN
        self.bottom = self.height - MARGIN
        self.pages: list[list[Operation]] = []
        self.turn()

    @property
    def room(self) -> int:
        """Height left on this page."""
        return self.bottom - self.y

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append([])
        self.y = MARGIN

    def draw(self, operation: Operation) -> None:
        """Draw on the current page."""
        self.pages[-1].append(operation)

    def need(self, height: int) -> None:
        """Turn the page if less than this height is left."""
        if height > self.room:
            self.turn()

    def set_cells(self, cells: Sequence[Cell], top: int, page_index: int = -1) -> None:
        """Draw cells side by side from a common top."""
        page = self.pages[page_index]
        for x, width, lines, align in cells:
            y = top
            for style, text, wide in lines:
                if text:
                    start = x if align == "left" else x + _shift(align, width - wide)
                    # Capitals of Noto Sans are 0.714 of the size tall: this centres them.
                    baseline = y + (style.leading + style.size * 714 // 1000) // 2
                    page.append(Text(start, baseline, style, text))
                y += style.leading

    def flow(
        self,
        cells: Sequence[Cell],
        *,
        pad: int = 0,
        decorate: Decorate | None = None,
        turn: Callable[[], None] | None = None,
        head: int = 0,
    ) -> None:
        """Set cells as one row that stays whole, unless it is taller than a page.

        Args:
            cells: side by side, each with its lines.
            pad: space above and below the text of each piece.
            decorate: called with (top, height) of each piece before its text is drawn.
            turn: begins the next page in place of `turn` (a table repeats its header).
            head: what `turn` may draw there, so that less than a page is left.
        """
        turn = turn or self.turn
        height = height_of(cells) + 2 * pad
        whole = height <= self.bottom - MARGIN - head
        if height > self.room and (whole or self.room < 2 * pad + LEAST_PIECE):
            turn()
        while height > self.room:
            now, cells = _split(cells, self.room - 2 * pad)
            self._piece(now, self.room, pad, decorate)
            turn()
            height = height_of(cells) + 2 * pad
        self._piece(cells, height, pad, decorate)

    def _piece(
        self, cells: Sequence[Cell], height: int, pad: int, decorate: Decorate | None
    ) -> None:
        if decorate:
            decorate(self.y, height)
        self.set_cells(cells, self.y + pad)
        self.y += height


def height_of(cells: Sequence[Cell]) -> int:
    """Height of the tallest cell."""
    return max(sum([line[0][1] for line in cell[2]]) for cell in cells)


def _shift(align: Align, spare: int) -> int:
    return spare if align == "right" else spare // 2


def _split(cells: Sequence[Cell], height: int) -> tuple[list[Cell], list[Cell]]:
    """What of each cell fits a height, and what is left."""
    now, later = [], []
    for cell in cells:
        used = count = 0
        for line in cell.lines:
            used += line.style.leading
            if used > height:
                break
            count += 1
        now.append(cell._replace(lines=cell.lines[:count]))
        later.append(cell._replace(lines=cell.lines[count:]))
    return now, later
