"""The plain-text twin, for mail bodies and terminals: 78 columns, tables aligned by spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from orderloom.documents.blocks import (
    AddressBlocks,
    Align,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Row,
    Signatures,
    Totals,
)
from orderloom.documents.breaking import break_line
from orderloom.documents.characters import clean_lines, is_mark, one_line
from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.labels import labels_for

COLUMNS = 78
GAP = "  "
BOX = "______"
DETAIL_INDENT = 4


def render_text(document: FrozenDocument) -> str:
    """The document as plain text, newline at the end."""
    layout, labels = document.layout, labels_for(document.language)
    title = one_line(f"{document.title} {document.number}")
    revision = f"{labels.revision} {document.revision}" if document.revision else ""
    parts = [
        [line for text in layout.sender for line in _wrapped(text)],
        [*_wrapped(title), "=" * min(columns_of(title), COLUMNS)],
        *(_BLOCKS[type(block)](block) for block in document.blocks),
        _paragraph(Paragraph(layout.terms, labels.terms)) if layout.terms.strip() else [],
        _wrapped(layout.footer) if layout.footer.strip() else [],
        _wrapped(" · ".join(part for part in (document.number, revision) if part)),
    ]
    texts = ("\n".join(line.rstrip() for line in part) for part in parts)
    return "\n\n".join(text for text in texts if text.strip()) + "\n"


def columns_of(text: str) -> int:
    """Columns a terminal gives a text: wide East Asian characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if is_mark(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _wrapped(text: str, width: int = COLUMNS) -> list[str]:
    return [piece for line in clean_lines(text) for piece in break_line(line, width, columns_of)]


def _padded(text: str, width: int, align: Align) -> str:
    spare = width - columns_of(text)
    before = {"left": 0, "right": spare, "center": spare // 2}[align]
    return " " * before + text + " " * (spare - before)


def _side_by_side(cells: Sequence[tuple[list[str], int, Align]]) -> list[str]:
    height = max(len(lines) for lines, _, _ in cells)
    return [
        GAP.join(
            _padded(lines[i] if i < len(lines) else "", width, align)
            for lines, width, align in cells
        )
        for i in range(height)
    ]


def _heading(block: Heading) -> list[str]:
    text = one_line(block.text)
    return [*_wrapped(text), "-" * min(columns_of(text), COLUMNS)]


def _pairs(pairs: Iterable[tuple[str, str]], align: Align) -> list[str]:
    rows = [(f"{one_line(label)}:", value) for label, value in pairs]
    left = min(max((columns_of(label) for label, _ in rows), default=0), COLUMNS // 3)
    right = COLUMNS - left - len(GAP)
    values = [_wrapped(value, right) for _, value in rows]
    if align == "right":
        right = max((columns_of(line) for lines in values for line in lines), default=0)
    return [
        line
        for (label, _), lines in zip(rows, values, strict=True)
        for line in _side_by_side([(_wrapped(label, left), left, "left"), (lines, right, align)])
    ]


def _facts(block: Facts) -> list[str]:
    return _pairs(block.pairs, "left")


def _totals(block: Totals) -> list[str]:
    lines = _pairs(block.rows, "right")
    indent = COLUMNS - max((columns_of(line) for line in lines), default=0)
    return [" " * indent + line for line in lines]


def _signatures(block: Signatures) -> list[str]:
    count = len(block.labels)
    width = (COLUMNS - len(GAP) * (count - 1)) // count
    cells: list[tuple[list[str], int, Align]] = [
        (["_" * width, *_wrapped(label, width)], width, "left") for label in block.labels
    ]
    return ["", *_side_by_side(cells)]


def _addresses(block: AddressBlocks) -> list[str]:
    count = len(block.blocks)
    width = (COLUMNS - len(GAP) * (count - 1)) // count
    cells: list[tuple[list[str], int, Align]] = []
    for address in block.blocks:
        texts = (address.title, *address.lines)
        cells.append(([line for text in texts for line in _wrapped(text, width)], width, "left"))
    return _side_by_side(cells)


def _paragraph(block: Paragraph) -> list[str]:
    title = [f"{one_line(block.title)}:"] if block.title else []
    return [line for text in (*title, block.text) for line in _wrapped(text)]


def _table(block: LineTable) -> list[str]:
    widths = _widths(block)
    aligns = [column.align for column in block.columns]

    def row(texts: Iterable[str]) -> list[str]:
        shapes = zip(texts, widths, aligns, strict=True)
        return _side_by_side([(_wrapped(text, width), width, way) for text, width, way in shapes])

    lines = [*row(column.title for column in block.columns)]
    lines.append(GAP.join("-" * width for width in widths))
    for group in block.groups:
        if group.title:
            lines += ["", *_wrapped(f"[ {one_line(group.title)} ]")]
        for item in group.rows:
            lines += [*row(_cells(block, item)), *_detail(item)]
    return lines


def _cells(block: LineTable, row: Row) -> list[str]:
    return [
        text or BOX if column.empty_box else text
        for column, text in zip(block.columns, row.cells, strict=True)
    ]


def _detail(row: Row) -> list[str]:
    indent = " " * DETAIL_INDENT
    return [
        indent + line for text in row.detail for line in _wrapped(text, COLUMNS - DETAIL_INDENT)
    ]


def _widths(block: LineTable) -> list[int]:
    """What each column would like, taken from the widest until all fit."""
    rows = [
        [column.title for column in block.columns],
        *(_cells(block, row) for group in block.groups for row in group.rows),
    ]
    widths = [
        max(1, *(columns_of(line) for text in texts for line in clean_lines(text)))
        for texts in zip(*rows, strict=True)
    ]
    widths = [min(width, COLUMNS) for width in widths]
    while sum(widths) + len(GAP) * (len(widths) - 1) > COLUMNS:
        widths[widths.index(max(widths))] -= 1
    return widths


_BLOCKS: dict[type, Callable[[Any], list[str]]] = {
    Heading: _heading,
    Facts: _facts,
    AddressBlocks: _addresses,
    Paragraph: _paragraph,
    LineTable: _table,
    Totals: _totals,
    Signatures: _signatures,
}
