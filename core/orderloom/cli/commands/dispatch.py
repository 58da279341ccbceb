"""`orderloom dispatch`: what a worker does, once."""

from __future__ import annotations

from collections import Counter

import click

from orderloom.cli.commands.worker import tell
from orderloom.cli.groups import Command
from orderloom.cli.session import Session, pass_session


@click.command(cls=Command)
@click.option("--all", "everywhere", is_flag=True, help="For all tenants.")
@pass_session
def dispatch(session: Session, everywhere: bool) -> None:
    """Send what is owed and run what is due now, once; says what was sent, put off or given up."""
    from orderloom.worker import Worker

    tenant = "" if everywhere else session.tenant
    done = Worker(session.loom, tell=lambda one: tell(session, one)).once(tenant=tenant)
    sent = Counter(one.outcome for one in done if one.what in ("mail", "webhook", "hook"))
    if not session.json:
        always = ("sent", "retry", "dead")
        told = (
            f"{sent[outcome]} {words}"
            for outcome, words in _WORDS.items()
            if outcome in always or sent[outcome]
        )
        session.say(", ".join(told) + ".")


_WORDS = {
    "sent": "sent",
    "retry": "to be tried again",
    "dead": "given up",
    "quarantined": "put into quarantine",
}
