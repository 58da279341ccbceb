"""`orderloom approvals policy`."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.cli.files import read_text
from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session


@group()
def policy() -> None:
    """The tenant's own rules on which orders need whose approval."""


@policy.command()
@pass_session
def show(session: Session) -> None:
    """Print the policy in force."""
    with session.desk() as desk:
        found = desk.approvals.policy()
    if session.json:
        session.show(found[0] if found else {})
    else:
        session.say(found[0].text if found and found[0].text else "There are no rules.")


@policy.command("set")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def set_policy(session: Session, file: Path) -> None:
    """Put the rules of a TOML FILE in force; an empty file takes all rules off."""
    text = read_text(file)
    made = session.run(lambda desk: desk.approvals.set_policy(text))
    session.say(f"Policy {made.seq} is in force.")


@policy.command()
@pass_session
def history(session: Session) -> None:
    """List the policies there were, the one in force first."""
    with session.desk() as desk:
        found = desk.approvals.policy()
    rows = [(one.seq, session.local(one.since), one.set_by, one.digest[:12]) for one in found]
    session.show(Table(("policy", "since", "set by", "digest"), rows))
