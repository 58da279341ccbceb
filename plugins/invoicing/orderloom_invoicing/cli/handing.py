"""`orderloom invoicing missing` and `handover`."""

from __future__ import annotations

import click

from orderloom import Desk, Order
from orderloom.cli import Command, Session, Table, find_order, pass_session
from orderloom_invoicing.cli.finding import name_of
from orderloom_invoicing.handover import missing, retry


@click.command("missing", cls=Command)
@pass_session
def list_missing(session: Session) -> None:
    """List the orders whose invoice could not be made, and why; the oldest first."""
    with session.reader() as reader:
        found = missing(reader)
    rows = [
        (name_of(order), one.purpose, session.local(one.asked_at), one.problem)
        for order, one in found
    ]
    session.show(Table(("order", "purpose", "asked", "problem"), rows, spare=("purpose",)))


@click.command(cls=Command)
@click.argument("order")
@click.option("--purpose", default="", help="Which invoice, if the order has several.")
@pass_session
def handover(session: Session, order: str, purpose: str) -> None:
    """Make the draft invoice that an ORDER lacks, of what it asked for."""

    def work(desk: Desk) -> Order:
        return retry(desk, find_order(desk, order).id, purpose=purpose)

    made = session.run(work)
    if session.json:
        session.show(made)
    else:
        session.say(f"{name_of(made)} is drafted: {made.totals.total}.")
