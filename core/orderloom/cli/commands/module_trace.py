"""`orderloom module trace ORDER ACTION`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import click

from orderloom.cli.commands.order.doing import REASON, USAGE, Actions, check_named
from orderloom.cli.flags import raw_options
from orderloom.cli.lookup import find_order
from orderloom.cli.printing import Table
from orderloom.cli.reporting import REFUSED, report
from orderloom.cli.session import Session
from orderloom.cli.titles import status_title
from orderloom.desk import Rehearsal
from orderloom.errors import Refused
from orderloom.lifecycle import Action


class Rehearsed(Actions):
    """Actions that are only tried out."""

    flags: ClassVar[Mapping[tuple[str, str], str]] = {
        (REASON, "reason"): "As it would be kept in the history."
    }

    takes_files: ClassVar[bool] = False

    def doing(self, session: Session, order: str, action: Action) -> Callable[..., None]:
        """Try an action out and show every hook call."""

        def rehearse(**given: Any) -> None:
            reason = given.pop(REASON) or ""
            options = raw_options(action.options, given) if action.options else None
            with session.desk() as desk:
                found = find_order(desk, order)
                tried = desk.rehearse(found, action.name, options, reason=reason)
                status = "" if tried.after is None else status_title(desk, tried.after)
            if session.json:
                session.show(_plain(tried))
            else:
                _tell(session, tried, status)
            if tried.error is not None:
                click.get_current_context().exit(REFUSED)

        return rehearse


@click.group(cls=Rehearsed, **USAGE)
@click.argument("order")
@click.pass_context
def trace(context: click.Context, order: str) -> None:
    """Try an action out and show every hook call: module, time, result.

    The action runs to the last hook in a transaction that is rolled back: nothing is written, no
    number is used up, nothing is sent. `trace ORDER ACTION --help` lists its options.
    """
    check_named(context)


def _tell(session: Session, tried: Rehearsal, status: str) -> None:
    rows = [
        (
            f"{'  ' * call.depth}{call.hook}",
            call.module,
            call.subject,
            call.micros,
            call.result,
        )
        for call in tried.calls
    ]
    session.show(Table(("hook", "module", "subject", "µs", "result"), rows, spare=("subject",)))
    if tried.owed:
        session.say("\nOwed after the commit:")
        for owed in tried.owed:
            session.say(f"  {owed.source} {owed.recipient}".rstrip())
    session.say("")
    if tried.error is None:
        session.say(f"It would be {status}. All of it was taken back.")
    else:
        report(tried.error, json=False, debug=session.debug)


def _plain(tried: Rehearsal) -> dict[str, Any]:
    error = tried.error
    return {
        "calls": tried.calls,
        "owed": [
            {"channel": owed.channel, "source": owed.source, "recipient": owed.recipient}
            for owed in tried.owed
        ],
        "status": tried.after.status if tried.after else None,
        "error": None if error is None else str(error),
        "problems": error.problems if isinstance(error, Refused) else (),
    }
