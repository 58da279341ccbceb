"""`orderloom procurement`: needs, coverage, the line item editor and the planner."""

from __future__ import annotations

from typing import Any

import click

from orderloom import REC20, Delivery, Desk, Gather, Order, SubjectRef, address_of, pair_of
from orderloom.cli import Session, Table, add_import, find_order, group, pass_session
from orderloom_procurement import editor
from orderloom_procurement.coverage import EXCESS, TITLES, CoveredNeed, coverage_table
from orderloom_procurement.editor import Pick
from orderloom_procurement.importing import NEEDS
from orderloom_procurement.lookup import check_department, find_need
from orderloom_procurement.needs import NewNeed, add_need, change_need
from orderloom_procurement.planner import SPLITS, Plan, Rules
from orderloom_procurement.planning import Terms, place_plan, plan
from orderloom_procurement.records import NEED
from orderloom_procurement.rights import may_read_needs
from orderloom_procurement.sending import SendOptions
from orderloom_procurement.shares import shares_of


@group(help="Needs, coverage, and orders planned from them.")
def procurement() -> None:
    """Needs, coverage, and orders planned from them."""


# ── needs ──────────────────────────────────────────────────────────────────────────────────


@procurement.group()
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
@click.option("--spec", "specs", multiple=True, metavar="LABEL:TEXT", help="Repeat for more.")
@pass_session
def add(session: Session, specs: tuple[str, ...], **given: str) -> None:
    """Add a need."""
    with Gather() as gather:
        pairs = [
            gather.take(pair_of, text, "spec", example="LABEL:TEXT", sign=":") for text in specs
        ]
    new = NewNeed(specs=[*filter(None, pairs)], **given)
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
    session.show({"id": after.id, "name": after.title, "version": after.version})


@needs.command("delete")
@click.argument("named", nargs=-1, required=True, metavar="NEED...")
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def delete_needs(session: Session, named: tuple[str, ...], reason: str) -> None:
    """Delete each NEED (its id, or how it begins) that is on no order: all or none."""

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
    """List the needs of a PROJECT with their ids."""
    _show_coverage(session, _covered(session, project, department), with_id=True)


@procurement.command()
@click.argument("project")
@click.option("--department", default="")
@click.option("--state", type=click.Choice([*TITLES]), default=None)
@click.option("--open", "only_open", is_flag=True, help="Only what is still to be ordered.")
@pass_session
def coverage(
    session: Session, project: str, department: str, state: str | None, only_open: bool
) -> None:
    """Show how far the needs of a PROJECT are covered by its orders."""
    found = _covered(session, project, department, state or "")
    _show_coverage(session, [one for one in found if one.coverage.short or not only_open])


def _covered(
    session: Session, project: str, department: str, state: str = ""
) -> tuple[CoveredNeed, ...]:
    with session.reader() as reader:
        may_read_needs(reader, project)
        check_department(reader, project, department)
        return coverage_table(reader.reading, project, department=department, state=state)


def _show_coverage(session: Session, found: Any, *, with_id: bool = False) -> None:
    headings = ("department", "area", "need", "needed", "ordered", "unit", "state", "difference")
    rows = []
    for one in found:
        need, cover = one.need, one.coverage
        difference = cover.excess if cover.state == EXCESS else -cover.short
        row = (
            need.department,
            need.area,
            need.name,
            need.needed,
            need.ordered,
            _unit(session, need.unit),
        )
        rows.append((*row, TITLES[cover.state], difference, *((need.id,) if with_id else ())))
    if with_id:
        spare = ("area", "difference", "state", "ordered", "department")
        session.show(Table((*headings, "id"), rows, spare=spare))
    else:
        session.show(Table(headings, rows, spare=("area", "difference")))


# ── the planner ────────────────────────────────────────────────────────────────────────────


@procurement.command("plan")
@click.argument("project")
@click.option("--department", default="", help="Only its needs.")
@click.option("--split-by", type=click.Choice([one for one in SPLITS if one]), default=None)
@click.option("--prefer", multiple=True, metavar="VENDOR", help="Repeat; the first goes first.")
@click.option(
    "--share", "shares", multiple=True, metavar='"NAME: VENDOR=60%, …"',
    help="A need or department several vendors share; percentages or quantities.",
)  # fmt: skip
@click.option("--deliver-to", metavar="ADDRESS", help="Lines separated by |.")
@click.option("--bill-to", metavar="ADDRESS", help="Lines separated by |.")
@click.option("--notes", default="", help="Printed on every request.")
@click.option("--place", is_flag=True, help="Place the orders without being asked.")
@click.option("--send", is_flag=True, help="Send them too: numbers, requests and mails.")
@click.option("--no-mail", is_flag=True, help="With --send: hand over the requests yourself.")
@click.option("--preview", is_flag=True, help="Only show the proposal.")
@pass_session
def plan_orders(session: Session, project: str, **given: Any) -> None:
    """Propose orders for what a PROJECT still needs, and place them if you agree.

    They are placed as drafts, unless --send sends them in the same breath: all or none.
    """
    rules = Rules(
        split_by=given["split_by"] or "",
        prefer=given["prefer"],
        shares=[shares_of(text) for text in given["shares"]],
    )
    terms = Terms(
        delivery=_delivery(given["deliver_to"]),
        bill_to=_address(given["bill_to"], "bill_to"),
        remarks=given["notes"],
    )
    with session.reader() as reader:
        may_read_needs(reader, project)
        check_department(reader, project, given["department"])
        proposal = plan(reader.reading, project, rules, department=given["department"])
    _show_plan(session, proposal)
    if given["preview"] or not proposal.orders or (session.json and not given["place"]):
        return
    verb = "Place and send" if given["send"] else "Place"
    session.confirm(f"{verb} these {len(proposal.orders)} orders?", yes=given["place"])

    sending = SendOptions(mail=not given["no_mail"])

    def work(desk: Desk) -> list[Order]:
        placed = place_plan(desk, project, proposal, terms)
        if not given["send"]:
            return placed
        return [desk.perform(order, "send", sending) for order in placed]

    _show_orders(session, session.run(work))


