"""`orderloom order history`: who did what when, and the order as it was."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.commands.order.showing import print_order
from orderloom.cli.groups import Command
from orderloom.cli.history import show_history
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Reader


@click.command(cls=Command)
@click.argument("order")
@click.option("--version", type=click.IntRange(1), help="Show the order as of this version.")
@click.option("--since", type=click.IntRange(0), default=0, help="Only events after this one.")
@pass_session
def history(session: Session, order: str, version: int | None, since: int) -> None:
    """Show who did what when, and what changed."""
    with session.reader() as reader:
        found = find_order(reader, order)
        if version is None:
            show_history(session, reader, found, since=since)
        else:
            _show_version(session, reader, reader.at(found, version))


def _show_version(session: Session, reader: Reader, order: Any) -> None:
    if session.json:
        session.show(order)
    else:
        print_order(session, reader, order)
