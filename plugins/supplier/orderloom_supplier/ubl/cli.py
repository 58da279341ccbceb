"""`orderloom supplier ubl`: what another system sent."""

from __future__ import annotations

from typing import IO, Any

import attrs
import click

from orderloom import Desk, Order
from orderloom.cli import Command, Session, Table, group, pass_session
from orderloom_supplier.ubl.order import read_order
from orderloom_supplier.ubl.reading import read_message
from orderloom_supplier.ubl.records import new_order
from orderloom_supplier.ubl.source import MOST_BYTES

_FILE = click.File("rb", lazy=False)


@group(help="Orders, order responses and cancellations of other systems (UBL 2.1, Peppol BIS 3).")
def ubl() -> None:
    """What another system sent."""


@ubl.command(cls=Command)
@click.argument("file", type=_FILE)
@pass_session
def read(session: Session, file: IO[bytes]) -> None:
    """Say what the message in FILE says, or all that is wrong with it; nothing is stored."""
    message = read_message(file.read(MOST_BYTES + 1))
    if session.json:
        session.show(message)
        return
    facts = attrs.asdict(message, recurse=False)
    lines = facts.pop("lines", ())
    session.show({"message": type(message).__name__.removesuffix("Message"), **_flat(facts)})
    if lines:
        rows = [(line.id, line.name, line.quantity, line.unit, line.product) for line in lines]
        session.show(Table(("line", "name", "quantity", "unit", "product"), rows))


@ubl.command(cls=Command)
@click.argument("file", type=_FILE)
@click.option("--outlet", default="", metavar="ID", help="Who orders; as in the file if omitted.")
@click.option("--supplier", default="", metavar="ID", help="Of whom; as in the file if omitted.")
@click.option("--key", help="Idempotency key: the same key orders only once.")
@pass_session
def place(session: Session, file: IO[bytes], outlet: str, supplier: str, key: str | None) -> None:
    """Place the order in FILE at the supplier's prices; where these differ it is told."""
    message = read_order(file.read(MOST_BYTES + 1))
    new = new_order(message, buyer=outlet, seller=supplier, prices=False)

    def work(desk: Desk) -> tuple[Order, str]:
        order = desk.place(new, key=key)
        return order, desk.status(order).title

    order, status = session.run(work)
    total = order.totals.total
    session.show({"order": order.number or order.id, "status": status, "total": total})
    for line, sent in zip(order.lines, message.lines, strict=True):
        if sent.price and line.price != sent.price:
            session.say(f"Line {line.position} ({line.name}): {line.price}, not {sent.price}.")


def _flat(facts: dict[str, Any]) -> dict[str, Any]:
    """Parties by their names, and of a delivery the day."""
    parties = {side: facts[side].name for side in ("buyer", "seller")}
    delivery = facts.get("delivery")
    day = {"delivery": delivery.on if delivery else None} if "delivery" in facts else {}
    left_out = ("bill_to", "extras")
    return {name: one for name, one in {**facts, **parties, **day}.items() if name not in left_out}
