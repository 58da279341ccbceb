"""Our PDF renderer against the fastest plain fpdf2 pattern, side by side in one run.

The plain pattern is `text()` and `line()` at computed places, character widths cached, fonts cut
down to Latin, Greek and Cyrillic once and kept on disk; it neither wraps nor draws letterhead,
groups, boxes or page counts. Same fonts, same rows, a new document every round.

Usage: python benchmarks/documents.py [rounds]
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from fpdf import FPDF

from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Column,
    Facts,
    FrozenDocument,
    Layout,
    LineTable,
    Paragraph,
    Row,
    RowGroup,
    Totals,
    render,
)
from orderloom.documents.cutting import cut_face
from orderloom.documents.fonts import weight_of

HEADS = ("#", "Item", "Quantity", "Unit", "Needed by", "Unit price")
WIDTHS = (12, 76, 22, 18, 28, 34)
RIGHT = (True, False, True, False, False, True)
NAMES = (
    "Klappstuhl „Größe XL“, weiß",
    "Πτυσσόμενη καρέκλα, λευκή",
    "Складной стул, белый",
    "Krzesło składane, żółte",
    "Folding chair, stackable",
)
ALPHABETS = "aąαж–"


def rows_of(lines: int, salt: int) -> list[tuple[str, ...]]:
    return [
        (
            str(i + 1),
            f"{NAMES[(i + salt) % 5]} {salt}-{i % 40}",
            str((i * 7 + salt) % 300 + 1),
            "pcs",
            f"2026-0{(i + salt) % 9 + 1}-1{i % 9}",
            "",
        )
        for i in range(lines)
    ]


def ours(rows: list[tuple[str, ...]]) -> bytes:
    half = len(rows) // 2
    columns = tuple(
        Column(
            key=title,
            title=title,
            width_share=width,
            align="right" if right else "left",
            empty_box=title == HEADS[-1],
        )
        for title, width, right in zip(HEADS, WIDTHS, RIGHT, strict=True)
    )
    groups = (
        RowGroup("North field", tuple(map(Row, rows[:half]))),
        RowGroup("South field", tuple(map(Row, rows[half:]))),
    )
    addresses = tuple(AddressBlock(title, ("Example Ltd", "1 Dock Road")) for title in "AB")
    document = FrozenDocument(
        type="benchmark",
        title="Request for quotation",
        number="RFQ-1",
        revision=1,
        issued_at=datetime(2026, 1, 15, tzinfo=UTC),
        blocks=(
            Facts((("Date", "2026-01-15"), ("Project", "Example"))),
            AddressBlocks(addresses),
            Paragraph("Quote every line.", "Notes"),
            LineTable(columns, groups),
            Totals((("Lines", str(len(rows))),)),
        ),
    )
    return render(document, "pdf")


class _Plain:
    """The plain pattern, one document."""

    def __init__(self, folder: Path) -> None:
        self.pdf = pdf = FPDF(format="A4")
        pdf.set_auto_page_break(False)
        pdf.add_font("body", "", folder / "regular.ttf")
        pdf.add_font("body", "B", folder / "bold.ttf")
        self.widths: dict[str, float] = {}
        self.y = 0.0

    def width(self, text: str) -> float:
        widths = self.widths
        for character in set(text) - widths.keys():
            widths[character] = self.pdf.get_string_width(character)
        return sum([widths[character] for character in text])

    def row(self, texts: tuple[str, ...]) -> None:
        x = 10.0
        for text, width, right in zip(texts, WIDTHS, RIGHT, strict=True):
            start = x + width - 1 - self.width(text) if right else x + 1
            self.pdf.text(start, self.y + 4.2, text)
            x += width
        self.y += 6
        self.pdf.line(10, self.y, 200, self.y)

    def page(self) -> None:
        self.pdf.add_page()
        self.pdf.set_font("body", "", 8)
        self.pdf.text(170, 290, f"RFQ-1  page {self.pdf.page_no()}")
        self.pdf.set_font("body", "B", 9)
        self.y = 10
        self.row(HEADS)
        self.pdf.set_font("body", "", 9)


def plain(rows: list[tuple[str, ...]], folder: Path) -> bytes:
    document = _Plain(folder)
    document.page()
    for row in rows:
        if document.y > 275:
            document.page()
        document.row(row)
    return bytes(document.pdf.output())


def timed(make: Callable[[], bytes]) -> float:
    gc.collect()
    start = time.perf_counter()
    make()
    return (time.perf_counter() - start) * 1e3


def measure(lines: int, rounds: int, folder: Path) -> tuple[float, float, float]:
    """Median ms of ours and of the plain pattern, and the median of the rounds' ratios."""
    ours(rows_of(lines, 0)), plain(rows_of(lines, 0), folder)
    pairs = []
    for salt in range(1, rounds + 1):
        rows = rows_of(lines, salt)
        pairs.append((timed(partial(ours, rows)), timed(partial(plain, rows, folder))))
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, theirs, statistics.median(a / b for a, b in pairs)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with TemporaryDirectory() as name:
        folder = Path(name)
        for style, bold in (("regular", False), ("bold", True)):
            face = weight_of(Layout(), bold).faces[0]
            (folder / f"{style}.ttf").write_bytes(cut_face(face, ALPHABETS, shaped=False))
        print(f"{'lines':>6} {'ours ms':>9} {'plain ms':>9} {'ratio':>6}")
        for lines in (10, 100, 1000):
            mine, theirs, ratio = measure(lines, rounds, folder)
            print(f"{lines:>6} {mine:>9.1f} {theirs:>9.1f} {ratio:>6.2f}")


if __name__ == "__main__":
    main()
