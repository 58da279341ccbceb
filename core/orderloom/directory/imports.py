"""From a CSV file to the records of an importer; nothing is written here."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from orderloom.directory.csvfile import Row, located, read_csv, read_file
from orderloom.directory.headings import Cells
from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules.contributions import Column, Importer
from orderloom.values import Gather, shown

# 1,5 · 1.234,5 · 1.234.567 · 1.234.567,5, signed; a lone 1.234 is ambiguous, 0.125 is not.
_COMMA = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")


@attrs.frozen(kw_only=True)
class KeyColumn(Column):
    """A column that says which record a row is about; each may stand in a file only once."""


@attrs.frozen(kw_only=True)
class NumberColumn(Column):
    """A column of numbers: the only kind that the option for decimal commas touches."""


@attrs.frozen
class ImportResult:
    """What was read from a file.

    Attributes:
        records: of the good rows, in the order of the file.
        problems: of all bad rows; their fields name line and column.
        total: how many rows the file has.
    """

    records: tuple[Any, ...]
    problems: tuple[Problem, ...]
    total: int


def read_rows(
    importer: Importer,
    source: str | os.PathLike[str] | bytes,
    desk: Any,
    *,
    delimiter: str = "",
    decimal_comma: bool = False,
) -> ImportResult:
    """Read a whole file and collect the problems of every row; the caller decides what to write.

    Args:
        importer: says which columns there are and how a row becomes a record.
        source: path of the file, or its bytes.
        desk: handed to `importer.read`, which looks things up in it.
        delimiter: comma, semicolon or tab; taken from the heading line if not given.
        decimal_comma: cells of a `NumberColumn` are written like 1.234,5.

    Raises:
        Refused: the file as a whole cannot be read: as `read_file` and `read_csv`,
            [csv.no_rows]; with the problems of the rows before.
    """
    records: list[Any] = []
    total = 0
    gather = Gather()
    reader = _RowReader(importer, desk, decimal_comma)
    for row in _rows(gather, read_csv(read_file(source), importer.columns, delimiter)):
        total += 1
        record = gather.take(reader.record, row)
        if record is not None:
            records.append(record)
    if not total:
        raise Refused([_no_rows()])
    return ImportResult(tuple(records), gather.problems, total)


def _rows(gather: Gather, rows: Iterator[Row]) -> Iterable[Row]:
    """The rows; if the file breaks off, what was found before is reported with it."""
    try:
        yield from rows
    except Refused as refusal:
        raise Refused((*gather.problems, *refusal.problems)) from None


class _RowReader:
    """Makes records of rows, and remembers which keys there were."""

    def __init__(self, importer: Importer, desk: Any, decimal_comma: bool) -> None:
        columns = importer.columns
        self._importer, self._desk, self._decimal_comma = importer, desk, decimal_comma
        self._numbers = [column.name for column in columns if isinstance(column, NumberColumn)]
        self._keys = [column.name for column in columns if isinstance(column, KeyColumn)]
        self._lines: dict[tuple[str, ...], int] = {}

    def record(self, row: Row) -> Any:
        """The record of a row.

        Raises:
            Refused: all that is wrong with it, in whichever cells.
        """
        if row.cells is None:
            raise Refused(row.problems)
        gather = Gather()
        gather.take(self._once, row.line, row.cells)
        cells = self._with_points(row.cells, gather) if self._decimal_comma else row.cells
        record = gather.take(self._read, cells, emptied=bool(row.problems))
        found = [located(problem, row.line, self._importer.columns) for problem in gather.problems]
        told = {problem.field for problem in row.problems}  # a cell is not told to be empty twice
        problems = (*row.problems, *(one for one in found if one.field not in told))
        if problems:
            raise Refused(problems)
        return record

    def _once(self, line: int, cells: Cells) -> None:
        key = tuple(unicodedata.normalize("NFC", cells[name]) for name in self._keys)
        if not any(key):
            return
        first = self._lines.setdefault(key, line)
        if first != line:
            text = (
                "“{key}” stands in line {first} already. To import the file, leave only one of "
                "the two rows."
            )
            params = {"key": shown(", ".join(key)), "first": first}
            raise Refused([Problem("csv.key_twice", text, self._keys[0], params=params)])

    def _with_points(self, cells: Cells, gather: Gather) -> Cells:
        present = [name for name in self._numbers if name in cells]
        read = {name: gather.take(point_of, cells[name], name) for name in present}
        return cells.with_texts({name: text for name, text in read.items() if text is not None})

    def _read(self, cells: Cells, *, emptied: bool) -> Any:
        try:
            return self._importer.read(cells, self._desk)
        except Refused as refusal:
            raise Refused(self._of_comma(problem, cells) for problem in refusal.problems) from None
        except NotFound as missing:
            if emptied and not missing.key:  # looked up by the cell that is known to be empty
                return None
            template = "{text} To import the row, name one there is."
            problem = Problem("csv.not_found", template, params={"text": str(missing)})
            raise Refused([problem]) from None

    def _of_comma(self, problem: Problem, cells: Cells) -> Problem:
        """What is wrong with a number, or how to have it accepted if its comma is all."""
        cell = cells[problem.field] if problem.field in self._numbers else ""
        if not (_COMMA.fullmatch(cell) or _GROUPED.fullmatch(cell)):
            return problem
        text = (
            "“{given}” is written with a decimal comma, or points between thousands. To import "
            "it, say that numbers are written like this (--decimal-comma), or write it like 1234.5."
        )
        return Problem("csv.decimal_comma", text, problem.field, params={"given": shown(cell)})


def point_of(text: str, field: str) -> str:
    """A number written with a decimal comma, rewritten with a point: 1.234,5 becomes 1234.5.

    What is no such number is returned as it is, for the decimal gate to judge.

    Raises:
        Refused: [csv.ambiguous_number] 1.234 may mean either 1234 or 1,234.
    """
    if _AMBIGUOUS.fullmatch(text):
        whole = text.replace(".", "")
        comma = text.replace(".", ",")
        template = "“{given}” may mean {whole} or {comma}. To say which, write {whole} or {comma}."
        params = {"given": shown(text), "whole": whole, "comma": comma}
        raise Refused([Problem("csv.ambiguous_number", template, field, params=params)])
    if _COMMA.fullmatch(text) or _GROUPED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text


def _no_rows() -> Problem:
    return Problem(
        "csv.no_rows",
        "The file has headings but no rows. To import something, write one row in each line "
        "below them.",
    )
