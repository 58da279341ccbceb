"""Command groups of modules: found among all that are installed, run where the module is on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import attrs
import click

from orderloom.cli.session import Session
from orderloom.errors import ModuleFault, Problem, Refused
from orderloom.modules import ON, Assemblies, Catalogue, fault_of
from orderloom.modules.contributions import CommandGroup


@attrs.frozen
class Registered:
    """A command group and the module it belongs to."""

    module: str
    version: str
    group: CommandGroup


def contributed(session: Session, name: str) -> click.Command | None:
    """The group a module registered under a name; None if none did.

    The group is imported here and nowhere before. A tenant that has the module off is told so.

    Raises:
        ModuleFault: it cannot be imported.
    """
    registered = _registered(session.catalogue, name)
    return None if registered is None else _guarded(registered, session)


def _registered(catalogue: Catalogue, name: str) -> Registered | None:
    everything = Assemblies(catalogue).of(dict.fromkeys(catalogue.loaded, ON))
    for module, group in everything.dispatcher.collect("register_commands"):
        if group.name == name:
            return Registered(module, catalogue.loaded[module].version, group)
    return None


def _guarded(registered: Registered, session: Session) -> click.Command:
    """The group, run only where its module is on."""
    group = _imported(registered)
    inner = group.callback

    def callback(*args: Any, **kwargs: Any) -> Any:
        _check_on(session, registered)
        return None if inner is None else inner(*args, **kwargs)

    return type(group)(
        registered.group.name,
        group.commands,
        callback=callback,
        params=group.params,
        help=group.help or registered.group.help,
        no_args_is_help=group.no_args_is_help,
    )


def _imported(registered: Registered) -> click.Group:
    target = registered.group.target
    group = imported(target, registered.module, registered.version)
    if not isinstance(group, click.Group):
        reason = f"{target} is no click group. To add commands, name one."
        raise ModuleFault(registered.module, "register_commands", registered.version, reason)
    return group


def imported(target: str, module: str, version: str) -> Any:
    """What a module names as "package.module:attribute".

    Raises:
        ModuleFault: it cannot be imported.
    """
    package, _, attribute = target.partition(":")
    try:
        return getattr(import_module(package), attribute)
    except (Exception, SystemExit) as error:
        raise fault_of(error, module, "import", version) from error


def _check_on(session: Session, registered: Registered) -> None:
    if not (session.config.db and session.config.tenant and session.config.user):
        return  # each command says itself what it misses
    with session.reader() as reader:
        if registered.group.name in reader.assembly.commands:
            return
        for fault in reader.assembly.faults:
            if fault.module == registered.module:
                raise fault
        state = reader.assembly.states[registered.module]
    template = (
        "Module {module} is {state} for tenant {tenant}, so its commands are not there. {reason}"
        "To use them, switch it on: orderloom module on {module}"
    )
    params = {
        "module": registered.module,
        "state": state.state,
        "tenant": session.tenant,
        "reason": f"{state.reason} " if state.reason else "",
    }
    raise Refused([Problem("cli.module_off", template, params=params)])