def _unit(session: Session, code: str) -> str:
    """The symbol for people, the code for programs; a unit of the tenant's own by its code."""
    unit = None if session.json else REC20.get(code)
    return unit.symbol if unit else code


def _delivery(text: str | None) -> Delivery | None:
    address = _address(text, "deliver_to")
    return None if address is None else Delivery(address=address)


def _address(text: str | None, field: str) -> Any:
    return None if not text else address_of(text.replace("|", "\n"), field)


def _show_plan(session: Session, proposal: Plan) -> None:
    rows = [
        (order.vendor.name, order.purpose, line.need.department, line.need.name, line.quantity,
         _unit(session, line.need.unit))
        for order in proposal.orders
        for line in order.lines
    ]  # fmt: skip
    headings = ("vendor", "purpose", "department", "need", "quantity", "unit")
    session.show(Table(headings, rows, spare=("department",)))
    for left in proposal.left:
        session.say(f"Left: {left.need.name} ({left.quantity} {left.need.unit}). {left.reason}")
    if not rows:
        session.say("Nothing is to be ordered.")


def _show_orders(session: Session, orders: list[Order]) -> None:
    rows = [
        (
            order.number or order.id,
            order.seller.name if order.seller else "",
            order.title,
            len(order.lines),
        )
        for order in orders
    ]
    session.show(Table(("order", "vendor", "purpose", "lines"), rows))


# ── the line item editor ───────────────────────────────────────────────────────────────────


@procurement.group()
def lines() -> None:
    """The lines of orders: from needs, between orders, off again."""


@lines.command("show")
@click.argument("order")
@pass_session
def show_lines(session: Session, order: str) -> None:
    """Show all needs of an ORDER's project with their coverage and what this order has of them."""
    with session.reader() as reader:
        found = find_order(reader, order)
        may_read_needs(reader, found.project)
        groups = editor.sheet(reader.reading, found)
    rows = [
        (department, row.covered.need.name, str(row.covered.coverage),
         ", ".join(f"{line.position}: {line.quantity} {line.unit}" for line in row.here),
         row.covered.need.id)
        for department, group in groups
        for row in group
    ]  # fmt: skip
    headings = ("department", "need", "coverage", "on this order", "id")
    session.show(Table(headings, rows, spare=("department",)))


@lines.command("add")
@click.argument("order")
@click.argument("need")
@click.argument("quantity", required=False)
@click.option("--excess", is_flag=True, help="Order it even beyond what is still needed.")
@pass_session
def add_line(session: Session, order: str, need: str, quantity: str | None, excess: bool) -> None:
    """Put a NEED (its id, or how it begins) on an ORDER: what is still needed, or a QUANTITY."""

    def work(desk: Desk) -> list[Order]:
        pick = Pick(find_need(desk, need), quantity, excess=excess)
        return [editor.add_needs(desk, find_order(desk, order), [pick])]

    _told(session, work)


@lines.command("set")
@click.argument("order")
@click.argument("line", type=int)
@click.argument("quantity")
@click.option("--excess", is_flag=True, help="Order it even beyond what is still needed.")
@pass_session
def set_line(session: Session, order: str, line: int, quantity: str, excess: bool) -> None:
    """Set the QUANTITY of a LINE (its position) of an ORDER."""
    _told(
        session,
        lambda desk: [
            editor.set_quantity(
                desk, find_order(desk, order), line, quantity, excess=excess or None
            )
        ],
    )


@lines.command("remove")
@click.argument("order")
@click.argument("line", type=int)
@pass_session
def remove_line(session: Session, order: str, line: int) -> None:
    """Take a LINE (its position) off an ORDER."""
    _told(session, lambda desk: [editor.remove(desk, find_order(desk, order), line)])


@lines.command("move")
@click.argument("source")
@click.argument("line", type=int)
@click.argument("target")
@click.argument("quantity", required=False)
@pass_session
def move(session: Session, source: str, line: int, target: str, quantity: str | None) -> None:
    """Move a LINE of order SOURCE, or a QUANTITY of it, to order TARGET."""

    def work(desk: Desk) -> list[Order]:
        orders = find_order(desk, source), find_order(desk, target)
        return [*editor.move_line(desk, orders[0], line, orders[1], quantity)]

    _told(session, work)


@lines.command("split")
@click.argument("need")
@click.argument("parts", nargs=-1, required=True, metavar="ORDER=QUANTITY...")
@pass_session
def split_need(session: Session, need: str, parts: tuple[str, ...]) -> None:
    """Split a NEED (its id, or how it begins) over several orders."""
    with Gather() as gather:
        pairs = [gather.take(pair_of, part, "parts", example="ORDER=QUANTITY") for part in parts]

    def work(desk: Desk) -> list[Order]:
        shares = [(find_order(desk, name), quantity) for name, quantity in filter(None, pairs)]
        return [*editor.split(desk, find_need(desk, need), shares)]

    _told(session, work)


def _told(session: Session, work: Any) -> None:
    """Run an edit of orders and show the lines they have now."""
    orders: list[Order] = session.run(work)
    rows = [
        (_name(order), line.position, line.name, line.quantity, line.unit)
        for order in orders
        for line in order.lines
    ]
    session.show(Table(("order", "line", "name", "quantity", "unit"), rows))


def _name(order: Order) -> str:
    return order.number or str(order.id)
