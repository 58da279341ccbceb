"""`orderloom procurement needs`."""

from __future__ import annotations

from typing import Any

import click

from orderloom import Desk, Subject, SubjectRef, plain
from orderloom.cli import Session, Table, add_import, group, pass_session, show_history
from orderloom_procurement.cli.coverage import show_needs
from orderloom_procurement.cli.specs import SPEC, specs_given
from orderloom_procurement.cli.units import requested_shown, unit_shown
from orderloom_procurement.coverage import coverage_of
from orderloom_procurement.importing import NEEDS
from orderloom_procurement.lookup import find_need, find_request
from orderloom_procurement.needs import NewNeed, add_need, change_need
from orderloom_procurement.records import NEED, NeedData
from orderloom_procurement.requests.linking import need_from
from orderloom_procurement.requests.listing import linked, requested
from orderloom_procurement.requests.rows import Requested, RequestRow, sums


@group("needs")
def needs() -> None:
    """What projects need."""


add_import(needs, NEEDS)


@needs.command()
@click.argument("project")
@click.argument("department")
@click.argument("name")
@click.argument("quantity")
@click.option("--unit", default="", help="Code, symbol or name; piece if omitted.")
@click.option("--area", default="", help="The place in the project.")
@click.option("--needed-by", default="", metavar="YYYY-MM-DD")
@click.option("--source", default="", help="Where the need comes from.")
@click.option("--product", default="", metavar="ID")
@SPEC
@pass_session
def add(session: Session, specs: tuple[str, ...], **given: str) -> None:
    """Add a need."""
    new = NewNeed(specs=specs_given(specs), **given)
    need = session.run(lambda desk: add_need(desk, new))
    session.show({"id": need.id, "name": need.title, "project": need.project})


@needs.command("set")
@click.argument("need")
@click.option("--quantity")
@click.option("--name")
@click.option("--department")
@click.option("--area")
@click.option("--unit")
@click.option("--needed-by", metavar="YYYY-MM-DD")
@click.option("--source")
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def set_need(session: Session, need: str, reason: str, **given: str | None) -> None:
    """Change a NEED (its id, or how it begins); what is not named stays."""
    changes = {name: value for name, value in given.items() if value is not None}
    after = session.run(
        lambda desk: change_need(desk, find_need(desk, need), reason=reason, **changes)
    )
    with session.reader() as reader:
        asked = requested(reader.reading, after.id)
    data = after.data[NeedData]
    facts = {
        "id": after.id,
        "name": after.title,
        "version": after.version,
        "quantity": data.quantity,
        "unit": unit_shown(session, data.unit),
        "requested": requested_shown(session, asked, data.unit),
    }
    session.show(facts)


@needs.command("delete")
@click.argument("named", nargs=-1, required=True, metavar="NEED...")
@click.option("--reason", default="", help="Kept in the history.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete_needs(session: Session, named: tuple[str, ...], reason: str, yes: bool) -> None:
    """Delete each NEED (its id, or how it begins) that is on no order: all or none.

    Requests linked to it wait to be linked again.
    """
    session.confirm(f"Delete {', '.join(named)}?", yes=yes)

    def work(desk: Desk) -> list[Any]:
        ids = dict.fromkeys(find_need(desk, name) for name in named)
        return [desk.delete(SubjectRef(NEED, id), reason=reason) for id in ids]

    rows = [(need.id, need.title) for need in session.run(work)]
    session.show(Table(("id", "deleted"), rows))


@needs.command("list")
@click.argument("project")
@click.option("--department", default="")
@pass_session
def list_needs(session: Session, project: str, department: str) -> None:
    """List the needs of a PROJECT with their ids and what linked requests ask for."""
    show_needs(session, project, department)


@needs.command("show")
@click.argument("need")
@pass_session
def show_need(session: Session, need: str) -> None:
    """Show a NEED (its id, or how it begins), its coverage and the requests linked to it."""
    with session.reader() as reader:
        found: Subject = reader.get(find_need(reader, need), kind=NEED)
        cover = str(coverage_of(reader.reading, found.id)) if found.deleted_at is None else ""
        on_it = linked(reader.reading, [found.id])
    data = found.data[NeedData]
    asked = sums(on_it).get(found.id, Requested())
    session.show(
        {
            "id": found.id,
            "name": found.title,
            "project": found.project,
            "department": data.department,
            "area": data.area,
            "quantity": data.quantity,
            "unit": unit_shown(session, data.unit),
            "requested": requested_shown(session, asked, data.unit),
            "coverage": cover,
            "needed_by": data.needed_by,
            "source": data.source,
            "specs": dict(data.specs),
            "requests": [_brief(session, row) for row in on_it],
        }
    )


@needs.command()
@click.argument("need")
@pass_session
def history(session: Session, need: str) -> None:
    """Show who did what about a NEED (its id, or how it begins) when, and why."""
    with session.reader() as reader:
        found: Subject = reader.get(find_need(reader, need), kind=NEED)
        show_history(session, reader, found)


def _brief(session: Session, row: RequestRow) -> dict[str, object] | str:
    if session.json:
        return {"id": row.id, "name": row.name, "quantity": row.quantity, "unit": row.unit,
                "requester": row.requester}  # fmt: skip
    who = f" for {row.requester}" if row.requester else ""
    return f"{row.name}{who} ({plain(row.quantity)} {unit_shown(session, row.unit)})"


@needs.command("from-requests")
@click.argument("named", nargs=-1, required=True, metavar="REQUEST...")
@click.option("--name", help="What they have in common if omitted.")
@click.option("--quantity", help="The sum of what they ask for if omitted.")
@click.option("--unit")
@click.option("--area")
@click.option("--needed-by", metavar="YYYY-MM-DD", help="The first of their days if omitted.")
@click.option("--source", help="Where the need comes from.")
@pass_session
def from_requests(session: Session, named: tuple[str, ...], **given: str | None) -> None:
    """Add a need that fulfils each REQUEST (its id, or how it begins), and link them to it."""

    def work(desk: Desk) -> Subject:
        return need_from(desk, [find_request(desk, name) for name in named], **given)

    need = session.run(work)
    data = need.data[NeedData]
    session.show(
        {
            "id": need.id,
            "name": need.title,
            "project": need.project,
            "quantity": data.quantity,
            "unit": unit_shown(session, data.unit),
            "requests": len(set(named)),
        }
    )
