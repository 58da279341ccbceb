"""`orderloom procurement requests`: ask, decide, link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from orderloom import Desk, Query, Reader, Subject
from orderloom.cli import Session, Table, add_import, group, pass_session, show_history
from orderloom_procurement.cli.specs import SPEC, specs_given
from orderloom_procurement.cli.units import unit_shown
from orderloom_procurement.counters import rows_of_project
from orderloom_procurement.lookup import check_department, find_need, find_request
from orderloom_procurement.requests import deciding, linking
from orderloom_procurement.requests.importing import REQUESTS
from orderloom_procurement.requests.listing import GROUPS, request_counts, request_table
from orderloom_procurement.requests.records import (
    REQUEST,
    STATUSES,
    DenialData,
    RequestData,
    approval_of,
    approvals,
    denied_at,
    linked_to,
)
from orderloom_procurement.requests.stating import NewRequest, add_request, change_request
from orderloom_procurement.requests.triage import TRIAGE
from orderloom_procurement.rights import READ_NEEDS, READ_REQUESTS, may_read, sight

_STEP = click.option(
    "--step",
    type=click.Choice(["advance", "resource"]),
    default=None,
    help="Only if they wait at this one; else each at the step it waits at.",
)
_NAMED = click.argument("named", nargs=-1, required=True, metavar="REQUEST...")


@group("requests")
def requests() -> None:
    """What is asked for, and what is decided about it."""


add_import(requests, REQUESTS)


@requests.command()
@click.argument("project")
@click.argument("department")
@click.argument("name")
@click.argument("quantity")
@click.option("--provider", required=True, help="house, artist or not_applicable.")
@click.option("--payor", default="", help="The same; only for what the house provides.")
@click.option("--unit", default="", help="Code, symbol or name; piece if omitted.")
@click.option("--area", default="", help="The place in the project.")
@click.option("--needed-by", default="", metavar="YYYY-MM-DD", help="The first day.")
@click.option("--needed-until", default="", metavar="YYYY-MM-DD", help="The last day.")
@click.option("--requester", default="", metavar="PARTY", help="Who it is for.")
@click.option("--product", default="", metavar="ID")
@click.option("--notes", default="")
@SPEC
@pass_session
def add(session: Session, specs: tuple[str, ...], **given: str) -> None:
    """Submit a request."""
    new = NewRequest(specs=specs_given(specs), **given)
    _show_one(session, session.run(lambda desk: add_request(desk, new)))


@requests.command("set")
@click.argument("request")
@click.option("--quantity")
@click.option("--name")
@click.option("--provider")
@click.option("--payor")
@click.option("--department")
@click.option("--area")
@click.option("--unit")
@click.option("--needed-by", metavar="YYYY-MM-DD")
@click.option("--needed-until", metavar="YYYY-MM-DD")
@click.option("--requester", metavar="PARTY")
@click.option("--notes")
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def set_request(session: Session, request: str, reason: str, **given: str | None) -> None:
    """Change a REQUEST nothing was decided about; what is not named stays."""
    changes = {name: value for name, value in given.items() if value is not None}

    def work(desk: Desk) -> Subject:
        return change_request(desk, find_request(desk, request), reason=reason, **changes)

    _show_one(session, session.run(work))


@requests.command("list")
@click.argument("project")
@click.option("--department", default="")
@click.option("--status", type=click.Choice([*STATUSES]), default=None, help="All if omitted.")
@click.option("--pool", is_flag=True, help="Only approved ones that are to be put on needs.")
@pass_session
def list_requests(
    session: Session, project: str, department: str, status: str | None, pool: bool
) -> None:
    """List the requests of a PROJECT with both approvals."""
    with session.reader() as reader:
        _check_seen(reader, project, department)
        found = request_table(reader.reading, project, department=department, status=status or "")
        names = {} if session.json else _need_names(reader, project)
        specs = _specs(reader, project) if session.json else {}
    listed = [row for row in found if row.pooled or not pool]
    rows: list[tuple[object, ...]] = [
        (row.department, row.area, row.name, row.quantity, unit_shown(session, row.unit),
         row.requester, row.approvals.advance, row.approvals.resource, STATUSES[row.status],
         row.need and names.get(row.need, row.need), row.id)
        for row in listed
    ]  # fmt: skip
    headings: tuple[str, ...] = (
        "department", "area", "request", "quantity", "unit", "requester", "advance", "resource",
        "status", "need", "id",
    )  # fmt: skip
    if session.json:  # people see them with one request: no column has the room
        headings = (*headings, "specs")
        rows = [(*row, specs.get(one.id, {})) for row, one in zip(rows, listed, strict=True)]
    spare = ("status", "need", "area", "requester", "unit", "department")
    session.show(Table(headings, rows, spare=spare))


def _specs(reader: Reader, project: str) -> dict[UUID, dict[str, str]]:
    """The specifications of the requests the actor may see; their rows have none."""
    found: dict[UUID, dict[str, str]] = {}
    after: str | None = None
    while True:
        page = reader.find(Query(kind=REQUEST, project=project), after=after, limit=1000)
        found |= {one.id: dict(one.data[RequestData].specs) for one in page.items}
        after = page.next
        if after is None:
            return found


def _need_names(reader: Reader, project: str) -> dict[UUID, str]:
    """The names of the needs the actor may see."""
    seen = sight(reader.reading, READ_NEEDS, project).narrowed()
    return {row.id: row.name for row in rows_of_project(reader.reading, project, seen)}


def _check_seen(reader: Reader, project: str, department: str) -> None:
    may_read(reader, project, READ_REQUESTS)
    known = request_counts(reader.reading, project)
    check_department(project, department, known, of="request")


@requests.command()
@click.argument("project")
@click.option("--by", type=click.Choice(GROUPS), default=GROUPS[0])
@pass_session
def counts(session: Session, project: str, by: str) -> None:
    """Count the requests of a PROJECT by status, for each department or requester.

    The pool are those that are approved, to be sourced, and on no need yet.
    """
    with session.reader() as reader:
        may_read(reader, project, READ_REQUESTS)
        found = request_counts(reader.reading, project, by=by)
    columns = (*STATUSES, "pool")
    rows = [(name, *(counted[one] for one in columns)) for name, counted in found.items()]
    headings = ("needs advance", "needs resource", "approved", "denied", "no approval", "pool")
    session.show(Table((by, *headings), rows))


@requests.command()
@click.argument("request")
@pass_session
def show(session: Session, request: str) -> None:
    """Show a REQUEST (its id, or how it begins), and what may be done about it by whom."""
    with session.reader() as reader:
        found: Subject = reader.get(find_request(reader, request), kind=REQUEST)
        views = [one for one in reader.explain(found) if one.action.name != TRIAGE]
    actions = [
        {"action": one.action.name, "open": one.allowed,
         "problems": [problem.message for problem in one.problems], "lifted_by": one.lifted_by}
        for one in views
    ]  # fmt: skip
    session.show(_facts(session, found) | ({"actions": actions} if session.json else {}))
    for one in views:
        session.say(f"{one.action.name}  {'open' if one.allowed else 'not open'}")
        for problem in one.problems:
            session.say(f"  - {problem}")


@requests.command()
@click.argument("request")
@pass_session
def history(session: Session, request: str) -> None:
    """Show who did what about a REQUEST (its id, or how it begins) when, and why."""
    with session.reader() as reader:
        found: Subject = reader.get(find_request(reader, request), kind=REQUEST)
        show_history(session, reader, found)


@requests.command()
@_NAMED
@_STEP
@pass_session
def approve(session: Session, named: tuple[str, ...], step: str | None) -> None:
    """Approve each REQUEST (its id, or how it begins): all or none."""
    _several(session, named, lambda desk, ids: deciding.approve(desk, ids, step=step or ""))


@requests.command()
@_NAMED
@click.option("--reason", required=True, help="Why; shown with the request.")
@_STEP
@pass_session
def deny(session: Session, named: tuple[str, ...], reason: str, step: str | None) -> None:
    """Deny each REQUEST (its id, or how it begins): all or none."""
    _several(session, named, lambda desk, ids: deciding.deny(desk, ids, reason, step=step or ""))


@requests.command()
@_NAMED
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def reopen(session: Session, named: tuple[str, ...], reason: str) -> None:
    """Take each decided REQUEST back to the first step, off its need: all or none."""
    _several(session, named, lambda desk, ids: deciding.reopen(desk, ids, reason=reason))


@requests.command()
@click.argument("need")
@_NAMED
@pass_session
def link(session: Session, need: str, named: tuple[str, ...]) -> None:
    """Say that a NEED will fulfil each REQUEST: all or none."""
    _several(session, named, lambda desk, ids: linking.link(desk, find_need(desk, need), ids))


@requests.command()
@_NAMED
@pass_session
def unlink(session: Session, named: tuple[str, ...]) -> None:
    """Take each REQUEST off its need: all or none."""
    _several(session, named, linking.unlink)


@requests.command()
@_NAMED
@click.option("--reason", default="", help="Kept in the history.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, named: tuple[str, ...], reason: str, yes: bool) -> None:
    """Delete each REQUEST that is neither denied nor linked: all or none."""
    session.confirm(f"Delete {', '.join(named)}?", yes=yes)

    def work(desk: Desk) -> list[Subject]:
        ids = dict.fromkeys(find_request(desk, name) for name in named)
        return deciding.each(desk, ids, lambda one, _: desk.delete(one, reason=reason))

    rows = [(request.id, request.title) for request in session.run(work)]
    session.show(Table(("id", "deleted"), rows))


def _several(session: Session, named: tuple[str, ...], act: Any) -> None:
    """Act on the named requests and show how they stand now."""
    done: list[Subject] = session.run(
        lambda desk: act(desk, [find_request(desk, name) for name in named])
    )
    rows = []
    for request in done:
        both = approvals(approval_of(request.data[RequestData]), request.status, denied_at(request))
        rows.append(
            (request.title, both.advance, both.resource, STATUSES[request.status],
             linked_to(request), request.id)
        )  # fmt: skip
    headings = ("request", "advance", "resource", "status", "need", "id")
    session.show(Table(headings, rows, spare=("need",)))


def _show_one(session: Session, request: Subject) -> None:
    session.show(
        {"id": request.id, "name": request.title, "status": STATUSES[request.status],
         "version": request.version}
    )  # fmt: skip


def _facts(session: Session, request: Subject) -> dict[str, Any]:
    data = request.data[RequestData]
    both = approvals(approval_of(data), request.status, denied_at(request))
    denial = request.data.get(DenialData)
    return {
        "id": request.id,
        "name": request.title,
        "project": request.project,
        "department": data.department,
        "area": data.area,
        "quantity": data.quantity,
        "unit": unit_shown(session, data.unit),
        "needed_by": data.needed_by,
        "needed_until": data.needed_until,
        "requester": data.requester,
        "product": data.product,
        "provider": data.provider,
        "payor": data.payor,
        "notes": data.notes,
        "specs": dict(data.specs),
        "status": STATUSES[request.status],
        "advance": both.advance,
        "resource": both.resource,
        "denied_because": denial.reason if denial and denied_at(request) else "",
        "need": linked_to(request),
    }
