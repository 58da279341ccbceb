"""Which need or department a person at the command line means."""

from __future__ import annotations

import re
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import NotFound, Problem, Reader, Refused, nearest
from orderloom_procurement.counters import rows_of_project
from orderloom_procurement.tables import needs

_HEX = re.compile(r"[0-9a-f]{8,32}")
_BETWEEN = (
    sa.select(needs.c.id)
    .where(
        needs.c.id >= bindparam("first", type_=needs.c.id.type),
        needs.c.id <= bindparam("last", type_=needs.c.id.type),
    )
    .limit(2)
)


def find_need(reader: Reader, name: str) -> UUID:
    """The id of the need with this id, or this unique beginning of an id (8 digits or more).

    Whether the actor may see or change it is asked where it is used.

    Raises:
        NotFound: there is none.
        Refused: [procurement.need.ambiguous] several ids begin like that.
    """
    digits = name.strip().lower().replace("-", "")
    found = []
    if _HEX.fullmatch(digits):
        span = {"first": UUID(digits.ljust(32, "0")), "last": UUID(digits.ljust(32, "f"))}
        found = [row.id for row in reader.reading.rows(_BETWEEN, span)]
    if not found:
        hint = "To see what there is, list them: orderloom procurement needs list PROJECT"
        raise NotFound("need", name, hint)
    if len(found) > 1:
        text = "“{name}” fits several needs. To name one, give more of its id."
        raise Refused([Problem("procurement.need.ambiguous", text, "need", params={"name": name})])
    id: UUID = found[0]
    return id


def check_department(reader: Reader, project: str, department: str) -> None:
    """Go on only if a need of the project is in this department, or none is named.

    Raises:
        Refused: [procurement.department.unknown].
    """
    if not department:
        return
    known = dict.fromkeys(row.department for row in rows_of_project(reader.reading, project))
    if department in known:
        return
    text = "No need of {project} is in department {given}. To narrow by one, name: {known}."
    close = nearest(department, known, otherwise=", ".join(known) or "none, it has no needs")
    params = {"project": project, "given": department, "known": close}
    raise Refused([Problem("procurement.department.unknown", text, "department", params=params)])
