"""Rights asked at the doors of this module: coverage is read from rows no command loads."""

from __future__ import annotations

from orderloom import Forbidden, NotFound, Problem, Query, Reader, nearest
from orderloom_procurement.counters import rows_of_project
from orderloom_procurement.records import NEED

READ_NEEDS = "procurement.need.read"


def may_read_needs(reader: Reader, project: str) -> None:
    """Go on only if the actor may see the needs of a project.

    Raises:
        NotFound: there is no such project.
        Forbidden: the right is missing there.
    """
    if reader.reading.project(project) is None:
        near = nearest(project, (one.id for one in reader.directory.projects()))
        hint = "To see what there is: orderloom project list"
        raise NotFound("project", project, f"Did you mean {near}? {hint}" if near else hint)
    visible = reader.count(Query(kind=NEED, project=project), bound=1).value
    if visible or not rows_of_project(reader.reading, project):
        return
    text = "You may not see the needs of {project}. To see them, ask an admin for {permission}."
    params = {"project": project, "permission": READ_NEEDS}
    raise Forbidden(
        [Problem("right.missing", text, params=params, lifted_by="an admin", forbidden=True)]
    )
