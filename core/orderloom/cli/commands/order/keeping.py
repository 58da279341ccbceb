"""`orderloom order note`, `copy`, `delete` and `restore`."""

from __future__ import annotations

import click

from orderloom.cli.commands.order.showing import name_of, told
from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session, pass_session
from orderloom.cli.waiting import request_of, waiting_lines
from orderloom.desk import Desk
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.order import Order


@click.command(cls=Command)
@click.argument("order")
@click.argument("text")
@pass_session
def note(session: Session, order: str, text: str) -> None:
    """Write a note into the history of an order."""

    def work(desk: Desk) -> Order:
        found = find_order(desk, order)
        desk.note(found, text)
        return found

    told(session, session.run(work), "has a new note")


@click.command(cls=Command)
@click.argument("order")
@click.option("--key", help="Idempotency key.")
@pass_session
def copy(session: Session, order: str, key: str | None) -> None:
    """Place a new order with the same content: new prices, no history."""

    def work(desk: Desk) -> tuple[Order, ApprovalRequest | None]:
        made: Order = desk.copy(find_order(desk, order), key=key)
        return made, request_of(desk, made)

    made, request = session.run(work)
    told(session, made, f"is a copy of {order}" + (" and waits" if request else ""))
    for line in waiting_lines(request):
        session.say(f"  {line}")


@click.command(cls=Command)
@click.argument("order")
@click.option("--reason", default="", help="Kept in the history.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, order: str, reason: str, yes: bool) -> None:
    """Hide an order; its number and history stay, `restore` brings it back."""
    with session.reader() as reader:
        name = name_of(find_order(reader, order))
    session.confirm(f"Delete order {name}?", yes=yes)
    gone = session.run(lambda desk: desk.delete(find_order(desk, order), reason=reason))
    told(session, gone, "is deleted")


@click.command(cls=Command)
@click.argument("order")
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def restore(session: Session, order: str, reason: str) -> None:
    """Bring a deleted order back as it was."""
    back = session.run(lambda desk: desk.restore(find_order(desk, order), reason=reason))
    told(session, back, "is back")
