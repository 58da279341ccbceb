"""`orderloom approvals simulate`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from orderloom.approvals.simulation import Replayed, Simulation
from orderloom.cli.files import read_text
from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.values import Money


@click.command(cls=Command)
@click.argument("policy", type=click.Path(path_type=Path), required=False)
@click.option("--since", required=True, metavar="DAY", help="From this day on, or an instant.")
@click.option(
    "--against", type=click.Path(path_type=Path), help="Compare with this policy, not what was."
)
@pass_session
def simulate(session: Session, policy: Path | None, since: str, against: Path | None) -> None:
    """Run a draft POLICY over the history: what it would hold, free and cost.

    Without a policy those that were in force are run again, and give what was decided.
    """
    texts = [None if path is None else read_text(path) for path in (policy, against)]
    with session.reader() as reader:
        found = reader.simulate(texts[0], since=since, against=texts[1])
    if session.json:
        session.show(_plain(found))
    else:
        _print(session, found)


def _print(session: Session, found: Simulation) -> None:
    session.say(
        f"{len(found.replayed)} decisions; {len(found.held)} would newly wait, "
        f"{len(found.freed)} would no longer wait."
    )
    if found.unread:
        session.say(
            f"{found.unread} could not be asked again: what they name was erased, or their module "
            "is off."
        )
    added, saved = found.waiting()
    before, after = found.passed()
    session.say(f"Waiting time: {_hours(added)} more, {_hours(saved)} less.")
    session.say(f"Passed without approval: {_sums(before)} before, {_sums(after)} with it.")
    if load := found.load():
        session.say("")
        rows = [(who, *counts) for who, counts in load.items()]
        session.show(Table(("approver", "before", "with it"), rows))
    if changed := [one for one in found.replayed if one.held or one.freed]:
        session.say("")
        rows_of = [_row(session, one) for one in changed]
        headings = ("order", "when", "by", "amount", "change", "approvers")
        session.show(Table(headings, rows_of, spare=("when", "by")))


def _row(session: Session, one: Replayed) -> tuple[Any, ...]:
    asked = one.after if one.held else one.before
    return (
        one.number or one.subject.id, session.local(one.at), one.requester, one.amount,
        "would wait" if one.held else "would pass", ", ".join(one.approver for one in asked),
    )  # fmt: skip


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.1f} h"


def _sums(amounts: Mapping[str, Money]) -> str:
    return ", ".join(map(str, amounts.values())) or "nothing"


def _plain(found: Simulation) -> dict[str, Any]:
    added, saved = found.waiting()
    before, after = found.passed()
    return {
        "since": found.since,
        "decisions": len(found.replayed),
        "unread": found.unread,
        "held": [_brief(one) for one in found.held],
        "freed": [_brief(one) for one in found.freed],
        "load": {who: {"before": was, "after": now} for who, (was, now) in found.load().items()},
        "waiting_hours": {"added": _hours(added), "saved": _hours(saved)},
        "passed": {"before": list(before.values()), "after": list(after.values())},
    }


def _brief(one: Replayed) -> dict[str, Any]:
    asked = one.after if one.held else one.before
    return {
        "order": str(one.subject.id),
        "number": one.number,
        "at": one.at,
        "requester": one.requester,
        "amount": one.amount,
        "approvers": [requirement.approver for requirement in asked],
    }
