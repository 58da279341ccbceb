"""Our PDF renderer against the fastest plain fpdf2 pattern.

The plain pattern is `text()` and `line()` at computed places, character widths cached, fonts cut
down to Latin, Greek and Cyrillic once and kept on disk; it neither wraps nor draws letterhead,
groups, boxes or page counts. Same fonts, same rows, a new document every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from fpdf import FPDF
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.setting import Setting

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


def documents(setting: Setting) -> Iterator[Figure]:
    """A request for quotation of 100 Unicode lines; of 10 and 1,000 for information."""
    for style, bold in (("regular", False), ("bold", True)):
        face = weight_of(Layout(), bold).faces[0]
        cut = cut_face(face, ALPHABETS, shaped=False)
        (setting.folder / f"{style}.ttf").write_bytes(cut)
    for lines, many, target in ((10, 10, None), (100, 10, Target(most=1.3)), (1000, 2, None)):
        salts = count()
        rows = partial(_rows, lines, salts)
        variants = {
            "plain fpdf2": Variant(partial(_plain, setting.folder), rows),
            "ours": Variant(_ours, rows),
        }
        rounds = interleave(variants, count=setting.count(many, 1), rounds=setting.rounds)
        table = Table(f"RFQ of {lines:,} lines, PDF", rounds, "ms")
        yield table.of("plain fpdf2")
        yield table.of("ours", "plain fpdf2", target)


def _rows(lines: int, salts: Iterator[int], many: int) -> Iterator[list[tuple[str, ...]]]:
    return (_rows_of(lines, next(salts)) for _ in range(many))


def _rows_of(lines: int, salt: int) -> list[tuple[str, ...]]:
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


def _ours(rows: list[tuple[str, ...]]) -> bytes:
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


def _plain(folder: Path, rows: list[tuple[str, ...]]) -> bytes:
    document = _Plain(folder)
    document.page()
    for row in rows:
        if document.y > 275:
            document.page()
        document.row(row)
    return bytes(document.pdf.output())
