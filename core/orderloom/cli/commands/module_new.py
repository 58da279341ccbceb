"""`orderloom module new`."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.errors import Problem, Refused
from orderloom.testing.scaffold import distribution_of, new_module


@click.command(cls=Command)
@click.argument("key", metavar="NAME")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to; orderloom-NAME in the current folder if omitted.",
)
@pass_session
def new(session: Session, key: str, folder: Path | None) -> None:
    """Start a module: a distribution that installs, tested from the first minute.

    It has an order type, a guard, a role and the contract suite, in a folder of its own.
    """
    catalogue = session.catalogue
    if key in catalogue.loaded or key in catalogue.broken:
        text = "There is a module {key} already. To start another one, choose another name."
        raise Refused([Problem("scaffold.taken", text, "name", params={"key": key})])
    target = folder or Path(distribution_of(key))
    files = new_module(key, target)
    session.show(Table(("file",), [(str(path),) for path in files]))
    session.say(f"\nTo go on: pip install -e '{target}[test]', pytest {target}")
    session.say(f"and then: orderloom module check {key}")
