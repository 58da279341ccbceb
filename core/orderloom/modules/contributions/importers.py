"""CSV importers: declared columns, one record per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Column:
    """One column of a CSV file.

    Attributes:
        name: heading, matched without case, spaces or punctuation.
        required: the cell may not be empty.
        aliases: other headings taken for it.
        help: one line for `--help` and error messages, with an example.
    """

    name: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""


@attrs.frozen(kw_only=True)
class Stored:
    """What writing the records of an import did.

    Attributes:
        created: records that were not there before.
        changed: records that were there and are different now.
        unchanged: records that were there just so.
    """

    created: int
    changed: int = 0
    unchanged: int = 0


@attrs.frozen(kw_only=True)
class Importer:
    """How rows of a CSV file become commands.

    Attributes:
        key: "procurement.needs".
        columns: what the file may hold; unknown headings are refused with a did-you-mean.
        read: one row and the desk to a record; raises `Refused` with the column names as fields.
            The row maps every declared column to its text: "" for one the file lacks, too, but
            only those the file has are `in` it.
        store: writes the records of all good rows through the desk, in one transaction; answers
            what that did, or how many were created if it only creates. Rights are asked there, as
            of any other change.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    read: Callable[[Mapping[str, str], Any], Any]
    store: Callable[[Sequence[Any], Any], Stored | int]
