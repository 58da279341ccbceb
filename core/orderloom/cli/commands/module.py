"""`orderloom module`."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from orderloom.cli.groups import Group
from orderloom.cli.printing import Table
from orderloom.cli.reporting import problem_lines
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Reader
from orderloom.modules import CLOSING, OFF, ON, Assemblies, Broken
from orderloom.tenants import MAP, PARK, Remedy, SwitchPlan

_MORE: Final = ("check", "new", "order", "quarantine", "replay", "trace")


class _Module(Group):
    """A group some commands of which lie in files of their own, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, by name."""
        return sorted({*super().list_commands(ctx), *_MORE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name in _MORE:
            found = import_module(f"orderloom.cli.commands.module_{cmd_name}")
            command: click.Command = getattr(found, cmd_name)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Module)
def module() -> None:
    """Modules: what brings order types, lifecycles, documents and more to a tenant."""


@module.command("list")
@pass_session
def list_modules(session: Session) -> None:
    """List the modules and how each stands with the tenant."""
    with session.reader() as reader:
        states = reader.assembly.states
        failing = _failing(reader)
    loaded = session.loom.catalogue.loaded
    rows = [
        (
            key,
            loaded[key].manifest.title if key in loaded else "",
            one.state,
            one.version,
            one.reason or failing.get(key, ""),
        )
        for key, one in states.items()
    ]
    headings = ("module", "title", "state", "version", "reason")
    session.show(Table(headings, rows, spare=("version", "title")))


def _failing(reader: Reader) -> dict[str, str]:
    """What is said of modules whose hooks kept failing."""
    from orderloom.notify.quarantine import quarantined

    text = "{hook} is not called, since it kept failing (see: orderloom module quarantine)"
    found = quarantined(reader.reading.connection, reader.tenant.key)
    return {one.module: text.format(hook=one.hook) for one in found}


@module.command()
@click.argument("key")
@pass_session
def show(session: Session, key: str) -> None:
    """Show a module: what it is, what it needs, what it brings, how it stands."""
    found = session.loom.catalogue.find(key)
    with session.reader() as reader:
        state = reader.assembly.states[key]
    facts: dict[str, Any] = {
        "module": key,
        "state": state.state,
        "reason": state.reason,
        "version": found.version,
        "distribution": found.distribution,
    }
    if not isinstance(found, Broken):
        brought = Assemblies(session.loom.catalogue).of(
            dict.fromkeys(session.loom.catalogue.loaded, ON)
        )
        manifest = found.manifest
        facts |= {
            "title": manifest.title,
            "requires": sorted(manifest.requires),
            "types": sorted(type for type, owner in brought.owners.items() if owner == key),
            "touches": sorted(manifest.touches),
            "roles": [role.key for role in manifest.roles],
            "settings": manifest.settings is not None,
        }
    session.show(facts)


@module.command()
@click.argument("key")
@click.argument("state", type=click.Choice([ON, CLOSING, OFF]))
@pass_session
def plan(session: Session, key: str, state: str) -> None:
    """Show what switching a module would mean; nothing is done."""
    planned = session.run(lambda desk: desk.admin.plan(key, state))
    _show_plan(session, planned)
    if not session.json:
        for problem in planned.problems():
            session.say(f"  - {problem_lines(problem)}")


def _switching(state: str, help: str) -> None:
    """Define the command that switches to one state."""

    @module.command(state, help=help)
    @click.argument("key")
    @click.option(
        "--map",
        "mapped",
        multiple=True,
        metavar="TYPE:STATUS=TARGET",
        help="Move the open ones in a status to another one.",
    )
    @click.option(
        "--park",
        "parked",
        multiple=True,
        metavar="TYPE:STATUS",
        help="Freeze the open ones in a status until the module is on again.",
    )
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @pass_session
    def switch(
        session: Session, key: str, mapped: tuple[str, ...], parked: tuple[str, ...], yes: bool
    ) -> None:
        remedies = [*(_map(text) for text in mapped), *(_park(text) for text in parked)]
        planned = session.run(lambda desk: desk.admin.plan(key, state))
        if not session.json:
            _show_plan(session, planned)
        session.confirm(f"Switch module {key} {_words(state)}?", yes=yes)
        done = session.run(lambda desk: desk.admin.switch(key, state, remedies))
        if session.json:
            session.show(done)
        else:
            session.say(f"Module {key} is {state}.")


_switching(ON, "Switch a module on.")
_switching(CLOSING, "Let a module run out: nothing new of its types, everything else goes on.")
_switching(OFF, "Switch a module off; its data stays and comes back with it.")


def _show_plan(session: Session, plan: SwitchPlan) -> None:
    if session.json:
        session.show(plan)
        return
    returning = [f"{count} {type} in {status}" for (type, status), count in plan.returning]
    session.show(
        {
            "module": plan.module,
            "switch": f"{plan.from_state} → {plan.to_state}",
            "required by": plan.dependants,
            "requires": plan.missing,
            "comes back": returning,
            "documents no longer issued": plan.documents,
            "fields no longer shown": plan.fields,
        }
    )
    if plan.groups:
        headings = ("type", "status", "title", "open", "remedies", "targets")
        rows = [
            (one.type, one.status, one.title, one.count, one.remedies, one.targets)
            for one in plan.groups
        ]
        session.say("")
        session.show(Table(headings, rows))


def _map(text: str) -> Remedy:
    source, sign, target = text.rpartition("=")
    type, colon, status = source.partition(":")
    if not (sign and colon):
        raise click.BadParameter("To map a status, write TYPE:STATUS=TARGET.", param_hint="--map")
    return Remedy(type=type, status=status, kind=MAP, target=target)


def _park(text: str) -> Remedy:
    type, colon, status = text.partition(":")
    if not colon:
        raise click.BadParameter("To park a status, write TYPE:STATUS.", param_hint="--park")
    return Remedy(type=type, status=status, kind=PARK)


def _words(state: str) -> str:
    return "to closing" if state == CLOSING else state
