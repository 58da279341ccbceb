"""`orderloom supplier account` and `accounts`."""

from __future__ import annotations

import click

from orderloom import Desk
from orderloom.cli import Command, Session, Table, pass_session
from orderloom_supplier.accounts import set_account_owner, visible_accounts


@click.command("account", cls=Command)
@click.argument("outlet")
@click.option("--supplier", required=True, metavar="ID", help="Whose customer the outlet is.")
@click.option("--owner", default="", metavar="USER", help="One of the supplier's users.")
@click.option("--clear", is_flag=True, help="Nobody in particular.")
@pass_session
def account(session: Session, outlet: str, supplier: str, owner: str, *, clear: bool) -> None:
    """Say who looks after an OUTLET; others may then turn its orders off for themselves."""
    if bool(owner) == clear:
        raise click.UsageError("Name an --owner, or take away the one there is with --clear.")

    def work(desk: Desk) -> None:
        set_account_owner(desk, supplier, outlet, owner)

    session.run(work)
    session.show({"supplier": supplier, "outlet": outlet, "owner": owner or "none"})


@click.command("accounts", cls=Command)
@click.option("--supplier", default="", metavar="ID", help="Only of this supplier.")
@pass_session
def list_accounts(session: Session, supplier: str) -> None:
    """List who looks after which outlet, as far as you may see it."""
    with session.reader() as reader:
        found = visible_accounts(reader.reading, supplier=supplier)
    rows = [(one.supplier, one.outlet, one.owner) for one in found]
    session.show(Table(("supplier", "outlet", "owner"), rows))
