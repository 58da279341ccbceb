"""`orderloom procurement plan`."""

from __future__ import annotations

from typing import Any

import click

from orderloom import Delivery, Desk, Order, address_of
from orderloom.cli import Command, Session, Table, pass_session
from orderloom_procurement.cli.coverage import check_seen
from orderloom_procurement.cli.units import unit_shown
from orderloom_procurement.planner import SPLITS, Plan, Rules
from orderloom_procurement.planning import Terms, place_plan, plan
from orderloom_procurement.sending import SendOptions
from orderloom_procurement.shares import shares_of


@click.command("plan", cls=Command)
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
        check_seen(reader, project, given["department"])
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


def _delivery(text: str | None) -> Delivery | None:
    address = _address(text, "deliver_to")
    return None if address is None else Delivery(address=address)


def _address(text: str | None, field: str) -> Any:
    return None if not text else address_of(text.replace("|", "\n"), field)


def _show_plan(session: Session, proposal: Plan) -> None:
    rows = [
        (order.vendor.name, order.purpose, line.need.department, line.need.name, line.quantity,
         unit_shown(session, line.need.unit))
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
