"""`orderloom module check`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.testing import Result, all_checks, check_module

FOUND = 1


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@pass_session
@click.pass_context
def check(context: click.Context, session: Session, keys: tuple[str, ...]) -> None:
    """Try modules out on a database of their own; exit code 1 if not all checks passed.

    Every module is toured, status by status, in two tenants, and made to fail in every hook. What
    it is told in samples.py of its package decides how far that gets. Without KEY all installed
    modules are tried.
    """
    catalogue = session.catalogue
    for key in keys:
        catalogue.find(key)
    wanted = keys or sorted({*catalogue.loaded, *catalogue.broken})
    results: list[Result] = []
    with session.progress("Checking", len(wanted) * len(all_checks())) as step:
        for key in wanted:
            for result in check_module(key, catalogue):
                results.append(result)
                step(1)
    rows = [row for result in results for row in _rows(result)]
    session.show(Table(("module", "check", "result", "finding"), rows))
    if not all(result.passed for result in results):
        context.exit(FOUND)


def _rows(result: Result) -> Iterator[tuple[str, str, str, str]]:
    if result.not_run:
        yield result.module, result.check, "not run", result.not_run
    elif result.passed:
        yield result.module, result.check, "passed", ""
    for finding in result.findings:
        yield result.module, result.check, "found", str(finding)
