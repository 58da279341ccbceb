"""`orderloom order explain`."""

from __future__ import annotations

import click

from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.reporting import problem_lines
from orderloom.cli.session import Session, pass_session
from orderloom.desk import ActionView


@click.command(cls=Command)
@click.argument("order")
@pass_session
def explain(session: Session, order: str) -> None:
    """Say of every action whether it is open now, and if not, all that speaks against it."""
    with session.reader() as reader:
        views = reader.explain(find_order(reader, order))
    if session.json:
        session.show([_plain(view) for view in views])
        return
    for view in views:
        session.say(f"{view.action.name}  {'open' if view.allowed else 'not open'}")
        for problem in view.problems:
            session.say(f"  - {problem_lines(problem)}")


def _plain(view: ActionView) -> dict[str, object]:
    return {
        "action": view.action.name,
        "title": view.action.title,
        "open": view.allowed,
        "problems": [
            {"code": one.code, "field": one.field, "message": one.message, "module": one.module,
             "lifted_by": one.lifted_by}
            for one in view.problems
        ],
        "lifted_by": view.lifted_by,
    }  # fmt: skip
