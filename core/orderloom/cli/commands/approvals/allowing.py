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
@click.argument("words", nargs=-1, metavar="[USER] AMOUNT")
@click.option("--role", default="", metavar="KEY", help="For each of its holders, not for a user.")
@click.option("--limit", "limit", metavar="KEY", help="The only one there is if omitted.")
@click.option("--party", default="", metavar="ID", help="Where it holds: in this party.")
@click.option("--per", type=click.Choice(PERIODS), default="order", show_default=True)
@click.option("--currency", metavar="CODE", help="The tenant's if omitted.")
@pass_session
def allow(
    session: Session, words: tuple[str, ...], role: str, limit: str | None, **given: Any
) -> None:
    """Set what USER, or each holder of a role, may order without approval.

    AMOUNT is with tax; "none" takes off what was set. What is set for a user himself takes the
    place of what is set for his roles, of which the highest counts.
    """
    user, amount = _holder_and_amount(words, role)
    per, party = given["per"], given["party"]

    def work(desk: Any) -> tuple[str, Money | None]:
        key = limit or _only(desk)
        currency = given["currency"] or desk.tenant.currency
        money = None if amount == NONE else Money.of(amount, currency, "amount")
        scope = Scope("party", party) if party else TENANT_SCOPE
        setting = desk.approvals.allow_role if role else desk.approvals.allow
        setting(role or user, money, limit=key, scope=scope, per=per)
        return key, money

    key, money = session.run(work)
    where = f" in party {party}" if party else ""
    if money is not None:
        who = f"Each {role}" if role else user
        session.say(f"{who} may order up to {money} per {per}{where} ({key}).")
    elif role:
        session.say(f"Nothing is set for {role} per {per}{where} any more ({key}).")
    else:
        own = f"has no amount of his own per {per}{where} any more"
        session.say(f"{user} {own}; what is set for his roles holds ({key}).")


def _holder_and_amount(words: tuple[str, ...], role: str) -> tuple[str, str]:
    *holder, amount = words or ("",)
    if not amount or len(holder) != (0 if role else 1):
        text = "It takes a user and an amount, or --role and an amount. To set one, give just that."
        raise Refused([Problem("cli.no_holder", text)])
    return "".join(holder), amount


def _only(desk: Any) -> str:
    known = [one.key for of in desk.assembly.limits.values() for one in of if one.permission]
    if len(known) == 1:
        return str(known[0])
    text = "Name the limit: add --limit with one of {known}."
    params = {"known": ", ".join(known) or "none (no module that is on brings one)"}
    raise Refused([Problem("cli.no_limit", text, "limit", params=params)])


@click.command(cls=Command)
@click.option("--user", default="", metavar="ID")
@click.option("--role", default="", metavar="KEY")
@click.option("--limit", default="", metavar="KEY")
@pass_session
def allowances(session: Session, user: str, role: str, limit: str) -> None:
    """List what users, and holders of roles, may order without approval."""
    with session.desk() as desk:
        found = desk.approvals.allowances(user=user, role=role, limit=limit)
    rows = [(one.user, one.role, one.limit, str(one.scope), one.per, one.amount) for one in found]
    session.show(Table(("user", "role", "limit", "where", "per", "amount"), rows))
