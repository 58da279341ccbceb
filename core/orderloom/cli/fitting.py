"""Tables in a narrow terminal: what matters least goes first, then long texts are cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import attrs

GAP = 2  # blanks between columns
_SHORTEST = 12  # what is left of a cut text


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table, as text.

    Attributes:
        right: aligned to the right.
        text: its cells may be cut; numbers, ids and dates may not.
    """

    heading: str
    cells: tuple[str, ...]
    right: bool = False
    text: bool = True

    @property
    def width(self) -> int:
        """Columns of a terminal it takes."""
        return max(map(width_of, (self.heading, *self.cells)))

    @property
    def shortest(self) -> int:
        """The width it may be cut to."""
        return max(_SHORTEST, width_of(self.heading)) if self.text else self.width

    def cut_to(self, width: int) -> Column:
        """The same column with every cell cut to a width."""
        return attrs.evolve(self, cells=tuple(_cut(cell, width) for cell in self.cells))

    def lines(self) -> Iterator[str]:
        """Heading and cells, all of the same width."""
        width = self.width
        for text in (self.heading, *self.cells):
            room = " " * (width - width_of(text))
            yield room + text if self.right else text + room


def fitted(columns: Sequence[Column], spare: Sequence[str], room: int | None) -> list[Column]:
    """The columns that fit: empty ones go, then the spare ones in turn; then texts are cut.

    The first column always stays as it is: it names the row.

    Args:
        columns: all there are.
        spare: headings of those that may be left out, the least important one first.
        room: columns of the terminal; None for as much as it takes.
    """
    kept = [*columns]
    if room is None:
        return kept
    empty = [column.heading for column in columns[1:] if not any(column.cells)]
    for heading in (*empty, *spare):
        if _over(kept, room) > 0:
            kept = [column for column in kept if column.heading != heading]
    while (over := _over(kept, room)) > 0:
        long = [column for column in kept[1:] if column.width > column.shortest]
        if not long:
            break
        widest = max(long, key=lambda column: column.width)
        width = max(widest.shortest, widest.width - over)
        kept[kept.index(widest)] = widest.cut_to(width)
    return kept


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


def _over(columns: Sequence[Column], room: int) -> int:
    return sum(column.width + GAP for column in columns) - GAP - room


def _cut(text: str, width: int) -> str:
    if width_of(text) <= width:
        return text
    kept = text
    while width_of(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"
