"""`orderloom order place`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orderloom.cli.commands.order.fields import fields_given, order_fields
from orderloom.cli.commands.order.showing import told
from orderloom.cli.groups import Command
from orderloom.cli.lines import line_of, orders_in, read_order
from orderloom.cli.session import Session, pass_session
from orderloom.cli.waiting import request_of, waiting_lines
from orderloom.desk import Desk
from orderloom.errors import Problem, Refused
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.commands import NewOrder
from orderloom.orders.order import Order
from orderloom.orders.subject import ORDER
from orderloom.values import Gather


@click.command(cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--type", metavar="TYPE", help="Such as procurement.order; the only one if omitted.")
@click.option("--project", metavar="ID")
@click.option("--currency", metavar="CODE", help="The tenant's if omitted.")
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="LINE",
    help='Such as "Folding chair=200 C62@12.50" or "product:CHAIR=200"; repeat for more.',
)
@order_fields
@click.option("--action", default="place", show_default=True, help="The creating action.")
@click.option("--key", help="Idempotency key: the same key places the same order only once.")
@pass_session
def place(
    session: Session,
    file: Path | None,
    lines: tuple[str, ...],
    action: str,
    key: str | None,
    **given: Any,
) -> None:
    """Place an order from flags, or all orders of a JSON or TOML FILE (all or none).

    A file holds one object, or a list of them, with: type, project, buyer, seller, currency,
    title, remarks, bill_to, delivery (method, address, contact, instructions, on) and lines
    (name, quantity, unit, product, price, group, specs, needed_by, note). Flags fill in what it
    leaves out.
    """

    def work(desk: Desk) -> list[tuple[Order, ApprovalRequest | None]]:
        news = _news(desk, file, lines, given)
        if len(news) == 1:
            placed = [desk.place(news[0], action=action, key=key)]
        else:
            placed = desk.place_many(news, action=action, key=key)
        return [(order, request_of(desk, order)) for order in placed]

    for order, request in session.run(work):
        told(session, order, "was placed" if request is None else "waits")
        for line in waiting_lines(request):
            session.say(f"  {line}")


def _news(
    desk: Desk, file: Path | None, lines: tuple[str, ...], given: dict[str, Any]
) -> list[NewOrder]:
    with Gather() as gather:
        fields = {name: given[name] for name in ("type", "project", "currency") if given[name]}
        fields |= gather.take(fields_given, given) or {}
        parsed = [gather.take(line_of, text) for text in lines]
    if parsed:
        fields["lines"] = parsed
    if "type" not in fields:
        fields |= _only_type(desk)
    if file is not None:
        return orders_in(file, fields)
    if "type" not in fields:
        raise _which_type(desk)
    return [read_order(fields, {})]


def _only_type(desk: Desk) -> dict[str, str]:
    types = list(desk.assembly.of_kind(ORDER))
    return {"type": types[0]} if len(types) == 1 else {}


def _which_type(desk: Desk) -> Refused:
    text = "No type of order is named. To place an order, add --type with one of: {known}."
    known = ", ".join(desk.assembly.of_kind(ORDER)) or "none (switch a module on that brings one)"
    return Refused([Problem("cli.no_type", text, "type", params={"known": known})])
