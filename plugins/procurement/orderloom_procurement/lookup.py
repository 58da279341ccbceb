"""Which need, request or department a person at the command line means."""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import NotFound, Problem, Reader, Refused, SubjectRef, nearest
from orderloom_procurement.records import NEED
from orderloom_procurement.requests.records import REQUEST
from orderloom_procurement.tables import needs, requests

_HEX = re.compile(r"[0-9a-f]{8,32}")


def _between(table: sa.Table) -> sa.Select[tuple[UUID]]:
    return (
        sa.select(table.c.id)
        .where(
            table.c.id >= bindparam("first", type_=table.c.id.type),
            table.c.id <= bindparam("last", type_=table.c.id.type),
        )
        .limit(2)
    )


_NEEDS, _REQUESTS = _between(needs), _between(requests)


def find_need(reader: Reader, name: str) -> UUID:
    """The id of the need with this id, or this unique beginning of an id (8 digits or more).

    Whether the actor may change it is asked where it is used.

    Raises:
        NotFound: there is none the actor may see.
        Refused: [procurement.need.ambiguous] several ids begin like that.
    """
    return _found(reader, _NEEDS, NEED, name)


def find_request(reader: Reader, name: str) -> UUID:
    """The id of a request; arguments and errors as `find_need`.

    Raises:
        NotFound: there is none.
        Refused: [procurement.request.ambiguous] several ids begin like that.
    """
    return _found(reader, _REQUESTS, REQUEST, name)


def _seen(reader: Reader, ref: SubjectRef) -> bool:
    try:
        reader.get(ref)
    except NotFound:
        return False
    return True


def _found(reader: Reader, select: sa.Select[tuple[UUID]], type: str, name: str) -> UUID:
    kind = type.rpartition(".")[2]
    digits = name.strip().lower().replace("-", "")
    found = []
    if _HEX.fullmatch(digits):
        span = {"first": UUID(digits.ljust(32, "0")), "last": UUID(digits.ljust(32, "f"))}
        found = [row.id for row in reader.reading.rows(select, span)]
    if len(found) > 1:
        text = "“{name}” fits several {kind}s. To name one, give more of its id."
        params = {"name": name, "kind": kind}
        raise Refused([Problem(f"procurement.{kind}.ambiguous", text, kind, params=params)])
    if not found or not _seen(reader, SubjectRef(type, found[0])):
        hint = f"To see what there is, list them: orderloom procurement {kind}s list PROJECT"
        raise NotFound(kind, name, hint)
    id: UUID = found[0]
    return id


def check_department(
    project: str, department: str, known: Collection[str], *, of: str = "need"
) -> None:
    """Go on only if a department is among those somebody sees something of, or none is named.

    Args:
        project: key of the project.
        department: as it was named.
        known: those with a need (or request) the actor sees.
        of: what they were looked for in.

    Raises:
        Refused: [procurement.department.unknown].
    """
    if not department or department in known:
        return
    text = "No {of} of {project} is in department {given}. To narrow by one, name: {known}."
    close = nearest(department, known, otherwise=", ".join(known) or f"none, it has no {of}s")
    params = {"of": of, "project": project, "given": department, "known": close}
    raise Refused([Problem("procurement.department.unknown", text, "department", params=params)])
