"""`orderloom user`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli import directory
from orderloom.cli.groups import group
from orderloom.cli.importing import import_csv, import_flags
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk
from orderloom.directory import Change, User, grant_of
from orderloom.directory.importers import USERS
from orderloom.errors import NotFound
from orderloom.values import Gather, Grant, Scope, nearest


@group()
def user() -> None:
    """Users and what they may do: a role, in the tenant or in a project, party or department."""


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

    def work(desk: Desk) -> Change[User]:
        _check_roles(desk, made.grants)
        if not replace:
            directory.absent(desk.directory.user(id), "user", id)
        return desk.directory.save_user(made)

    directory.told(session, "user", id, session.run(work))


@user.command("list")
@pass_session
def list_users(session: Session) -> None:
    """List the users with their grants."""
    with directory.directory_of(session) as known:
        rows = [
            (one.id, one.name, one.email, one.active, [_grant(grant) for grant in one.grants])
            for one in known.users()
        ]
    session.show(Table(("id", "name", "email", "active", "grants"), rows))


@user.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a user."""
    with directory.directory_of(session) as known:
        found = directory.found(known.user(id), "user", id, [one.id for one in known.users()])
    if session.json:
        session.show(found)
        return
    session.show(
        {
            "id": found.id,
            "name": found.name,
            "email": found.email,
            "language": found.language,
            "active": found.active,
            "grants": [_grant(grant) for grant in found.grants],
        }
    )


def _scoped(command: Any) -> Any:
    for kind in ("department", "party", "project"):
        command = click.option(f"--{kind}", metavar="ID", help=f"Only in this {kind}.")(command)
    return click.argument("role")(command)


@user.command()
@click.argument("id")
@_scoped
@pass_session
def grant(session: Session, id: str, role: str, **scope: str | None) -> None:
    """Give a user a role, everywhere in the tenant or where a flag says."""
    given = Grant(role, _scope(scope))

    def work(desk: Desk) -> Change[User]:
        _check_roles(desk, [given])
        return desk.directory.grant(id, given)

    directory.told(session, "user", id, session.run(work))


@user.command()
@click.argument("id")
@_scoped
@pass_session
def revoke(session: Session, id: str, role: str, **scope: str | None) -> None:
    """Take a role away from a user."""
    given = Grant(role, _scope(scope))
    change = session.run(lambda desk: desk.directory.revoke(id, given))
    directory.told(session, "user", id, change)


@user.command()
@click.argument("id")
@pass_session
def deactivate(session: Session, id: str) -> None:
    """Take all rights from a user; history and grants stay."""
    change = session.run(lambda desk: desk.directory.deactivate_user(id))
    directory.told(session, "user", id, change)


@user.command("import")
@import_flags
@pass_session
def import_users(session: Session, **given: Any) -> None:
    """Import users and grants from a CSV file."""
    import_csv(session, USERS, **given)


@user.command()
@pass_session
def roles(session: Session) -> None:
    """List the roles there are and what they allow."""
    with session.reader() as reader:
        rows = [
            (one.key, one.title, sorted(one.permissions)) for one in reader.assembly.roles.values()
        ]
    session.show(Table(("role", "title", "permissions"), rows))


def _scope(given: dict[str, str | None]) -> Scope:
    named = [(kind, id) for kind, id in given.items() if id]
    if len(named) > 1:
        raise click.UsageError("Give only one of --project, --party and --department.")
    return Scope(*named[0]) if named else Scope("tenant", "")


def _check_roles(desk: Desk, grants: Any) -> None:
    """A grant of a role nobody declares would silently be no right at all."""
    known = desk.assembly.roles
    for one in grants:
        if one.role not in known:
            close = nearest(one.role, known, otherwise=", ".join(known))
            raise NotFound("role", one.role, f"To grant one, use: {close}.")


def _grant(grant: Grant) -> str:
    scope = "" if grant.scope.kind == "tenant" else f"@{grant.scope.kind}:{grant.scope.id}"
    return f"{grant.role}{scope}"
