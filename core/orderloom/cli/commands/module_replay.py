"""`orderloom module replay`: reactions in quarantine are called again."""

from __future__ import annotations

from uuid import UUID

import click

from orderloom.cli.groups import Command
from orderloom.cli.session import Session, pass_session


@click.command(cls=Command)
@click.argument("module")
@click.argument("hook", required=False, default="")
@click.option(
    "--skip",
    "skipped",
    multiple=True,
    type=click.UUID,
    metavar="ID",
    help="Give this delivery up instead; repeat for more.",
)
@pass_session
def replay(session: Session, module: str, hook: str, skipped: tuple[UUID, ...]) -> None:
    """Have a module's hooks called again: all they have not heard, in order, by the worker."""
    count = session.run(lambda desk: desk.reactions.replay(module, hook, skipping=skipped))
    if session.json:
        session.show({"module": module, "owed": count})
    session.say(f"Module {module} is owed {count} calls. To make them now: orderloom dispatch")
