"""`orderloom procurement lines`: the line item editor."""

from __future__ import annotations

from typing import Any

import click

from orderloom import Desk, Gather, Order, pair_of
from orderloom.cli import Session, Table, find_order, group, pass_session
from orderloom_procurement import editor
from orderloom_procurement.editor import Pick
from orderloom_procurement.lookup import find_need
from orderloom_procurement.rights import may_read


@group("lines")
def lines() -> None:
    """The lines of orders: from needs, between orders, off again."""


@lines.command("show")
@click.argument("order")
@pass_session
def show_lines(session: Session, order: str) -> None:
    """Show all needs of an ORDER's project with their coverage and what this order has of them."""
    with session.reader() as reader:
        found = find_order(reader, order)
        may_read(reader, found.project)
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
