"""`orderloom init`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click
from click.core import ParameterSource

from orderloom.cli.config import FILE, Config, file_text
from orderloom.cli.database import file_of, masked
from orderloom.cli.files import write_file
from orderloom.cli.groups import Command
from orderloom.cli.session import Session, pass_session

if TYPE_CHECKING:
    from orderloom.loom import Orderloom

_DB = "sqlite:///orderloom.db"
_TENANT = "main"
_USER = "admin"
_WAS_THERE = "was there"


@click.command(cls=Command)
@click.option("--title", default="", help="Name of the tenant on documents; its key if omitted.")
@click.option("--timezone", default="UTC", show_default=True, metavar="NAME")
@click.option("--currency", default="EUR", show_default=True, metavar="CODE")
@click.option("--language", default="en", show_default=True)
@click.option(
    "--module",
    "modules",
    multiple=True,
    metavar="KEY",
    help="A module to switch on; repeat for more. All installed ones if omitted.",
)
@pass_session
@click.pass_context
def init(
    context: click.Context, /, session: Session, title: str, modules: tuple[str, ...], **fields: str
) -> None:
    """Set up a database, a tenant and an admin, and write orderloom.toml into this folder.

    --db, --tenant and --as before `init` name them (sqlite:///orderloom.db, main and admin
    otherwise). What is there already is left as it is, so running it twice is safe.
    """
    config = session.config
    session.config = attrs.evolve(
        config,
        db=config.db or _DB,
        tenant=config.tenant or _TENANT,
        user=config.user or _USER,
    )
    fields["title"] = title or session.tenant
    with _no_file_left(session):
        done = set_up(session, modules, fields)
    wrote = _write_file(session.config, Path.cwd())
    session.config = attrs.evolve(session.config, file=Path.cwd() / FILE)
    session.show({**done, "config": f"{FILE} ({'written' if wrote else 'left as it was'})"})
    given = ", ".join(_given(context))
    if given and done["tenant"].endswith(f"({_WAS_THERE})"):
        session.say(
            f"\nTenant {session.tenant} was left as it is, without {given}. To change it: "
            "orderloom tenant set; to switch modules on: orderloom module on"
        )
    session.say("\nTo look around: orderloom module list; orderloom order --help")


@contextmanager
def _no_file_left(session: Session) -> Iterator[None]:
    """A database file that is made for nothing, as what was asked for is refused, goes again."""
    path = file_of(session.config.db)
    made = path is not None and not path.exists()
    try:
        yield
    except BaseException:
        session.close()
        if path is not None and made:
            for one in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))):
                with suppress(OSError):  # it never came to be
                    one.unlink()
        raise


def _given(context: click.Context) -> Iterator[str]:
    """The flags about the tenant that somebody wrote."""
    for name in ("title", "timezone", "currency", "language", "modules"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            yield f"--{name.removesuffix('s')}"


def set_up(session: Session, modules: tuple[str, ...], fields: dict[str, str]) -> dict[str, str]:
    """Migrate, create the tenant and its admin where they are missing; answers what was done."""
    session.creates = True
    loom = session.loom
    applied = loom.migrate()
    made = _create_tenant(loom, session.tenant, modules, fields)
    admin = _create_admin(loom, session.tenant, session.config.user)
    database = masked(session.config.db)
    return {
        "database": f"{database} ({_said(bool(applied), 'migrated', 'up to date')})",
        "tenant": f"{session.tenant} ({_said(made, 'created', _WAS_THERE)})",
        "user": f"{session.config.user} ({_said(admin, 'created', _WAS_THERE)})",
    }


def _create_tenant(
    loom: Orderloom, key: str, modules: tuple[str, ...], fields: dict[str, str]
) -> bool:
    if any(one.key == key for one in loom.tenants()):
        return False
    loom.create_tenant(key, modules=modules or tuple(loom.catalogue.loaded), **fields)
    return True


def _create_admin(loom: Orderloom, tenant: str, id: str) -> bool:
    from orderloom.directory import User
    from orderloom.loom import SETUP
    from orderloom.values import Grant

    with loom.desk(tenant, SETUP) as desk:
        if desk.directory.user(id) is not None:
            return False
        desk.directory.save_user(User(id=id, grants=[Grant("admin")]))
        return True


def _write_file(config: Config, folder: Path) -> bool:
    path = folder / FILE
    if path.exists():
        return False
    write_file(path, file_text(config).encode())
    return True


def _said(new: bool, yes: str, no: str) -> str:
    return yes if new else no
