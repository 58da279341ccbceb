"""What is printed: terminal-safe text, aligned tables, and JSON without floats."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import click

from orderloom.cli.fitting import GAP, Column, fitted, width_of
from orderloom.orders.hidden import HIDDEN

_NARROWEST = 20  # no text is wrapped into less


def _texts(raw: Iterable[str]) -> tuple[str, ...]:
    return tuple(raw)


def _rows(raw: Iterable[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in raw)


@attrs.frozen
class Table:
    """Rows to be shown: aligned for people, one JSON object a row with `--json`.

    Attributes:
        headings: short, in lower case; the names of the values in JSON.
        rows: typed values; numbers and amounts are aligned to the right.
        spare: headings of columns people may go without where the terminal is too narrow for all,
            the least important first.
    """

    headings: tuple[str, ...] = attrs.field(converter=_texts)
    rows: tuple[tuple[Any, ...], ...] = attrs.field(converter=_rows)
    spare: tuple[str, ...] = attrs.field(default=(), converter=_texts)


def safe(text: object, *, lines: bool = False) -> str:
    """A text with nothing in it that acts on a terminal; escapes are written out.

    Args:
        text: from the database, a file or an error.
        lines: line ends stay.
    """
    return "".join(
        char
        if char.isprintable() or (lines and char == "\n")
        else char.encode("unicode_escape").decode("ascii")
        for char in str(text)
    )


def cell(value: object) -> str:
    """A value as one line of text for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple | set | frozenset):
        parts = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return ", ".join(cell(part) for part in parts)
    if isinstance(value, Mapping):
        return ", ".join(f"{safe(name)}={_inner(part)}" for name, part in value.items())
    return safe(value)


def _inner(value: object) -> str:
    """A value inside a record: what has parts of its own is bracketed."""
    return f"({cell(value)})" if isinstance(value, Mapping | list | tuple) else cell(value)


def print_table(table: Table) -> None:
    """Print rows aligned; in colour if rich is installed and a person is looking.

    Where the terminal is too narrow for all columns, those that matter least are left out.
    """
    columns = fitted(_columns(table), table.spare, _room())
    console = _console()
    if console is None:
        for line in _aligned(columns):
            click.echo(line)
        return
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=None, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0))
    for column in columns:
        side: Any = "right" if column.right else "left"
        drawn.add_column(Text(column.heading), justify=side, no_wrap=True)
    for row in zip(*(column.cells for column in columns), strict=True):
        drawn.add_row(*map(Text, row))
    console.print(drawn, crop=False, width=sum(column.width + GAP for column in columns))


def aligned(table: Table, room: int | None = None) -> list[str]:
    """The lines of a table in plain text.

    Args:
        table: what to show.
        room: columns of the terminal; None for as much as it takes.
    """
    return _aligned(fitted(_columns(table), table.spare, room))


def _aligned(columns: Sequence[Column]) -> list[str]:
    lines = zip(*(column.lines() for column in columns), strict=True)
    return [(" " * GAP).join(parts).rstrip() for parts in lines]


def _columns(table: Table) -> list[Column]:
    from orderloom.values import Money, Price, Quantity

    numbers = (int, Decimal, Money, Price, Quantity)
    values = [*zip(*table.rows, strict=True)] or [()] * len(table.headings)
    return [
        Column(
            heading=safe(heading),
            cells=tuple(map(cell, column)),
            right=_all_are(numbers, column),
            text=_all_are((str, tuple, list), column),
        )
        for heading, column in zip(table.headings, values, strict=True)
    ]


def _all_are(kinds: tuple[type[Any], ...], column: Iterable[object]) -> bool:
    """Whether all values of a column are of some kinds; empty ones do not count."""
    there = [value for value in column if value is not None]
    return bool(there) and all(
        isinstance(value, kinds) and not isinstance(value, bool) for value in there
    )


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print named values below each other; what is empty is left out."""
    shown = {name.replace("_", " "): cell(value) for name, value in facts.items()}
    width = max((len(name) for name, text in shown.items() if text), default=0) + GAP
    for name, text in shown.items():
        if text:
            lines = _wrapped(text, width)
            click.echo(f"{name.ljust(width)}{lines[0]}")
            for line in lines[1:]:
                click.echo(f"{' ' * width}{line}")


def _wrapped(text: str, indent: int) -> list[str]:
    """A text in lines that fit beside an indent; words, such as numbers, stay whole."""
    room = _room()
    if room is None or width_of(text) <= room - indent:
        return [text]
    width = max(room - indent, _NARROWEST)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [text]


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON in ASCII, so that it is as safe to print as it is to pipe."""
    return json.dumps(json_ready(value), indent=indent)


def json_ready(value: Any) -> Any:
    """A record as dicts, lists and text: decimals, ids and instants are text, never floats."""
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): json_ready(part) for name, part in value.items() if part is not HIDDEN}
    if isinstance(value, set | frozenset):
        return sorted(json_ready(part) for part in value)
    if isinstance(value, list | tuple):
        return [json_ready(part) for part in value]
    if not isinstance(value, UUID | type) and attrs.has(type(value)):
        return _record(value)
    return str(value)


def _record(value: Any) -> Any:
    from orderloom.orders import codec
    from orderloom.orders.data import Data
    from orderloom.orders.hiding import masked_record
    from orderloom.orders.listed import Listed
    from orderloom.orders.order import Order

    if isinstance(value, Data):
        return {key: codec.loads(text) for key, text in value.texts}
    made = {
        field.name: json_ready(getattr(value, field.name))
        for field in attrs.fields(type(value))
        if not field.name.startswith("_")
    }
    hides = isinstance(value, Listed | Order) and value.hidden
    return masked_record(made, value.hidden) if hides else made


def _plain(number: Decimal) -> str:
    from orderloom.values import plain

    return plain(number) if number.is_finite() else str(number)


def _room() -> int | None:
    """Columns of the terminal; None in a pipe or file, unless COLUMNS says that it matters."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return shutil.get_terminal_size().columns
    return None


def _console() -> Any:
    """A rich console, if rich is installed and stdout is a terminal; else None."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console()
