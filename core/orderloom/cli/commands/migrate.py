"""`orderloom migrate`."""

from __future__ import annotations

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session


@click.command(cls=Command)
@click.option("--status", is_flag=True, help="Only say how far the database is.")
@click.option("--grant", default="", metavar="ROLE", help="PostgreSQL: let a role use the tables.")
@pass_session
def migrate(session: Session, status: bool, grant: str) -> None:
    """Bring the database up to this version: the core's tables, then each module's.

    On PostgreSQL the owner of the tables migrates, and another role runs orderloom, to which
    row-level security shows one tenant at a time. Name that role once by --grant.
    """
    if status and grant:
        raise click.UsageError("--status changes nothing. To grant rights, leave it out.")
    session.creates = True
    if status:
        _show_status(session)
        return
    applied = session.loom.migrate(
        progress=lambda step: session.say(f"applied {step}"), grant=grant
    )
    if session.json:
        session.show(Table(("module", "revision"), [(one.module, one.revision) for one in applied]))
    elif not applied:
        session.say("The database is up to date.")


def _show_status(session: Session) -> None:
    from orderloom.store.engine import reading
    from orderloom.store.migrate import status

    with reading(session.loom.engine) as connection:
        states = status(connection, session.loom.migrations())
    rows = [(one.module, one.current, one.pending, one.newer) for one in states]
    session.show(Table(("module", "revision", "pending", "newer"), rows))
