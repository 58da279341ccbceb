"""CSV imports: every bad row is shown, and nothing is written unless all are good or skipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from orderloom.cli.reporting import problem_lines
from orderloom.errors import Forbidden, Problem, Refused

if TYPE_CHECKING:
    from orderloom.cli.session import Session
    from orderloom.desk import Desk
    from orderloom.directory import ImportResult
    from orderloom.modules.contributions import Importer

_SHOWN = 50
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_LONG_FILE = 200_000  # bytes; below, nobody waits long enough to want a progress bar


def import_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and flags of an import command, handed on to `import_csv` as they are."""
    for decorate in (
        click.option("--skip-bad", is_flag=True, help="Import the good rows, leave out the bad."),
        click.option("--decimal-comma", is_flag=True, help="Numbers are written like 1.234,5."),
        click.option(
            "--delimiter",
            type=click.Choice([*_DELIMITERS]),
            help="What separates cells; found out from the headings if not given.",
        ),
        click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def import_csv(
    session: Session,
    importer: Importer,
    path: Path,
    *,
    delimiter: str | None = None,
    decimal_comma: bool = False,
    skip_bad: bool = False,
) -> int:
    """Import a CSV file in one transaction; answers how many records were created.

    Args:
        session: whose tenant and actor.
        importer: says which columns there are and what a row becomes.
        path: of the file.
        delimiter: "comma", "semicolon" or "tab"; found out if None.
        decimal_comma: numbers are written like 1.234,5.
        skip_bad: import the good rows although some are bad.

    Raises:
        Refused: the file cannot be read, or rows are bad and not to be skipped: the first 50
            problems and a count; nothing is written.
    """
    from orderloom.directory import read_rows

    def work(desk: Desk) -> tuple[int, ImportResult]:
        _check_right(desk, importer)
        with session.progress("Reading", _rows_to_wait_for(path)) as step:
            result = read_rows(
                _counted(importer, step),
                path,
                desk,
                delimiter=_DELIMITERS.get(delimiter or "", ""),
                decimal_comma=decimal_comma,
            )
        if result.problems and not skip_bad:
            raise Refused(_first(result.problems))
        return importer.store(result.records, desk), result

    created, result = session.run(work)
    for problem in _first(result.problems):
        click.echo(f"left out: {problem_lines(problem)}", err=True)
    imported = len(result.records)
    session.show({"imported": imported, "created": created, "left_out": result.total - imported})
    return created


def _check_right(desk: Desk, importer: Importer) -> None:
    if importer.permission and not desk.reading.allows(importer.permission):
        text = "You may not import {title}: it needs the permission {permission}."
        params = {"title": importer.title, "permission": importer.permission}
        raise Forbidden([Problem("right.missing", text, params=params, forbidden=True)])


def _first(problems: Sequence[Problem]) -> list[Problem]:
    """The first problems, and how many more there are."""
    more = len(problems) - _SHOWN
    if more <= 0:
        return list(problems)
    text = "There are {count} problems more. To see them, correct these and import again."
    return [*problems[:_SHOWN], Problem("csv.more_problems", text, params={"count": more})]


def _counted(importer: Importer, step: Callable[[int], None]) -> Importer:
    """The same importer, telling of each row it reads."""

    def read(cells: Mapping[str, str], desk: Any) -> Any:
        step(1)
        return importer.read(cells, desk)

    return attrs.evolve(importer, read=read)


def _rows_to_wait_for(path: Path) -> int:
    """About how many rows a long file has; 0 for a short one, or one that cannot be read."""
    try:
        return path.read_bytes().count(b"\n") if path.stat().st_size > _LONG_FILE else 0
    except (OSError, ValueError):
        return 0
