"""`orderloom delivery`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table, cell
from orderloom.cli.session import Session, pass_session
from orderloom.notify import DEAD, DONE, OWED, Resting
from orderloom.values import Gather, id_of

_LOOKED_AT = 1000


@group()
def delivery() -> None:
    """Deliveries: what is owed because of events, what was sent, what was given up."""


@delivery.command("list")
@click.option("--state", type=click.Choice([OWED, DONE, DEAD]))
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True)
@pass_session
def list_all(session: Session, state: str | None, limit: int) -> None:
    """List the newest deliveries."""
    with session.reader() as reader:
        found = reader.deliveries(state, limit=limit)
    rows: list[Any] = [
        (
            one.id, one.channel, one.source, one.recipient, one.state, one.attempts,
            session.local(one.next_at if one.state == OWED else one.done_at), one.error,
        )
        for one in found
    ]  # fmt: skip
    headings = ("id", "channel", "source", "recipient", "state", "attempts", "when", "error")
    session.show(Table(headings, rows, spare=("channel", "attempts", "source")))


@delivery.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--dead", is_flag=True, help="All that were given up.")
@click.option("--source", default="", metavar="KEY", help="With --dead: only of this notification.")
@pass_session
def resend(session: Session, ids: tuple[str, ...], dead: bool, source: str) -> None:
    """Owe deliveries again: those named, or all that were given up."""
    if bool(ids) == dead:
        raise click.UsageError("Name deliveries by their IDs, or add --dead for all given up.")
    with Gather() as gather:
        read = [gather.take(id_of, id, "id") for id in ids]
    which: Resting | list[UUID] = (
        Resting(state=DEAD, source=source) if dead else [id for id in read if id]
    )
    with session.reader() as reader:
        owed = reader.deliveries(OWED, limit=_LOOKED_AT)
    still_owed = [one for one in owed if one.id in read]

    session.show({"owed_again": session.run(lambda desk: desk.admin.resend(which))})
    for one in still_owed:
        when = cell(session.local(one.next_at))
        session.say(f"{one.id} is still owed, next try at {when}; it was left as it is.")
    session.say("To send them now: orderloom dispatch")
