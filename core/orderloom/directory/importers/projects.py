"""Projects from CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.directory import gates
from orderloom.directory.importers.rows import counted, given_in, whole
from orderloom.directory.imports import KeyColumn
from orderloom.modules.contributions import Column, Importer, Stored
from orderloom.values import Gather, Project, date_of


def _project(cells: Mapping[str, str], desk: Any) -> Project:
    id = cells["id"]
    before = desk.directory.project(id) or Project(id, "")
    with Gather() as gather:
        given = given_in(
            cells,
            title=str,
            prefix=str,
            starts=lambda cell: gather.take(date_of, cell, "starts") if cell else None,
            ends=lambda cell: gather.take(date_of, cell, "ends") if cell else None,
        )
        made = gather.take(_gated_project, before, given)
    return whole(made)


def _gated_project(before: Project, given: Mapping[str, Any]) -> Project:
    return gates.project_of(attrs.evolve(before, **given))


def _save_projects(records: Sequence[Project], desk: Any) -> Stored:
    return counted(desk.directory.save_project(project) for project in records)


PROJECTS: Final = Importer(
    key="projects",
    title="Projects",
    columns=(
        KeyColumn(name="id", required=True, aliases=("key",), help="such as summer-2027"),
        Column(name="title", required=True, aliases=("name",)),
        Column(name="prefix", help="put before order numbers"),
        Column(name="starts", aliases=("start", "from"), help="such as 2027-07-01"),
        Column(name="ends", aliases=("end", "to"), help="such as 2027-07-04"),
    ),
    read=_project,
    store=_save_projects,
)
