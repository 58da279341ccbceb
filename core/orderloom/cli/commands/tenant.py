"""`orderloom tenant`, its settings included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import attrs
import click

from orderloom.cli.directory import say_language
from orderloom.cli.groups import group
from orderloom.cli.history import show_history
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.cli.wishing import wishing
from orderloom.desk import Desk
from orderloom.errors import NotFound, Refused
from orderloom.notify.wishes import EVERYONE
from orderloom.tenants import CORE, Settings, tenant_ref
from orderloom.values import Gather, nearest, pair_of


@group()
def tenant() -> None:
    """Tenants: the organisations that run their books here."""


def _fields(command: Any) -> Any:
    for flag, metavar in (
        ("--language", "TAG"),
        ("--currency", "CODE"),
        ("--timezone", "NAME"),
        ("--title", "TEXT"),
    ):
        command = click.option(flag, metavar=metavar)(command)
    return command


@tenant.command()
@click.argument("key")
@_fields
@click.option("--module", "modules", multiple=True, metavar="KEY", help="Switch it on; repeat.")
@click.option("--admin", default="admin", show_default=True, metavar="USER", help="Its first user.")
@pass_session
def add(
    session: Session, key: str, modules: tuple[str, ...], admin: str, **fields: str | None
) -> None:
    """Add a tenant and its first user, who may do everything in it."""
    from orderloom.directory import User
    from orderloom.loom import SETUP
    from orderloom.values import Grant

    given = {name: value for name, value in fields.items() if value is not None}
    made = session.loom.create_tenant(key, modules=modules, **given)
    with session.loom.desk(key, SETUP) as desk:
        desk.directory.save_user(User(id=admin, grants=[Grant("admin")]))
    session.show({**attrs.asdict(made), "admin": admin})
    say_language(session, made.language)


@tenant.command("list")
@pass_session
def list_tenants(session: Session) -> None:
    """List the tenants."""
    rows = [
        (one.key, one.title, one.timezone, one.currency, one.language)
        for one in session.loom.tenants()
    ]
    session.show(Table(("key", "title", "timezone", "currency", "language"), rows))


@tenant.command()
@click.argument("key", required=False)
@pass_session
def show(session: Session, key: str | None) -> None:
    """Show a tenant, the configured one if no KEY is given."""
    wanted = key or session.tenant
    known = {one.key: one for one in session.loom.tenants()}
    if wanted not in known:
        close = nearest(wanted, known, otherwise=", ".join([*known][:5]))
        raise NotFound("tenant", wanted, f"To name one, use: {close}." if close else "")
    session.show(known[wanted])


@tenant.command("set")
@_fields
@pass_session
def set_fields(session: Session, **fields: str | None) -> None:
    """Change title, time zone, currency or language of the tenant."""
    given = {name: value for name, value in fields.items() if value is not None}
    if not given:
        raise click.UsageError("Nothing to change is given. To change it, add flags (see --help).")
    session.show(session.run(lambda desk: desk.admin.update(**given)))
    say_language(session, given.get("language", ""))


@tenant.command()
@click.option("--since", type=click.IntRange(0), default=0, help="Only events after this one.")
@pass_session
def history(session: Session, since: int) -> None:
    """Show who changed modules, settings, users, prices and the like, and how."""
    with session.reader() as reader:
        found = reader.get(tenant_ref(reader.tenant.key))
        show_history(session, reader, found, since=since)


@tenant.command()
@wishing
@pass_session
def notify(session: Session, topic: str, how: str, channel: str) -> None:
    """Say how users hear of a TOPIC, or of * for all others, who wish nothing themselves."""
    wish = session.run(
        lambda desk: desk.notifications.wish(topic, how, channel=channel, user=EVERYONE)
    )
    session.show({"topic": wish.topic, "channel": wish.channel, "how": wish.how})


@tenant.group()
def settings() -> None:
    """Settings of the core and of modules: default < file < environment < tenant."""


@settings.command("list")
@click.argument("module", required=False)
@pass_session
def list_settings(session: Session, module: str | None) -> None:
    """List settings, their values and where each comes from."""

    def work(desk: Desk) -> list[tuple[str, str, str, str]]:
        return [
            (key, one.name, one.value, one.layer)
            for key in ([module] if module else _with_settings(session))
            for one in desk.admin.settings(key).provenance()
        ]

    session.show(Table(("module", "setting", "value", "from"), session.run(work)))


@settings.command("set")
@click.argument("module")
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")
@pass_session
def set_settings(session: Session, module: str, values: tuple[str, ...]) -> None:
    """Set settings of MODULE ("core" for the core's) for the tenant.

    A list is JSON, as `list` shows it, or its items are separated by |; secrets are named
    (env:NAME or file:/path), never given.
    """
    wanted = _values(values)
    _change(session, module, lambda desk: desk.admin.set(module, wanted))


@settings.command("clear")
@click.argument("module")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@pass_session
def clear_settings(session: Session, module: str, names: tuple[str, ...]) -> None:
    """Give settings back to the layers below."""
    _change(session, module, lambda desk: desk.admin.clear(module, *names))


def _with_settings(session: Session) -> list[str]:
    loaded = session.loom.catalogue.loaded
    return [CORE, *(key for key, one in loaded.items() if one.manifest.settings)]


def _change(session: Session, module: str, change: Callable[[Desk], dict[str, list[Any]]]) -> None:
    """Change settings, and show what held before and what holds now, from whichever layer."""

    def work(desk: Desk) -> list[tuple[str, Any, Any]]:
        before = _holding(desk, module)
        changes = change(desk)
        now = _holding(desk, module)
        return [
            (name, before.plain(name) if before else old, now.plain(name) if now else new)
            for name, (old, new) in changes.items()
        ]

    rows = session.run(work)
    if rows or session.json:
        session.show(Table(("setting", "before", "now"), rows))
    else:
        session.say("Nothing was changed: it was so before.")


def _holding(desk: Desk, module: str) -> Settings[Any] | None:
    """The settings with all layers; None while one of them is wrong, which may be mended here."""
    with suppress(Refused):
        return desk.admin.settings(module)
    return None


def _values(given: tuple[str, ...]) -> dict[str, str]:
    with Gather() as gather:
        pairs = [
            gather.take(pair_of, text, "values", example="NAME=VALUE", blank=True) for text in given
        ]
    return {name.replace("-", "_"): value for name, value in filter(None, pairs)}
