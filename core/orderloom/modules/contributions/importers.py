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
class Importer:
    """How rows of a CSV file become commands.

    Attributes:
        key: "procurement.needs".
        columns: what the file may hold; unknown headings are refused with a did-you-mean.
        read: one row (cells by column name) and the desk to a record; raises `Refused` with the
            column names as fields.
        store: writes the records of all good rows through the desk, in one transaction;
            answers how many were created.
        permission: needed to import.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    read: Callable[[Mapping[str, str], Any], Any]
    store: Callable[[Sequence[Any], Any], int]
    permission: str = ""
