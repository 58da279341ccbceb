"""`orderloom order explain`."""

from __future__ import annotations

import click

from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.reporting import problem_lines
from orderloom.cli.session import Session, pass_session
from orderloom.desk import ActionView, Reader
from orderloom.errors import OrderloomError, Problem, Refused
from orderloom.modules import ON, Assemblies


@click.command(cls=Command)
@click.argument("order")
@pass_session
def explain(session: Session, order: str) -> None:
    """Say of every action whether it is open now, and if not, all that speaks against it."""
    with session.reader() as reader:
        found = find_order(reader, order)
        views = reader.explain(found)
        if not views:
            raise _unworkable(session, reader, found.type)
    if session.json:
        session.show([_plain(view) for view in views])
        return
    for view in views:
        session.say(f"{view.action.name}  {'open' if view.allowed else 'not open'}")
        for problem in view.problems:
            session.say(f"  - {problem_lines(problem)}")


def _unworkable(session: Session, reader: Reader, type: str) -> OrderloomError:
    """Why there is no action at all: the module of the type is faulted, off or gone."""
    fault: OrderloomError | None = reader.assembly.blocked(type)
    if fault:
        return fault
    catalogue = session.catalogue
    owners = Assemblies(catalogue).of(dict.fromkeys(catalogue.loaded, ON)).owners
    if type in owners:
        text = (
            "Module {module}, which brings {type}, is not on for tenant {tenant}, so nothing can "
            "be done with the order. To go on, switch it on: orderloom module on {module}"
        )
    else:
        text = (
            "No installed module brings {type}, so nothing can be done with the order. To go on, "
            "install its module and switch it on."
        )
    params = {"module": owners.get(type, ""), "type": type, "tenant": session.tenant}
    return Refused([Problem("cli.module_off", text, "order", params=params)])


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
