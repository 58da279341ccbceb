"""`orderloom procurement coverage`, and what lists of needs have in common with it."""

from __future__ import annotations

import click

from orderloom import Reader
from orderloom.cli import Command, Session, Table, pass_session
from orderloom_procurement.cli.units import requested_shown, unit_shown
from orderloom_procurement.counters import rows_of_project
from orderloom_procurement.coverage import EXCESS, TITLES, CoveredNeed, coverage_table
from orderloom_procurement.lookup import check_department
from orderloom_procurement.requests.listing import linked
from orderloom_procurement.requests.rows import Requested, sums
from orderloom_procurement.rights import may_read


@click.command("coverage", cls=Command)
@click.argument("project")
@click.option("--department", default="")
@click.option("--state", type=click.Choice([*TITLES]), default=None)
@click.option("--open", "only_open", is_flag=True, help="Only what is still to be ordered.")
@pass_session
def coverage(
    session: Session, project: str, department: str, state: str | None, only_open: bool
) -> None:
    """Show how far the needs of a PROJECT are covered by its orders."""
    with session.reader() as reader:
        check_seen(reader, project, department)
        found = coverage_table(reader.reading, project, department=department, state=state or "")
    rows = [_row(session, one) for one in found if one.coverage.short or not only_open]
    session.show(Table(_HEADINGS, rows, spare=("area", "difference")))


def show_needs(session: Session, project: str, department: str) -> None:
    """Show the needs of a project with their ids, and what the requests linked to them ask for."""
    with session.reader() as reader:
        check_seen(reader, project, department)
        found = coverage_table(reader.reading, project, department=department)
        asked = sums(linked(reader.reading, [one.need.id for one in found]))
    rows = []
    for one in found:
        of_need = asked.get(one.need.id, Requested())
        text = requested_shown(session, of_need, one.need.unit)
        rows.append((*_row(session, one), text, one.need.id))
    spare = ("area", "difference", "state", "ordered", "department")
    session.show(Table((*_HEADINGS, "requested", "id"), rows, spare=spare))


def check_seen(reader: Reader, project: str, department: str) -> None:
    """Go on only if the actor may see needs of a project, and of the department if one is named.

    Raises:
        NotFound: there is no such project.
        Forbidden: the right is missing there.
        Refused: [procurement.department.unknown].
    """
    seen = may_read(reader, project).narrowed()
    known = dict.fromkeys(row.department for row in rows_of_project(reader.reading, project, seen))
    check_department(project, department, known)


_HEADINGS = ("department", "area", "need", "needed", "ordered", "unit", "state", "difference")


def _row(session: Session, one: CoveredNeed) -> tuple[object, ...]:
    need, cover = one.need, one.coverage
    difference = cover.excess if cover.state == EXCESS else -cover.short
    unit = unit_shown(session, need.unit)
    figures = (need.department, need.area, need.name, need.needed, need.ordered, unit)
    return (*figures, TITLES[cover.state], difference)
