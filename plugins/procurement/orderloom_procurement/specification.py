"""Specifications as people write them: pairs in a cell of a file, or at the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orderloom import Column, Gather, pair_of

_SEPARATOR = re.compile(r"[;|\n]")

SPECIFICATION = Column(
    name="specification",
    aliases=("specs", "spec"),
    help="pairs such as length: 12 m; several with ; or |",
)


def specs_in(cell: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a cell, such as “length: 12 m; colour: black”.

    Raises:
        Refused: [text.not_a_pair], each part that is none.
    """
    parts = filter(None, map(str.strip, _SEPARATOR.split(cell)))
    return pairs_of(parts, SPECIFICATION.name, example="length: 12 m")


def pairs_of(texts: Iterable[str], field: str, *, example: str) -> tuple[tuple[str, str], ...]:
    """The pairs of several texts, a colon in each.

    Args:
        texts: one for each pair.
        field: where they were written, for the message.
        example: how one is written, for the message.

    Raises:
        Refused: [text.not_a_pair], each text that is none.
    """
    with Gather() as gather:
        pairs = [gather.take(pair_of, text, field, example=example, sign=":") for text in texts]
    return tuple(filter(None, pairs))
