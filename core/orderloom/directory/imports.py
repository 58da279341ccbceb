"""From a CSV file to the records of an importer; nothing is written here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from orderloom.directory.csvfile import Row, located, read_csv, read_file
from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules.contributions import Column, Importer
from orderloom.values import Gather, shown

# 1,5 · 1.234,5 · 1.234.567 · 1.234.567,5, signed; a lone 1.234 is ambiguous, 0.125 is not.
_COMMA = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")


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
    for row in _rows(gather, read_csv(read_file(source), importer.columns, delimiter)):
        total += 1
        record = gather.take(_record, importer, row, desk, decimal_comma)
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


def _record(importer: Importer, row: Row, desk: Any, decimal_comma: bool) -> Any:
    if row.problems:
        raise Refused(row.problems)
    try:
        cells = _with_points(row.cells, importer.columns) if decimal_comma else row.cells
        return importer.read(cells, desk)
    except Refused as refusal:
        found = tuple(_of_comma(problem, row.cells) for problem in refusal.problems)
    except NotFound as missing:
        template = "{text} To import the row, name one there is."
        found = (Problem("csv.not_found", template, params={"text": str(missing)}),)
    raise Refused(located(problem, row.line, importer.columns) for problem in found)


def _of_comma(problem: Problem, cells: dict[str, str]) -> Problem:
    """What is wrong with a number, or how to have its decimal comma accepted if that is all."""
    cell = cells.get(problem.field, "")
    if problem.code != "decimal.not_a_number" or not _COMMA.fullmatch(cell):
        return problem
    text = (
        "“{given}” has a decimal comma. To import it, say that numbers are written like this "
        "(--decimal-comma), or write a point."
    )
    return Problem("csv.decimal_comma", text, problem.field, params={"given": shown(cell)})


def _with_points(cells: dict[str, str], columns: Iterable[Column]) -> dict[str, str]:
    numbers = [column.name for column in columns if isinstance(column, NumberColumn)]
    with Gather() as gather:
        read = {name: gather.take(point_of, cells[name], name) or "" for name in numbers}
    return {**cells, **read}


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
