"""What a document is made of: frozen blocks of ready-made text, without any drawing.

Every amount, date and label is already text in the recipient's language when a block is built, so
that rendering needs nothing but the blocks and the layout. A block that is put together wrongly is
a bug of the module that built it and raises `ValueError`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

Align: TypeAlias = Literal["left", "right", "center"]
MOST_COLUMNS = 12


@attrs.frozen
class Heading:
    """A heading inside the document; kept together with what follows it.

    Attributes:
        level: 1 (large) to 3 (small).
    """

    text: str
    level: int = attrs.field(default=1, validator=attrs.validators.in_((1, 2, 3)))


@attrs.frozen
class Facts:
    """A grid of labels and values: number, revision, date, project, vendor reference.

    Attributes:
        pairs: (label, value) in reading order, three to a line.
    """

    pairs: tuple[tuple[str, str], ...]


@attrs.frozen
class AddressBlock:
    """One address under its title ("Deliver to").

    Attributes:
        lines: as they are to be printed, from top to bottom.
    """

    title: str
    lines: tuple[str, ...]


@attrs.frozen
class AddressBlocks:
    """Addresses side by side.

    Attributes:
        blocks: one to three of them.
    """

    blocks: tuple[AddressBlock, ...] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(3)]
    )


@attrs.frozen
class Paragraph:
    """Running text; its newlines are kept. With a title it stands in a box of its own."""

    text: str
    title: str = ""


@attrs.frozen(kw_only=True)
class Column:
    """A column of a line table.

    Attributes:
        width_share: its part of the width, against the sum over all columns; > 0.
        empty_box: its cells are framed boxes for the recipient to write in (a vendor's price).
    """

    key: str
    title: str
    width_share: int = attrs.field(validator=attrs.validators.gt(0))
    align: Align = attrs.field(
        default="left", validator=attrs.validators.in_(("left", "right", "center"))
    )
    empty_box: bool = False


@attrs.frozen
class Row:
    """One row of a line table.

    Attributes:
        cells: one text per column.
        detail: small lines under the main cell, which is that of the widest column.
    """

    cells: tuple[str, ...]
    detail: tuple[str, ...] = ()


@attrs.frozen
class RowGroup:
    """Rows under one band with the group's title; no band if the title is empty."""

    title: str
    rows: tuple[Row, ...]


@attrs.frozen
class LineTable:
    """The lines of an order, in groups, under a header that every page repeats."""

    columns: tuple[Column, ...] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(MOST_COLUMNS)]
    )
    groups: tuple[RowGroup, ...]

    def __attrs_post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) < len(keys):
            raise ValueError(f"To build a line table, give every column its own key: {keys}.")
        for group in self.groups:
            for row in group.rows:
                if len(row.cells) != len(keys):
                    raise ValueError(
                        f"To build a line table, give every row one cell per column: "
                        f"{len(keys)} columns, but {row.cells}."
                    )

    @property
    def main(self) -> int:
        """Index of the column that carries the details: the first of the widest."""
        shares = [column.width_share for column in self.columns]
        return shares.index(max(shares))


@attrs.frozen
class Totals:
    """Sums under a table.

    Attributes:
        rows: (label, value); the last one is printed with emphasis.
    """

    rows: tuple[tuple[str, str], ...]


@attrs.frozen
class Signatures:
    """Places to sign by hand, side by side: lines to write on, with a label under each.

    Attributes:
        labels: one to three of them ("Date", "Name and signature").
    """

    labels: tuple[str, ...] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(3)]
    )


Block: TypeAlias = Heading | Facts | AddressBlocks | Paragraph | LineTable | Totals | Signatures
