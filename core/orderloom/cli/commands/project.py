"""`orderloom project`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli import directory
from orderloom.cli.groups import group
from orderloom.cli.importing import import_csv, import_flags
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory.importers import PROJECTS
from orderloom.values import Gather, Project, date_of


@group()
def project() -> None:
    """Projects: what needs and orders may belong to."""


@project.command()
@click.argument("id")
@click.argument("title")
@click.option("--prefix", default="", help="Put before order numbers.")
@click.option("--starts", metavar="DAY")
@click.option("--ends", metavar="DAY")
@click.option("--replace", is_flag=True, help="Replace the project if there is one.")
@pass_session
def add(session: Session, id: str, title: str, replace: bool, **given: Any) -> None:
    """Add a project."""
    with Gather() as gather:
        days = {
            name: gather.take(date_of, given[name], name)
            for name in ("starts", "ends")
            if given[name]
        }
    made = Project(id, title, prefix=given["prefix"], **days)
    if replace:
        directory.replace(session, "project", id, lambda to: to.save_project(made))
    else:
        directory.save(
            session, "project", id, lambda to: to.project(id), lambda to: to.save_project(made)
        )


@project.command("list")
@pass_session
def list_projects(session: Session) -> None:
    """List the projects."""
    with directory.directory_of(session) as known:
        rows = [(one.id, one.title, one.prefix, one.starts, one.ends) for one in known.projects()]
    session.show(Table(("id", "title", "prefix", "starts", "ends"), rows))


@project.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a project."""
    with directory.directory_of(session) as known:
        ids = [one.id for one in known.projects()]
        session.show(directory.found(known.project(id), "project", id, ids))


@project.command("import")
@import_flags
@pass_session
def import_projects(session: Session, **given: Any) -> None:
    """Import projects from a CSV file."""
    import_csv(session, PROJECTS, **given)
