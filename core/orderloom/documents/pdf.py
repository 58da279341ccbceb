"""Drawing composed sheets as a PDF; the only module that knows fpdf2.

The fast way with fpdf2 is `text()` at computed places, with widths measured outside of it; only
lines in a complex script go through `cell()` and its shaping engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orderloom.documents.characters import is_complex, one_line
from orderloom.documents.compose import compose
from orderloom.documents.cutting import cut_face
from orderloom.documents.fonts import Face, Weight, weight_of
from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.sheets import Fill, Frame, Operation, Picture, Rule, Sheets, Text
from orderloom.documents.typeset import Ink, Style

if TYPE_CHECKING:
    from fpdf import FPDF


def render_pdf(document: FrozenDocument) -> bytes:
    """The document as PDF; the same document gives the same bytes in every process."""
    sheets = compose(document)
    with TemporaryDirectory(prefix="orderloom-", ignore_cleanup_errors=True) as folder:
        pdf = _open(document, sheets)
        pen = _Pen(pdf, document, sheets, Path(folder))
        for page in sheets.pages:
            pdf.add_page()
            pen.page(page)
        return bytes(pdf.output())


def _open(document: FrozenDocument, sheets: Sheets) -> FPDF:
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(sheets.width / 1000, sheets.height / 1000))
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    # Otherwise "{nb}" in somebody's text would turn into the number of pages.
    pdf.alias_nb_pages("")
    pdf.set_title(one_line(f"{document.title} {document.number}"))
    pdf.set_subject(one_line(document.reference))
    pdf.set_author(one_line("".join(document.layout.sender[:1])))
    pdf.set_lang(document.language)
    pdf.set_creator("orderloom")
    pdf.set_creation_date(document.issued_at)
    return pdf


class _Pen:
    """Draws operations; remembers font and colours so as to set them only when they change."""

    def __init__(self, pdf: FPDF, document: FrozenDocument, sheets: Sheets, folder: Path) -> None:
        self.pdf, self.logo = pdf, document.layout.logo
        self.weights = tuple(weight_of(document.layout, bold) for bold in (False, True))
        self.families = self._add_fonts(sheets, folder)
        self.text_ink = self.fill_ink = self.draw_ink = Ink(0, 0, 0)
        self.thickness = 0
        self.font: tuple[Face, int] | None = None
        self.drawers: dict[type, Callable[[Any], None]] = {
            Text: self.text,
            Fill: self.fill,
            Frame: self.frame,
            Rule: self.rule,
            Picture: self.picture,
        }

    def _add_fonts(self, sheets: Sheets, folder: Path) -> dict[Face, str]:
        """Register a cut of every face in use; the name of each in the PDF."""
        used, shaped = _faces_in_use(sheets, self.weights)
        families: dict[Face, str] = {}
        for face in dict.fromkeys(face for weight in self.weights for face in weight.faces):
            if face in used:
                family = families[face] = f"face{len(families)}"
                path = folder / f"{family}.ttf"
                path.write_bytes(cut_face(face, used[face], face in shaped))
                self.pdf.add_font(family, "", path)
        return families

    def page(self, operations: Sequence[Operation]) -> None:
        """Draw one page's operations in their order."""
        drawers = self.drawers
        for operation in operations:
            drawers[type(operation)](operation)

    def text(self, text: Text) -> None:
        x, baseline, style, content = text
        self._inks(text=style.ink, fill=style.ink)
        weight = self.weights[style.bold]
        if is_complex(content):
            self._shaped(text, weight)
            return
        self._font(weight.faces[0], style)
        if weight.foreign.isdisjoint(content):
            self.pdf.text(x / 1000, baseline / 1000, content)
            return
        for face, run in groupby(content, weight.owner.__getitem__):
            part = "".join(run)
            self._font(face, style)
            self.pdf.text(x / 1000, baseline / 1000, part)
            x += sum(map(weight.__getitem__, part)) * style.size // 1000

    def _shaped(self, text: Text, weight: Weight) -> None:
        pdf, face = self.pdf, weight.whole(text.text)
        self._font(face, text.style)
        pdf.set_text_shaping(True)
        pdf.set_fallback_fonts([name for other, name in self.families.items() if other != face])
        size = text.style.size / 1000
        # cell() puts the baseline 0.8 of the size under its top when it is one size tall.
        pdf.set_xy(text.x / 1000, text.baseline / 1000 - 0.8 * size)
        pdf.cell(h=size, text=text.text)
        pdf.set_fallback_fonts([])
        pdf.set_text_shaping(False)

    def _font(self, face: Face, style: Style) -> None:
        font = (face, style.size)
        if font != self.font:
            self.font = font
            self.pdf.set_font(self.families[face], size=style.size / 1000)

    def fill(self, fill: Fill) -> None:
        self._inks(fill=fill.ink)
        self.pdf.rect(fill.x / 1000, fill.y / 1000, fill.width / 1000, fill.height / 1000, "F")

    def frame(self, frame: Frame) -> None:
        self._stroke(frame.ink, 400)
        self.pdf.rect(frame.x / 1000, frame.y / 1000, frame.width / 1000, frame.height / 1000)

    def rule(self, rule: Rule) -> None:
        self._stroke(rule.ink, rule.thickness)
        y = rule.y / 1000
        self.pdf.line(rule.x / 1000, y, (rule.x + rule.width) / 1000, y)

    def picture(self, picture: Picture) -> None:
        self.pdf.image(
            BytesIO(self.logo or b""),
            picture.x / 1000,
            picture.y / 1000,
            picture.width / 1000,
            picture.height / 1000,
        )

    def _inks(self, *, fill: Ink, text: Ink | None = None) -> None:
        # text() wraps every text in a colour change unless fill and text colour are the same.
        if fill != self.fill_ink:
            self.fill_ink = fill
            self.pdf.set_fill_color(*fill)
        if text and text != self.text_ink:
            self.text_ink = text
            self.pdf.set_text_color(*text)

    def _stroke(self, ink: Ink, thickness: int) -> None:
        if ink != self.draw_ink:
            self.draw_ink = ink
            self.pdf.set_draw_color(*ink)
        if thickness != self.thickness:
            self.thickness = thickness
            self.pdf.set_line_width(thickness / 1000)


def _faces_in_use(
    sheets: Sheets, weights: tuple[Weight, ...]
) -> tuple[dict[Face, set[str]], set[Face]]:
    """The characters each face has to draw, and the faces that shape complex text."""
    used: dict[Face, set[str]] = {}
    shaped: set[Face] = set()
    plain: tuple[set[str], set[str]] = (set(" "), set())
    for page in sheets.pages:
        for operation in page:
            if isinstance(operation, Text):
                bold = operation.style.bold
                plain[bold].update(operation.text)
                if is_complex(operation.text):
                    face = weights[bold].whole(operation.text)
                    shaped.add(face)
                    used.setdefault(face, set()).update(operation.text)
    for weight, characters in zip(weights, plain, strict=True):
        for character in characters:
            if weight.has(character):
                used.setdefault(weight.owner[character], set()).add(character)
    return used, shaped
