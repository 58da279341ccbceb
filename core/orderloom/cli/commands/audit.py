"""`orderloom audit`."""

from __future__ import annotations

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.reporting import REFUSED
from orderloom.cli.session import Session, pass_session


@group()
def audit() -> None:
    """The history: every event is chained to the one before, and sealed."""


@audit.command()
@pass_session
@click.pass_context
def verify(context: click.Context, session: Session) -> None:
    """Check every event, subject and seal of the tenant; exit code 2 if something was changed."""
    with session.reader() as reader:
        found = reader.verify()
    facts = {"events": found.checked, "sealed": found.sealed, "not_sealed_yet": found.unsealed}
    findings = [{"where": one.where, "what": one.what} for one in found.findings]
    if session.json:
        session.show({**facts, "ok": found.ok, "findings": findings})
    else:
        session.show({**facts, "result": "as written" if found.ok else "changed afterwards"})
    if findings and not session.json:
        session.say("")
        session.show(Table(("where", "what"), [(one["where"], one["what"]) for one in findings]))
    if not found.ok:
        context.exit(REFUSED)


@audit.command()
@pass_session
def seal(session: Session) -> None:
    """Seal the events that are not sealed yet; workers do so by themselves."""
    session.show({"sealed": session.run(lambda desk: desk.admin.seal())})
