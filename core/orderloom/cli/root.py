"""The command `orderloom` itself: loads a group when it is called, ends every error well."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import click

from orderloom.cli.groups import Group
from orderloom.cli.reporting import INTERRUPTED, report
from orderloom.cli.session import Session

COMMANDS = {
    "init": "Create or open a database with a tenant and an admin; write orderloom.toml.",
    "demo": "Play a module's story in a folder of its own.",
    "order": "Orders: list, show, place, edit, do an action, explain, history, documents.",
    "project": "Projects: add, list, show, import.",
    "party": "Parties (vendors, outlets …): add, list, show, import.",
    "product": "Products: add, list, show, import.",
    "unit": "Units of the tenant's own: add, list, show, import.",
    "tenant": "Tenants and their settings.",
    "user": "Users and what they may do.",
    "module": "Modules: list, plan a switch, switch on and off; write, check and trace one.",
    "lifecycle": "Lifecycles: show, prove, map lost statuses.",
    "worker": "Send what is owed and run what is due, until stopped.",
    "dispatch": "Send what is owed now, once.",
    "delivery": "What was sent, what is owed, what failed; send it again.",
    "webhook": "Other systems that are told: add, list, enable, rotate the secret, test.",
    "inbox": "What you were told here: list it, read it.",
    "template": "What people are told, in which words: list, show, set, reset.",
    "approvals": "What waits for approval, who may give it, who may order how much.",
    "audit": "Verify and seal the history.",
    "migrate": "Bring the database up to this version.",
}
_MODULES = "orderloom.modules"


class Root(Group):
    """The top of the command line."""

    session: Callable[[], Session] = Session

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]  # click's arguments are in extra
        """Run a command line; every error becomes a message and an exit code."""
        session = self.session()
        words = [*(sys.argv[1:] if args is None else args)]
        session.debug = "--debug" in words
        extra.pop("standalone_mode", None)
        try:
            code = super().main(words, standalone_mode=False, obj=session, **extra)
        except click.Abort:
            code = INTERRUPTED
        except Exception as error:
            code = report(error, json=session.json or "--json" in words, debug=session.debug)
        finally:
            session.close()
        sys.exit(code if isinstance(code, int) else 0)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the flags before the command and complete them from orderloom.toml."""
        rest = super().parse_args(ctx, args)
        session = ctx.find_object(Session)
        if session is not None and not ctx.resilient_parsing:
            session.configure(ctx.params, Path.cwd())
        return rest

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; what it returns is for Python, not for the exit code."""
        super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The core's commands, and a group for each installed module."""
        return [*COMMANDS, *(name for name, _ in _module_groups())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the group of that name."""
        if cmd_name in COMMANDS:
            return _loaded(f"orderloom.cli.commands.{cmd_name}:{cmd_name}")
        from orderloom.cli.contributed import contributed

        session = ctx.find_object(Session)
        return None if session is None else contributed(session, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])
        if groups := _module_groups():
            with formatter.section("Commands of modules"):
                formatter.write_dl(groups)


def _loaded(target: str) -> click.Command:
    module, _, name = target.partition(":")
    command: click.Command = getattr(import_module(module), name)
    return command


def _module_groups() -> list[tuple[str, str]]:
    """Names and summaries of the installed modules; metadata only, nothing is imported."""
    found = sorted(entry_points(group=_MODULES), key=lambda point: point.name)
    return [(point.name, _summary(point)) for point in found]


def _summary(point: EntryPoint) -> str:
    metadata: Any = point.dist.metadata if point.dist else {}
    return str(metadata.get("Summary", ""))
