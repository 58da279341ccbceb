"""`orderloom user`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.directory import Kind, directory_of, say_language
from orderloom.cli.groups import group
from orderloom.cli.importing import add_import
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.cli.wishing import wishing
from orderloom.directory import User, grant_of
from orderloom.directory.importers import USERS
from orderloom.values import Gather, Grant, Scope

_KIND = Kind(
    name="user",
    find=lambda directory, id: directory.user(id),
    ids=lambda directory: [one.id for one in directory.users()],
    save=lambda directory, made: directory.save_user(made),
)


@group()
def user() -> None:
    """Users and what they may do: a role, in the tenant, a project, a party or a department.

    They are for the tenant's admin, and those a role manages for whoever holds it.
    """


add_import(user, USERS)


@user.command()
@click.argument("id")
@click.option("--name", default="")
@click.option("--email", default="")
@click.option("--language", default="", help="Of messages, such as en or de-AT.")
@click.option(
    "--grant",
    "grants",
    multiple=True,
    metavar="ROLE[@KIND:ID]",
    help="Such as admin, or procurement.buyer@project:summer; repeat for more.",
)
@click.option("--replace", is_flag=True, help="Replace the user, grants too, if there is one.")
@pass_session
def add(session: Session, id: str, grants: tuple[str, ...], replace: bool, **given: Any) -> None:
    """Add a user."""
    with Gather() as gather:
        read = [gather.take(grant_of, text, "grant") for text in grants]
    made = User(id=id, grants=[one for one in read if one], **given)
    _KIND.add(session, id, made, replace=replace)
    say_language(session, made.language)


@user.command("list")
@pass_session
def list_users(session: Session) -> None:
    """List the users with their grants: all, or those where you manage somebody."""
    with directory_of(session) as known:
        rows = [
            (one.id, one.name, one.email, one.active, [_grant(grant) for grant in one.grants])
            for one in known.users()
        ]
    headings = ("id", "name", "email", "active", "grants")
    session.show(Table(headings, rows, spare=("name", "email")))


@user.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a user."""
    _KIND.show(session, id, _facts)


def _facts(found: User) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "email": found.email,
        "language": found.language,
        "active": found.active,
        "grants": [_grant(grant) for grant in found.grants],
    }


def _scoped(command: Any) -> Any:
    for kind, metavar in (("department", "NAME"), ("party", "ID"), ("project", "ID")):
        command = click.option(f"--{kind}", metavar=metavar, help=f"Only in this {kind}.")(command)
    return click.argument("role", metavar="ROLE[@KIND:ID]")(command)


@user.command()
@click.argument("id")
@_scoped
@pass_session
def grant(session: Session, id: str, role: str, **scope: str | None) -> None:
    """Give a user a role, everywhere in the tenant or where @KIND:ID or a flag says."""
    given = _given(role, scope)
    change = session.run(lambda desk: desk.directory.grant(id, given))
    _KIND.told(session, id, change)


@user.command()
@click.argument("id")
@_scoped
@pass_session
def revoke(session: Session, id: str, role: str, **scope: str | None) -> None:
    """Take a role away from a user, named as when it was given."""
    given = _given(role, scope)
    change = session.run(lambda desk: desk.directory.revoke(id, given))
    _KIND.told(session, id, change)


@user.command()
@click.argument("id")
@pass_session
def deactivate(session: Session, id: str) -> None:
    """Take all rights from a user; history and grants stay."""
    change = session.run(lambda desk: desk.directory.deactivate_user(id))
    _KIND.told(session, id, change)


@user.command()
@click.argument("id")
@pass_session
def activate(session: Session, id: str) -> None:
    """Let a deactivated user act again, with the grants there were."""
    change = session.run(lambda desk: desk.directory.activate_user(id))
    _KIND.told(session, id, change)


@user.command()
@click.argument("id")
@pass_session
def wants(session: Session, id: str) -> None:
    """List how a user hears of each topic."""
    with session.desk() as desk:
        titles = {one.key: one.titles for one in desk.notifications.topics()}
        found = desk.notifications.wishes(id)
    rows = [(one.topic, titles[one.topic], one.channel, one.how) for one in found]
    session.show(Table(("topic", "notifications", "channel", "how"), rows, ("notifications",)))


@user.command()
@click.argument("id")
@wishing
@pass_session
def notify(session: Session, id: str, topic: str, how: str, channel: str) -> None:
    """Say how a user hears of a TOPIC, or of * for all others: you, or somebody you manage."""
    wish = session.run(lambda desk: desk.notifications.wish(topic, how, channel=channel, user=id))
    session.show(wish)


@user.command()
@pass_session
def roles(session: Session) -> None:
    """List the roles there are: where they may be held, whom they manage, what they allow."""
    with session.reader() as reader:
        rows = [
            (one.key, one.title, sorted(one.scopes), sorted(one.manages), sorted(one.permissions))
            for one in reader.assembly.roles.values()
        ]
    headings = ("role", "title", "scopes", "manages", "permissions")
    session.show(Table(headings, rows, spare=("scopes", "title")))


def _given(role: str, flags: dict[str, str | None]) -> Grant:
    """The grant of ROLE@KIND:ID, or of ROLE and a flag."""
    given = grant_of(role, "role")
    named = [Scope(kind, id) for kind, id in flags.items() if id is not None]
    if len(named) > 1 or (named and "@" in role):
        ways = "@KIND:ID, --project, --party or --department"
        raise click.UsageError(f"Say where it holds only once: {ways}.")
    return Grant(given.role, named[0]) if named else given


def _grant(grant: Grant) -> str:
    scope = "" if grant.scope.kind == "tenant" else f"@{grant.scope.kind}:{grant.scope.id}"
    return f"{grant.role}{scope}"
