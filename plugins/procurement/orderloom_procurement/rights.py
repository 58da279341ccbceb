"""Rights asked at the doors of this module: lists are read from rows no command loads.

Needs and requests are each department's own, orders are not: they mix departments.

Source: BackOps, permissions (procurement, orders).
"""

from __future__ import annotations

import attrs

from orderloom import Forbidden, NotFound, Problem, Reader, Reading, nearest

READ_NEEDS = "procurement.need.read"
MANAGE_NEEDS = "procurement.need.manage"
READ_REQUESTS = "procurement.request.read"


@attrs.frozen
class Sight:
    """What somebody sees of the needs or requests of a project.

    Attributes:
        everything: of all departments.
        departments: by grants in departments.
    """

    everything: bool
    departments: frozenset[str]

    def sees(self, department: str) -> bool:
        """Whether those of a department are seen."""
        return self.everything or department in self.departments

    def narrowed(self, department: str = "") -> frozenset[str] | None:
        """The departments to list, those of one alone if it is named; None for all."""
        if department:
            return frozenset((department,) if self.sees(department) else ())
        return None if self.everything else self.departments


def sight(reading: Reading, permission: str, project: str) -> Sight:
    """What the actor sees of a project by a permission."""
    scopes = reading.scopes(permission)
    everything = any(
        scope.kind == "tenant" or (scope.kind, scope.id) == ("project", project) for scope in scopes
    )
    return Sight(everything, frozenset(one.id for one in scopes if one.kind == "department"))


def may_read(reader: Reader, project: str, permission: str = READ_NEEDS) -> Sight:
    """Go on only if the actor may see the needs (or requests) of a project, or of a department.

    Raises:
        NotFound: there is no such project.
        Forbidden: the right is missing there.
    """
    if reader.reading.project(project) is None:
        near = nearest(project, (one.id for one in reader.directory.projects()))
        hint = "To see what there is: orderloom project list"
        raise NotFound("project", project, f"Did you mean {near}? {hint}" if near else hint)
    seen = sight(reader.reading, permission, project)
    if seen.everything or seen.departments:
        return seen
    raise Forbidden([missing(permission, project)])


def missing(permission: str, where: str) -> Problem:
    """The problem of whoever may not see what a project or department needs or asks for."""
    text = "You may not see this in {where}. To see it, ask an admin for {permission}."
    params = {"where": where, "permission": permission}
    return Problem("right.missing", text, params=params, lifted_by="an admin", forbidden=True)
