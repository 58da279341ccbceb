"""From a frozen document to sheets: the layout of every block but the line table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from orderloom.documents.blocks import (
    AddressBlock,
    AddressBlocks,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Signatures,
    Totals,
)
from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.labels import labels_for
from orderloom.documents.letterhead import open_sheets, set_foot, set_letterhead
from orderloom.documents.linetable import set_table
from orderloom.documents.sheets import MARGIN, Cell, Fill, Rule, Sheets, height_of
from orderloom.documents.typeset import DARK, GREY, HAIR, PALE, Ink, Line, Style, Typesetter

LABEL = Style(7_500, 10_000, ink=GREY)
BODY = Style(9_000, 12_500)
STRONG = Style(9_000, 12_500, bold=True)
TERMS = Style(7_500, 10_500, ink=GREY)
HEADINGS = {
    1: Style(14_000, 20_000, bold=True),
    2: Style(11_500, 16_000, bold=True),
    3: Style(9_500, 13_500, bold=True),
}
GAP = 14_000
GUTTER = 16_000
FACTS_A_LINE = 3
# What a heading keeps with it, so that it never stands alone at the foot of a page.
KEPT = 60_000
# Room for a signature above its line.
SIGNING = 40_000


def compose(document: FrozenDocument) -> Sheets:
    """Lay the whole document out.

    Raises:
        KeyError: a character that no font of the layout has; ask `missing_glyphs` first.
    """
    composer = Composer(document)
    set_letterhead(composer.sheets, composer.typesetter, document)
    for block in document.blocks:
        composer.set(block)
    composer.terms(document.layout.terms)
    set_foot(composer.sheets, composer.typesetter, document)
    return composer.sheets


class Composer:
    """Sets one block after the other on the sheets."""

    def __init__(self, document: FrozenDocument) -> None:
        self.typesetter = Typesetter(document.layout)
        self.sheets = open_sheets(self.typesetter, document.layout)
        self.accent = ink_of(document.layout.accent)
        self.labels = labels_for(document.language)
        self._setters: dict[type, Callable[[Any], None]] = {
            Heading: self.heading,
            Facts: self.facts,
            AddressBlocks: self.addresses,
            Paragraph: self.paragraph,
            LineTable: partial(
                set_table, self.sheets, self.typesetter, self.accent, self.labels.continued
            ),
            Totals: self.totals,
            Signatures: self.signatures,
        }

    def set(self, block: object) -> None:
        """Set one block and the gap after it."""
        self._setters[type(block)](block)
        self.sheets.y += GAP

    def cell(self, x: int, width: int, *parts: tuple[Style, str], hyphens: bool = False) -> Cell:
        """A cell of texts under each other; `hyphens` as for `break_line`."""
        lines: list[Line] = []
        for style, text in parts:
            lines += self.typesetter.lines(style, text, width, hyphens=hyphens)
        return Cell(x, width, lines)

    def heading(self, block: Heading) -> None:
        """A heading, turned to the next page if little room is left under it."""
        self.sheets.need(KEPT)
        style = HEADINGS[block.level]
        self.sheets.flow([self.cell(self.sheets.left, self.sheets.measure, (style, block.text))])
        self.sheets.y -= GAP - 4_000

    def facts(self, block: Facts) -> None:
        """Labels over values, three to a line."""
        step = (self.sheets.measure + GUTTER) // FACTS_A_LINE
        for start in range(0, len(block.pairs), FACTS_A_LINE):
            line = block.pairs[start : start + FACTS_A_LINE]
            cells = [
                self.cell(
                    self.sheets.left + i * step,
                    step - GUTTER,
                    (LABEL, label),
                    (STRONG, value),
                    hyphens=True,
                )
                for i, (label, value) in enumerate(line)
            ]
            self.sheets.flow(cells, pad=3_000)

    def addresses(self, block: AddressBlocks) -> None:
        """Addresses side by side, each under a rule in the accent colour."""
        step = (self.sheets.measure + GUTTER) // len(block.blocks)
        cells = [
            self.cell(self.sheets.left + i * step, step - GUTTER, *_address_parts(address))
            for i, address in enumerate(block.blocks)
        ]

        def rules(top: int, _: int) -> None:
            for cell in cells:
                self.sheets.draw(Rule(cell.x, top, cell.width, 1_000, self.accent))

        self.sheets.flow(cells, pad=5_000, decorate=rules)

    def paragraph(self, block: Paragraph) -> None:
        """Running text; in a pale box with an accent edge if it has a title."""
        left, width = self.sheets.left, self.sheets.measure
        if not block.title:
            self.sheets.flow([self.cell(left, width, (BODY, block.text))])
            return
        parts = ((STRONG, block.title), (BODY, block.text))
        cell = self.cell(left + 12_000, width - 22_000, *parts)

        def box(top: int, height: int) -> None:
            self.sheets.draw(Fill(left, top, width, height, PALE))
            self.sheets.draw(Fill(left, top, 2_500, height, self.accent))

        self.sheets.flow([cell], pad=8_000, decorate=box)

    def totals(self, block: Totals) -> None:
        """Sums at the right edge, on one page if they fit it; the last one bold under a rule."""
        sheets = self.sheets
        width = sheets.measure * 9 // 20
        left = sheets.left + sheets.measure - width
        half = width // 2
        rows = []
        for i, (label, value) in enumerate(block.rows):
            style = STRONG if i == len(block.rows) - 1 else BODY
            name = self.cell(left + 5_000, half - 10_000, (style, label))
            amount = self.cell(left + half, half - 5_000, (style, value))
            rows.append([name, amount._replace(align="right")])
        height = sum(height_of(cells) + 2 * 3_000 for cells in rows)
        if height <= sheets.bottom - MARGIN:
            sheets.need(height)
        for i, cells in enumerate(rows):

            def rule(top: int, _: int, last: bool = i == len(rows) - 1) -> None:
                ink = self.accent if last else HAIR
                sheets.draw(Rule(left, top, width, 1_000 if last else 400, ink))

            sheets.flow(cells, pad=3_000, decorate=rule)

    def signatures(self, block: Signatures) -> None:
        """Lines to sign on, with room above for the hand, together on one page."""
        step = (self.sheets.measure + GUTTER) // len(block.labels)
        cells = [
            self.cell(self.sheets.left + i * step, step - GUTTER, (LABEL, label))
            for i, label in enumerate(block.labels)
        ]
        self.sheets.need(SIGNING + height_of(cells) + 2 * 3_000)
        self.sheets.y += SIGNING

        def rules(top: int, _: int) -> None:
            for cell in cells:
                self.sheets.draw(Rule(cell.x, top, cell.width, 700, DARK))

        self.sheets.flow(cells, pad=3_000, decorate=rules)

    def terms(self, text: str) -> None:
        """The layout's terms, small, after the last block."""
        if not text.strip():
            return
        self.sheets.need(KEPT)
        title = Style(TERMS.size, TERMS.leading, bold=True, ink=DARK)
        parts = ((title, self.labels.terms), (TERMS, text))
        self.sheets.flow([self.cell(self.sheets.left, self.sheets.measure, *parts)])


def _address_parts(address: AddressBlock) -> tuple[tuple[Style, str], ...]:
    title = Style(LABEL.size, 13_000, bold=True, ink=GREY)
    return ((title, address.title), *((BODY, line) for line in address.lines))


def ink_of(colour: str) -> Ink:
    """The ink of "#rrggbb"."""
    return Ink(int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
