"""`orderloom approvals delegate`, `delegations` and `revoke`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session


@click.command(cls=Command)
@click.argument("user")
@click.option("--from", "starts", metavar="DAY", help="First day, or an instant; now if omitted.")
@click.option("--until", "ends", metavar="DAY", required=True, help="Last day, or an instant.")
@click.option("--principal", default="", metavar="USER", help="For somebody else (admins only).")
@pass_session
def delegate(session: Session, user: str, starts: str | None, ends: str, principal: str) -> None:
    """Let USER approve in your stead for a while; he cannot pass it on."""

    def work(desk: Any) -> Any:
        begin = starts or datetime.now(UTC)
        return desk.approvals.delegate(user, starts=begin, ends=ends, principal=principal)

    made = session.run(work)
    session.show(
        {
            "id": made.id,
            "principal": made.principal,
            "delegate": made.delegate,
            "from": session.local(made.starts),
            "until": session.local(made.ends),
        }
    )


@click.command(cls=Command)
@pass_session
def delegations(session: Session) -> None:
    """List who stands in for whom, now and later."""
    with session.desk() as desk:
        found = desk.approvals.delegations()
    rows = [
        (one.principal, one.delegate, session.local(one.starts), session.local(one.ends), one.id)
        for one in found
    ]
    session.show(Table(("principal", "delegate", "from", "until", "id"), rows))


@click.command(cls=Command)
@click.argument("id", type=click.UUID)
@pass_session
def revoke(session: Session, id: Any) -> None:
    """End a delegation now."""
    session.run(lambda desk: desk.approvals.revoke(id))
    session.say("It is ended.")
