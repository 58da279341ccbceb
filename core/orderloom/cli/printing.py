"""What is printed: terminal-safe text, aligned tables, and JSON without floats."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import click


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
    """

    headings: tuple[str, ...] = attrs.field(converter=_texts)
    rows: tuple[tuple[Any, ...], ...] = attrs.field(converter=_rows)


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


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows aligned; in colour if rich is installed and a person is looking."""
    table = Table(headings, rows)
    console = _console()
    if console is None:
        for line in aligned(table):
            click.echo(line)
        return
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=None, header_style="bold", pad_edge=False)
    for heading, right in zip(table.headings, _to_the_right(table), strict=True):
        drawn.add_column(Text(safe(heading)), justify="right" if right else "left")
    for row in table.rows:
        drawn.add_row(*(Text(cell(value)) for value in row))
    console.print(drawn)


def aligned(table: Table) -> list[str]:
    """The lines of a table in plain text."""
    cells = [[safe(heading) for heading in table.headings]]
    cells += [[cell(value) for value in row] for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    right = _to_the_right(table)
    return [
        "  ".join(
            _padded(text, width, to_right)
            for text, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print named values below each other; what is empty is left out."""
    shown = {name.replace("_", " "): cell(value) for name, value in facts.items()}
    width = max((len(name) for name, text in shown.items() if text), default=0)
    for name, text in shown.items():
        if text:
            click.echo(f"{name.ljust(width)}  {text}")


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
        return {str(name): json_ready(part) for name, part in value.items()}
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

    if isinstance(value, Data):
        return {key: codec.loads(text) for key, text in value.texts}
    return {
        field.name: json_ready(getattr(value, field.name))
        for field in attrs.fields(type(value))
        if not field.name.startswith("_")
    }


def _plain(number: Decimal) -> str:
    from orderloom.values import plain

    return plain(number) if number.is_finite() else str(number)


def _to_the_right(table: Table) -> list[bool]:
    from orderloom.values import Money, Price, Quantity

    numbers = (int, Decimal, Money, Price, Quantity)
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.headings)
    return [
        any(value is not None for value in column)
        and all(
            value is None or (isinstance(value, numbers) and not isinstance(value, bool))
            for value in column
        )
        for column in columns
    ]


def _padded(text: str, width: int, right: bool) -> str:
    room = " " * (width - _width(text))
    return room + text if right else text + room


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


def _console() -> Any:
    """A rich console, if rich is installed and stdout is a terminal; else None."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console()
