"""What a module's demo plays on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from orderloom.cli.printing import Table, print_table, safe

if TYPE_CHECKING:
    from orderloom.loom import Orderloom
    from orderloom.values import Actor


@attrs.frozen(kw_only=True)
class Stage:
    """A fresh tenant to play a demo on.

    Attributes:
        loom: over the demo's own database.
        tenant: key of the tenant, its modules switched on.
        actor: an admin of it.
        folder: where the demo lives and may write.
        quiet: nothing is said (the answer is to be JSON).
        tips: commands to try next, shown at the end.
    """

    loom: Orderloom
    tenant: str
    actor: Actor
    folder: Path
    quiet: bool = False
    tips: list[str] = attrs.field(factory=list)

    def say(self, text: str) -> None:
        """Tell the onlooker what happens."""
        if not self.quiet:
            click.echo(safe(text, lines=True))

    def work(self, loom: Orderloom | None = None) -> None:
        """Let a worker send all that is due.

        Args:
            loom: over the same database, with other settings than the stage's own.
        """
        from orderloom.worker import Worker

        Worker(loom or self.loom).once(tenant=self.tenant)

    def suggest(self, command: str) -> None:
        """Name a command the onlooker may try next, in the demo's folder."""
        self.tips.append(command)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Show a table to the onlooker."""
        if not self.quiet:
            print_table(Table(headings, rows))
