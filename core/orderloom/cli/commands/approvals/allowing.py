"""`orderloom approvals allow` and `allowances`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.errors import Problem, Refused
from orderloom.orders.approvals import PERIODS, TENANT_SCOPE
from orderloom.values import Money, Scope

NONE = "none"


@click.command(cls=Command)
@click.argument("user")
@click.argument("amount")
@click.option("--limit", "limit", metavar="KEY", help="The only one there is if omitted.")
@click.option("--party", default="", metavar="ID", help="Where it holds: in this party.")
@click.option("--per", type=click.Choice(PERIODS), default="order", show_default=True)
@click.option("--currency", metavar="CODE", help="The tenant's if omitted.")
@pass_session
def allow(
    session: Session, user: str, amount: str, limit: str | None, party: str, **given: Any
) -> None:
    """Set what USER may order without approval: AMOUNT with tax, or "none" for no limit."""

    def work(desk: Any) -> tuple[str, Money | None]:
        key = limit or _only(desk)
        currency = given["currency"] or desk.tenant.currency
        money = None if amount == NONE else Money.of(amount, currency, "amount")
        scope = Scope("party", party) if party else TENANT_SCOPE
        desk.approvals.allow(user, money, limit=key, scope=scope, per=given["per"])
        return key, money

    key, money = session.run(work)
    where = f" in party {party}" if party else ""
    what = "without limit" if money is None else f"up to {money} per {given['per']}"
    session.say(f"{user} may order {what}{where} ({key}).")


def _only(desk: Any) -> str:
    known = [one.key for of in desk.assembly.limits.values() for one in of if one.permission]
    if len(known) == 1:
        return str(known[0])
    text = "Name the limit: add --limit with one of {known}."
    params = {"known": ", ".join(known) or "none (no module that is on brings one)"}
    raise Refused([Problem("cli.no_limit", text, "limit", params=params)])


@click.command(cls=Command)
@click.option("--user", default="")
@click.option("--limit", default="", metavar="KEY")
@pass_session
def allowances(session: Session, user: str, limit: str) -> None:
    """List what users may order without approval."""
    with session.desk() as desk:
        found = desk.approvals.allowances(user=user, limit=limit)
    rows = [(one.user, one.limit, str(one.scope), one.per, one.amount) for one in found]
    session.show(Table(("user", "limit", "where", "per", "amount"), rows))
