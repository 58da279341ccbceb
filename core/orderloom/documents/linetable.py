"""The line table: a header on every page, group bands, rows that stay whole."""

from __future__ import annotations

from orderloom.documents.blocks import LineTable, Row, RowGroup
from orderloom.documents.characters import one_line
from orderloom.documents.sheets import (
    LEAST_PIECE,
    MARGIN,
    Cell,
    Fill,
    Frame,
    Rule,
    Sheets,
    height_of,
)
from orderloom.documents.typeset import GREY, PALE, Ink, Line, Style, Typesetter

HEAD = Style(8_000, 10_500, bold=True)
BODY = Style(8_500, 11_500)
DETAIL = Style(7_500, 10_000, ink=GREY)
BAND = Style(8_500, 11_500, bold=True)
PAD, BAND_PAD, SIDE = 4_000, 3_500, 4_000
# Rules and boxes share one ink: changing it for every row would cost more than drawing them.
EDGE = Ink(184, 191, 199)
BOX_HEIGHT = 15_000
# A column's title is module text, not data: more lines than this would be a mistake.
MOST_HEAD_LINES = 6


def set_table(
    sheets: Sheets, typesetter: Typesetter, accent: Ink, continued: str, block: LineTable
) -> None:
    """Set a line table from the current place on, over as many pages as it takes.

    Args:
        sheets: where to draw.
        typesetter: measures and breaks the cells.
        accent: colour of the header.
        block: the table.
        continued: the word added to a group's title at the top of the next page.
    """
    _Table(sheets, typesetter, accent, continued, block).set()


class _Table:
    def __init__(
        self, sheets: Sheets, typesetter: Typesetter, accent: Ink, continued: str, block: LineTable
    ) -> None:
        self.sheets, self.typesetter, self.accent = sheets, typesetter, accent
        self.continued, self.block = continued, block
        self.tint = Ink(*(255 - (255 - part) * 13 // 100 for part in accent))
        self.title = ""
        shares = [column.width_share for column in block.columns]
        ends = [sheets.measure * sum(shares[: i + 1]) // sum(shares) for i in range(len(shares))]
        starts = [0, *ends[:-1]]
        self.columns = [
            (sheets.left + start + SIDE, max(end - start - 2 * SIDE, 1), column.align)
            for start, end, column in zip(starts, ends, block.columns, strict=True)
        ]
        self.boxes = [
            (sheets.left + start + 2_000, end - start - 4_000)
            for start, end, column in zip(starts, ends, block.columns, strict=True)
            if column.empty_box
        ]
        # A box to write in needs a little more height.
        self.row_pad = PAD + 1_000 if self.boxes else PAD
        titles = [column.title for column in block.columns]
        self.head = [
            cell._replace(lines=cell.lines[:MOST_HEAD_LINES]) for cell in self.cells(HEAD, titles)
        ]

    def set(self) -> None:
        first = self.block.groups[:1]
        self.sheets.need(self.head_height + sum(self.kept(group) for group in first))
        self.header()
        for group in self.block.groups:
            self.group(group)

    @property
    def head_height(self) -> int:
        return height_of(self.head) + 2 * PAD

    def header(self) -> None:
        sheets, height = self.sheets, self.head_height
        sheets.draw(Fill(sheets.left, sheets.y, sheets.measure, height, self.tint))
        sheets.draw(Rule(sheets.left, sheets.y + height - 450, sheets.measure, 900, self.accent))
        sheets.set_cells(self.head, sheets.y + PAD)
        sheets.y += height

    def turn(self) -> None:
        """Begin the next page with the header and, inside a group, its title."""
        self.sheets.turn()
        self.header()
        if self.title:
            title = f"{one_line(self.title)} ({self.continued})"
            lines = self.typesetter.lines(BAND, title, self.sheets.measure - 2 * SIDE)[:1]
            self.draw_band([Cell(self.sheets.left + SIDE, self.sheets.measure, lines)])

    def group(self, group: RowGroup) -> None:
        band = self.band(group)
        head = self.head_height
        if band:
            if self.kept(group) > self.sheets.room:
                self.turn()
            self.draw_band(band)
            self.title = group.title
            head += self.band_height(band)
        for row in group.rows:
            self.sheets.flow(
                self.row(row), pad=self.row_pad, decorate=self.decorate, turn=self.turn, head=head
            )
        self.title = ""

    def band(self, group: RowGroup) -> list[Cell]:
        if not group.title:
            return []
        width = self.sheets.measure - 2 * SIDE
        lines = self.typesetter.lines(BAND, group.title, width)
        return [Cell(self.sheets.left + SIDE, width, lines)]

    def band_height(self, band: list[Cell]) -> int:
        return height_of(band) + 2 * BAND_PAD if band else 0

    def kept(self, group: RowGroup) -> int:
        """What must stand together: the band and the first row, or the start of a giant one."""
        page = self.sheets.bottom - MARGIN - self.head_height
        band = self.band_height(self.band(group))
        least = LEAST_PIECE + 2 * self.row_pad
        kept = band if band <= page // 2 else least
        for row in group.rows[:1]:
            height = height_of(self.row(row)) + 2 * self.row_pad
            kept += height if band + height <= page else least
        return kept

    def draw_band(self, band: list[Cell]) -> None:
        sheets = self.sheets

        def fill(top: int, height: int) -> None:
            sheets.draw(Fill(sheets.left, top, sheets.measure, height, PALE))

        sheets.flow(band, pad=BAND_PAD, decorate=fill, turn=self.turn)

    def decorate(self, top: int, height: int) -> None:
        sheets = self.sheets
        for x, width in self.boxes:
            sheets.draw(Frame(x, top + 3_500, width, min(height - 7_000, BOX_HEIGHT), EDGE))
        sheets.draw(Rule(sheets.left, top + height, sheets.measure, 400, EDGE))

    def row(self, row: Row) -> list[Cell]:
        cells = self.cells(BODY, row.cells)
        if row.detail:
            main = self.block.main
            _, width, _ = self.columns[main]
            lines: list[Line] = list(cells[main].lines)
            for text in row.detail:
                lines += self.typesetter.lines(DETAIL, text, width)
            cells[main] = cells[main]._replace(lines=lines)
        return cells

    def cells(self, style: Style, texts: list[str] | tuple[str, ...]) -> list[Cell]:
        set_lines = self.typesetter.lines
        return [
            Cell(x, width, set_lines(style, text, width), align)
            for (x, width, align), text in zip(self.columns, texts, strict=True)
        ]
