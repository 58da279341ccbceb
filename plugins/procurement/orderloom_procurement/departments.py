"""Which departments there are: those an admin lists, or whatever needs and requests name."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom import Problem, Reading, Refused, nearest
from orderloom_procurement.records import department_of
from orderloom_procurement.settings import ProcurementSettings


def listed_departments(reading: Reading) -> tuple[str, ...]:
    """The departments there are, as an admin lists them; empty if there may be any."""
    listed: tuple[str, ...] = reading.settings(ProcurementSettings).departments
    return listed


def listed_department(raw: object, reading: Reading, before: str = "") -> str:
    """A department as somebody states it, through its gate and the admin's list.

    Args:
        raw: input.
        reading: knows the settings.
        before: as it is, "" for something new.

    Raises:
        Refused: [text.*], [procurement.department.unlisted].
    """
    department = department_of(raw)
    if problems := tuple(department_problems(department, before, reading)):
        raise Refused(problems)
    return department


def department_problems(department: str, before: str, reading: Reading) -> Iterator[Problem]:
    """A problem if a need or request comes into a department that is not on the admin's list.

    Args:
        department: as it would be.
        before: as it is, "" for something new; what is there already may stay.
        reading: knows the settings.
    """
    known = listed_departments(reading)
    if not known or department in known or department == before:
        return
    text = "There is no department {given}. To go on, name one of: {known}."
    close = nearest(department, known, otherwise=", ".join(known))
    params = {"given": department, "known": close}
    yield Problem("procurement.department.unlisted", text, "department", params=params)
