"""`orderloom inbox`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.errors import NotFound
from orderloom.values import Gather, id_of

_LOOKED_AT = 1000


@group()
def inbox() -> None:
    """What you were told here: list it, read it."""


@inbox.command("list")
@click.option("--unread", is_flag=True, help="Only what is not marked as read.")
@click.option("--after", metavar="CURSOR", help="Go on after an earlier page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True)
@pass_session
def list_entries(session: Session, unread: bool, after: str | None, limit: int) -> None:
    """List the newest messages."""
    with session.reader() as reader:
        page = reader.inbox(unread=unread, after=after, limit=limit)
        left = reader.unread()
    rows: list[Any] = [
        (one.id, session.local(one.at), one.read_at is None, one.title) for one in page.items
    ]
    session.show(Table(("id", "when", "unread", "title"), rows))
    session.say(f"{left} unread.")
    if page.next:
        session.say(f"For more: orderloom inbox list --after {page.next}")


@inbox.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Mark all as read, without showing them.")
@pass_session
def read(session: Session, ids: tuple[str, ...], everything: bool) -> None:
    """Show messages and mark them as read."""
    if bool(ids) == everything:
        raise click.UsageError("Name messages by their IDs, or add --all.")
    if everything:
        session.show({"marked": session.run(lambda desk: desk.mark_read())})
        return
    with Gather() as gather:
        wanted = [id for id in (gather.take(id_of, one, "id") for one in ids) if id]
    with session.reader() as reader:
        known = {one.id: one for one in reader.inbox(limit=_LOOKED_AT).items}
    if missing := [id for id in wanted if id not in known]:
        raise NotFound("message", missing[0], "To name one, see: orderloom inbox list.")
    session.run(lambda desk: desk.mark_read(wanted))
    for one in (known[id] for id in wanted):
        session.show({"when": session.local(one.at), "title": one.title, "about": one.subject})
        session.say(f"\n{one.text}\n")
