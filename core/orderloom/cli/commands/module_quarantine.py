"""`orderloom module quarantine`: reactions that are not called any more."""

from __future__ import annotations

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session

_FEW = 3


@click.command(cls=Command)
@pass_session
def quarantine(session: Session) -> None:
    """List the hooks of modules that kept failing, with the error and what they have not heard.

    Nothing is lost: what waits is heard in order once it is replayed.
    """
    found = session.run(lambda desk: desk.reactions.list())
    rows = [
        (
            one.module,
            one.hook,
            session.local(one.since),
            one.waiting,
            [
                f"{each.id} ({each.subject}, event {each.seq})"
                for each in one.first[: None if session.json else _FEW]
            ],
            one.error,
        )
        for one in found
    ]
    headings = ("module", "hook", "since", "waiting", "first", "error")
    session.show(Table(headings, rows, spare=("first", "since")))
    if found:
        session.say("\nTo call them again: orderloom module replay MODULE")
