"""One run of the command line: its configuration, its loom, its doors and its output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from orderloom.cli.config import Config, configure
from orderloom.cli.database import check_url
from orderloom.cli.printing import Table, print_facts, print_table, safe, to_json
from orderloom.errors import Problem, Refused

if TYPE_CHECKING:
    from orderloom.desk import Desk, Reader
    from orderloom.loom import Orderloom
    from orderloom.modules import Catalogue
    from orderloom.values import Actor

T = TypeVar("T")


class Session:
    """What every command gets.

    Attributes:
        config: database, tenant and user, as far as they are known.
        json: answers are JSON: one document, or one object a line for a `Table`.
        debug: bugs are shown with their traceback.
        modules: modules handed over instead of the installed ones.
        creates: the command may make a database file that is not there.
    """

    def __init__(self, modules: Iterable[object] | None = None) -> None:
        self.config = Config()
        self.json = False
        self.debug = False
        self.creates = False
        self.modules = None if modules is None else tuple(modules)

    def configure(self, given: Mapping[str, str | None], folder: Path) -> None:
        """Take flags and variables, and what `orderloom.toml` in a folder adds to them."""
        self.config = configure(given, folder)

    # ── doors ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def loom(self) -> Orderloom:
        """The order system over the configured database.

        Raises:
            Refused: [cli.no_database], [cli.no_such_database], [cli.postgres_url], or why it
                cannot be opened.
        """
        if not self.config.db:
            raise _unset("database", "--db URL", "ORDERLOOM_DB", "or run: orderloom init")
        check_url(self.config.db, creates=self.creates)
        return self.open(self.config)

    def open(self, config: Config) -> Orderloom:
        """A loom over the database of a configuration; the caller closes it."""
        from orderloom.loom import Orderloom

        return Orderloom(
            config.db,
            modules=self.modules,
            settings_file=config.file,
            files=config.files or None,
        )

    @cached_property
    def catalogue(self) -> Catalogue:
        """The modules there are, without opening any database."""
        from orderloom.modules import Catalogue

        return Catalogue.discover() if self.modules is None else Catalogue.of(self.modules)

    @property
    def tenant(self) -> str:
        """Key of the tenant commands run in.

        Raises:
            Refused: [cli.no_tenant].
        """
        if not self.config.tenant:
            raise _unset("tenant", "--tenant KEY", "ORDERLOOM_TENANT", "see: orderloom tenant list")
        return self.config.tenant

    @property
    def actor(self) -> Actor:
        """Who gives the commands, with the rights of this moment.

        Raises:
            Refused: [cli.no_user].
            NotFound: the tenant has no such user.
        """
        if not self.config.user:
            raise _unset("user", "--as USER", "ORDERLOOM_USER", "see: orderloom user list")
        return self.loom.actor(self.tenant, self.config.user)

    def desk(self) -> AbstractContextManager[Desk]:
        """A desk of one transaction; for what must not be tried twice."""
        return self.loom.desk(self.tenant, self.actor)

    def reader(self) -> AbstractContextManager[Reader]:
        """A reader of one transaction."""
        return self.loom.reader(self.tenant, self.actor)

    def run(self, work: Callable[[Desk], T]) -> T:
        """Call `work(desk)`, again if someone else was quicker."""
        return self.loom.run(self.tenant, self.actor, work)

    def close(self) -> None:
        """Let go of the database."""
        if "loom" in self.__dict__:
            self.loom.close()

    # ── output ─────────────────────────────────────────────────────────────────────────────

    def say(self, text: str) -> None:
        """Tell a person something; silent with `--json`."""
        if not self.json:
            click.echo(safe(text, lines=True))

    def show(self, what: Any) -> None:
        """Show the answer: a `Table`, a record, or named values."""
        if isinstance(what, Table):
            self._show_table(what)
        elif self.json:
            click.echo(to_json(what, indent=2))
        else:
            print_facts(what if isinstance(what, Mapping) else attrs.asdict(what, recurse=False))

    def _show_table(self, table: Table) -> None:
        if not self.json:
            print_table(table)
            return
        names = [heading.replace(" ", "_") for heading in table.headings]
        for row in table.rows:
            click.echo(to_json(dict(zip(names, row, strict=True))))

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that cannot simply be taken back.

        Args:
            question: what would be done.
            yes: as `--yes`: do not ask.

        Raises:
            Refused: [cli.not_confirmed].
        """
        if not yes and (self.json or not click.confirm(safe(question), err=True)):
            text = "Nothing was done. To go on without being asked, add --yes."
            raise Refused([Problem("cli.not_confirmed", text)])

    @contextmanager
    def progress(self, label: str, length: int) -> Iterator[Callable[[int], None]]:
        """A progress bar on stderr for a person who waits; nothing with `--json` or in a pipe."""
        if not length or self.json or not sys.stderr.isatty():
            yield lambda steps: None
            return
        with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
            yield bar.update

    def local(self, instant: datetime | None) -> datetime | None:
        """An instant in the tenant's time zone."""
        from zoneinfo import ZoneInfo

        return None if instant is None else instant.astimezone(ZoneInfo(self._timezone))

    @cached_property
    def _timezone(self) -> str:
        with self.reader() as reader:
            return reader.tenant.timezone


def pass_session(command: Callable[..., T]) -> Callable[..., T]:
    """Hand the running `Session` to a command as its first argument."""
    decorate: Any = click.make_pass_decorator(Session)
    handed: Callable[..., T] = decorate(command)
    return handed


def _unset(what: str, flag: str, variable: str, further: str) -> Refused:
    text = (
        "No {what} is named. To name one, give {flag} before the command, set {variable}, or write "
        "it into orderloom.toml; {further}."
    )
    params = {"what": what, "flag": flag, "variable": variable, "further": further}
    return Refused([Problem(f"cli.no_{what}", text, params=params)])
