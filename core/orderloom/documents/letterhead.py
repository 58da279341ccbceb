"""The head of the first page and the foot of every page."""

from __future__ import annotations

from io import BytesIO

from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.labels import labels_for
from orderloom.documents.layout import Layout
from orderloom.documents.sheets import Cell, Picture, Rule, Sheets
from orderloom.documents.typeset import GREY, HAIR, Line, Style, Typesetter

NAME = Style(10_000, 14_000, bold=True)
WORDMARK = Style(15_000, 20_000, bold=True)
SENDER = Style(8_000, 11_000, ink=GREY)
TITLE = Style(20_000, 26_000, bold=True)
TITLE_GAP = 10_000
NUMBER = Style(11_000, 26_000, bold=True, ink=GREY)
UNDER = NUMBER._replace(leading=16_000)
FOOT_STYLE = Style(7_500, 10_000, ink=GREY)
MOST_COUNTER_LINES = 2
FOOT_SHARE = 55  # percent of the width for the layout's footer
FOOT_EDGE, FOOT_GAP = 22_000, 15_000
LOGO_WIDTH, LOGO_HEIGHT = 160_000, 54_000


def set_letterhead(sheets: Sheets, typesetter: Typesetter, document: FrozenDocument) -> None:
    """Logo left, sender right, then the title with the number; without a logo the name leads."""
    layout = document.layout
    top, half = sheets.y, sheets.measure // 2
    reach = top
    if layout.logo:
        picture = _fitted(layout, sheets.left, top)
        sheets.draw(picture)
        reach = top + picture.height
    elif layout.sender:
        name = typesetter.lines(WORDMARK, layout.sender[0], half)
        sheets.set_cells([Cell(sheets.left, half, name)], top)
        reach = top + len(name) * WORDMARK.leading
    lines: list[Line] = []
    for i, text in enumerate(layout.sender):
        if layout.logo or i:
            lines += typesetter.lines(NAME if i == 0 else SENDER, text, half - 10_000)
    sheets.set_cells([Cell(sheets.left + half, half, lines, "right")], top)
    reach = max(reach, top + sum(line.style.leading for line in lines))
    sheets.y = reach + (18_000 if reach > top else 0)
    _set_title(sheets, typesetter, document)


def _set_title(sheets: Sheets, typesetter: Typesetter, document: FrozenDocument) -> None:
    """Title left, number right; a number for which there is no room beside it goes under it."""
    measure = sheets.measure
    number = typesetter.lines(NUMBER, document.number, measure, hyphens=True)
    title = typesetter.lines(TITLE, document.title, measure)
    wide = max(line.width for line in number)
    right = measure * 3 // 10
    if wide > right and title[0].width + TITLE_GAP + wide <= measure and len(title) == 1:
        right = wide
    if wide > right:
        under = [line._replace(style=UNDER) for line in number]
        cells = [Cell(sheets.left, measure, [*title, *under])]
    else:
        left = measure - right - TITLE_GAP if document.number else measure
        title = typesetter.lines(TITLE, document.title, left)
        side = Cell(sheets.left + measure - right, right, number, "right")
        cells = [Cell(sheets.left, left, title), side]
    sheets.flow(cells)
    sheets.y += 8_000


def _fitted(layout: Layout, x: int, y: int) -> Picture:
    """The logo in its own proportions, as large as its corner allows."""
    from PIL import Image

    with Image.open(BytesIO(layout.logo or b"")) as image:
        across, down = image.size
    width = min(LOGO_WIDTH, LOGO_HEIGHT * across // down)
    return Picture(x, y, max(width, 1), max(width * down // across, 1))


def open_sheets(typesetter: Typesetter, layout: Layout) -> Sheets:
    """Empty sheets of the layout's paper, with room at the foot for its footer."""
    sheets = Sheets(layout.paper)
    lines = max(len(_footer(typesetter, layout, sheets)), MOST_COUNTER_LINES)
    sheets.bottom = sheets.height - FOOT_EDGE - lines * FOOT_STYLE.leading - FOOT_GAP
    return sheets


def _footer(typesetter: Typesetter, layout: Layout, sheets: Sheets) -> list[Line]:
    return typesetter.lines(FOOT_STYLE, layout.footer, sheets.measure * FOOT_SHARE // 100)


def set_foot(sheets: Sheets, typesetter: Typesetter, document: FrozenDocument) -> None:
    """Under a rule: the layout's footer left; number, revision and "page n of m" right."""
    labels = labels_for(document.language)
    revision = f"{labels.revision} {document.revision}" if document.revision else ""
    left_width = sheets.measure * FOOT_SHARE // 100
    right_width = sheets.measure - left_width
    top = sheets.bottom + FOOT_GAP
    left = Cell(sheets.left, left_width, _footer(typesetter, document.layout, sheets))
    for i, page in enumerate(sheets.pages):
        counter = labels.page.format(page=i + 1, pages=len(sheets.pages))
        text = " · ".join(part for part in (document.number, revision, counter) if part)
        lines = typesetter.lines(FOOT_STYLE, text, right_width)[-MOST_COUNTER_LINES:]
        page.append(Rule(sheets.left, top - FOOT_GAP // 3, sheets.measure, 400, HAIR))
        right = Cell(sheets.left + left_width, right_width, lines, "right")
        sheets.set_cells([left, right], top, i)
