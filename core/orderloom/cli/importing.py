"""CSV imports: every bad row is shown, and nothing is written unless all are good or skipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from orderloom.cli.groups import Command
from orderloom.cli.reporting import problem_lines
from orderloom.cli.session import Session, pass_session
from orderloom.errors import Problem, Refused

if TYPE_CHECKING:
    from orderloom.desk import Desk
    from orderloom.directory import ImportResult
    from orderloom.modules.contributions import Column, Importer, Stored

_SHOWN = 50
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_LONG_FILE = 200_000  # bytes; below, nobody waits long enough to want a progress bar


class _Import(Command):
    """A command whose help lists the columns of the file."""

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._columns = columns

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the columns, those that may not be empty marked."""
        with formatter.section("Columns, in any order (* may not be empty)"):
            formatter.write_dl([(_name(one), _help(one)) for one in self._columns])


def _name(column: Column) -> str:
    return f"{column.name} *" if column.required else column.name


def _help(column: Column) -> str:
    others = f"also called {', '.join(column.aliases)}" if column.aliases else ""
    return "; ".join(filter(None, (column.help, others)))


def add_import(to: click.Group, importer: Importer) -> None:
    """Give a group its command `import`, which imports a CSV file in one transaction.

    It is refused if the file cannot be read, or if rows are bad and not to be skipped: with the
    first 50 problems and a count. Whether the user may import what a row says is decided where it
    is stored, as of any other change.

    Args:
        to: the group.
        importer: says which columns there are and what a row becomes.
    """
    help = f"Import {importer.title.lower()} from a CSV file."

    @to.command("import", cls=_Import, columns=importer.columns, help=help)
    @click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
    @click.option(
        "--delimiter",
        type=click.Choice([*_DELIMITERS]),
        help="What separates cells; found out from the headings if not given.",
    )
    @click.option("--decimal-comma", is_flag=True, help="Numbers are written like 1.234,5.")
    @click.option("--skip-bad", is_flag=True, help="Import the good rows, leave out the bad.")
    @pass_session
    def import_file(session: Session, path: Path, skip_bad: bool, **written: Any) -> None:
        def work(desk: Desk) -> tuple[Stored | int, ImportResult]:
            result = _read(session, importer, path, desk, **written)
            if result.problems and not skip_bad:
                raise Refused(_first(result.problems))
            return _stored(importer, result, desk), result

        _tell(session, *session.run(work))


def _read(
    session: Session,
    importer: Importer,
    path: Path,
    desk: Desk,
    *,
    delimiter: str | None,
    decimal_comma: bool,
) -> ImportResult:
    from orderloom.directory import read_rows

    separator = _DELIMITERS[delimiter] if delimiter else ""
    with session.progress("Reading", _rows_to_wait_for(path)) as step:
        counted = _counted(importer, step)
        return read_rows(counted, path, desk, delimiter=separator, decimal_comma=decimal_comma)


def _stored(importer: Importer, result: ImportResult, desk: Desk) -> Stored | int:
    try:
        return importer.store(result.records, desk)
    except Refused as refusal:
        raise type(refusal)(_first(refusal.problems)) from None


def _tell(session: Session, stored: Stored | int, result: ImportResult) -> None:
    for problem in _first(result.problems):
        click.echo(f"left out: {problem_lines(problem)}", err=True)
    imported = len(result.records)
    done = {"created": stored} if isinstance(stored, int) else attrs.asdict(stored)
    counts = {"imported": imported, **done, "left_out": result.total - imported}
    session.show(counts)


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
