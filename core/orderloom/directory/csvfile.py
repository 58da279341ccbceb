"""Reading CSV files as people really send them: bytes in, rows with line numbers out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from orderloom.directory.headings import Cells, Headings
from orderloom.errors import Problem, Refused
from orderloom.modules.contributions import Column
from orderloom.values import shown

DELIMITERS = (",", ";", "\t")
LARGEST_FILE = 100_000_000
MOST_ROWS = 1_000_000
LONGEST_CELL = 32_768  # what the common spreadsheets hold, rounded up

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_WIDE_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")
_SAVE = "To import it, save it as “CSV UTF-8” and try again."


@attrs.frozen
class Row:
    """One row of a file.

    Attributes:
        line: where it begins, 1 for the first line of the file.
        cells: text by column name, without outer white space; None if they cannot be told apart.
        problems: what is wrong with the row as such; its field says the line and the column.
    """

    line: int
    cells: Cells | None
    problems: tuple[Problem, ...] = ()


def read_file(source: str | os.PathLike[str] | bytes) -> str:
    """The text of a CSV file.

    Args:
        source: path of the file, or its bytes.

    Raises:
        Refused: [csv.not_found], [csv.not_readable], [csv.too_large], [csv.wide_encoding],
            [csv.binary], [csv.not_utf8] names the line.
    """
    raw = source if isinstance(source, bytes) else _bytes_of(Path(source))
    if len(raw) > LARGEST_FILE:
        raise _too_large(len(raw))
    if raw.startswith(_WIDE_MARKS):
        raise _refusal("csv.wide_encoding", f"The file is UTF-16 or UTF-32, not UTF-8. {_SAVE}")
    if b"\0" in raw:
        raise _refusal(
            "csv.binary",
            "The file holds NUL bytes, as spreadsheets, archives and pictures do, so it is no "
            f"CSV file. {_SAVE}",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(
            "csv.not_utf8", f"The bytes of the text are not UTF-8. {_SAVE}", f"line {line}"
        ) from None


def read_csv(text: str, columns: Sequence[Column], delimiter: str = "") -> Iterator[Row]:
    """The rows of a CSV text; rows without any text are passed over.

    Args:
        text: as `read_file` gives it.
        columns: what the file may hold.
        delimiter: comma, semicolon or tab; taken from the heading line if not given.

    Raises:
        Refused: [csv.delimiter], [csv.empty], [csv.quotes], [csv.too_many_rows], and what is
            wrong with the headings; nothing of the file can be trusted then.
    """
    lines = _lines(text, _delimiter(text, delimiter))
    _, names = next(lines, (0, []))
    headings = Headings.of(names, columns)
    for count, (line, cells) in enumerate(lines, start=1):
        if count > MOST_ROWS:
            raise _refusal(
                "csv.too_many_rows",
                "The file has more than {most} rows. To import it, split it into smaller files.",
                f"line {line}", most=f"{MOST_ROWS:,}",
            )  # fmt: skip
        yield _row(line, cells, headings)


def _row(line: int, cells: list[str], headings: Headings) -> Row:
    try:
        named = headings.cells(cells)
    except Refused as refusal:
        return Row(line, None, tuple(located(problem, line) for problem in refusal.problems))
    problems = (*_long_cells(named), *headings.missing_cells(named))
    return Row(line, named, tuple(located(problem, line) for problem in problems))


def located(problem: Problem, line: int, columns: Sequence[Column] = ()) -> Problem:
    """A problem whose field says where in the file it is: “line 7, column quantity”."""
    field = problem.field
    named = any(field == column.name for column in columns)
    inside = f"column {field}" if named else field
    return attrs.evolve(problem, field=f"line {line}, {inside}" if inside else f"line {line}")


def _long_cells(cells: Mapping[str, str]) -> Iterator[Problem]:
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL:
            yield Problem(
                "csv.cell_too_long",
                "The cell has {length} characters. To import the row, shorten it to {most}; if it "
                "holds several rows, a quotation mark is missing.",
                f"column {name}",
                params={"length": len(cell), "most": LONGEST_CELL},
            )


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold any text, with the number of the physical line they begin at."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a stray or missing quote, or a cell beyond 131,072 characters
            raise _refusal(
                "csv.quotes",
                "The quotation marks do not match, or a cell is far too long. To go on, close "
                'every opened " and write a " inside a cell as "".',
                f"line {line}",
            ) from None
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield line, stripped


def _delimiter(text: str, given: str) -> str:
    if given in DELIMITERS:
        return given
    if given:
        raise _refusal(
            "csv.delimiter",
            "“{given}” is not a delimiter. To name one, give a comma, a semicolon or a tab.",
            given=shown(given),
        )
    heading = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    if not heading:
        raise _refusal(
            "csv.empty",
            "The file is empty. To import something, write the headings in the first line and one "
            "row in each line below.",
        )
    bare = "".join(heading.split('"')[::2])  # what stands outside quotation marks
    return max(DELIMITERS, key=bare.count)


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _too_large(size)
        return path.read_bytes()
    except FileNotFoundError:
        raise _refusal(
            "csv.not_found",
            "There is no file {path}. To go on, check its name and folder.",
            path=str(path),
        ) from None
    except (OSError, ValueError) as error:  # a folder, no right to read, NUL in the name
        raise _refusal(
            "csv.not_readable",
            "The file {path} cannot be read ({reason}). To go on, name a file you may read.",
            path=shown(str(path)), reason=getattr(error, "strerror", None) or str(error),
        ) from None  # fmt: skip


def _too_large(size: int) -> Refused:
    return _refusal(
        "csv.too_large",
        "The file has {size} MB; at most {most} MB are read. To import it, split it into smaller "
        "files.",
        size=size // 1_000_000, most=LARGEST_FILE // 1_000_000,
    )  # fmt: skip


def _refusal(code: str, template: str, field: str = "", **params: object) -> Refused:
    return Refused([Problem(code, template, field, params=params)])
