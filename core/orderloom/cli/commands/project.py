"""`orderloom project`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.directory import Kind, directory_of
from orderloom.cli.groups import group
from orderloom.cli.importing import add_import
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory.importers import PROJECTS
from orderloom.values import Gather, Project, date_of

_KIND = Kind(
    name="project",
    find=lambda directory, id: directory.project(id),
    ids=lambda directory: [one.id for one in directory.projects()],
    save=lambda directory, made: directory.save_project(made),
)


@group()
def project() -> None:
    """Projects: what needs and orders may belong to."""


add_import(project, PROJECTS)


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
    _KIND.add(session, id, made, replace=replace)


@project.command("list")
@pass_session
def list_projects(session: Session) -> None:
    """List the projects."""
    with directory_of(session) as known:
        rows = [(one.id, one.title, one.prefix, one.starts, one.ends) for one in known.projects()]
    session.show(Table(("id", "title", "prefix", "starts", "ends"), rows))


@project.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a project."""
    _KIND.show(session, id)
