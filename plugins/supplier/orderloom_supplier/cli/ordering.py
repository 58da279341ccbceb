"""`orderloom supplier order` and `reorder`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import click

from orderloom import Desk, Order, Problem, Reader, Refused, pair_of
from orderloom.cli import Command, Session, Table, find_order, pass_session
from orderloom_supplier.cart import CartItem, place_cart
from orderloom_supplier.records import ReorderData
from orderloom_supplier.reordering import reorder

_ITEM = "PRODUCT=QUANTITY"
_IN_CART = re.compile(r"items\[(\d+)\]")


@click.command("order", cls=Command)
@click.option("--outlet", required=True, metavar="ID", help="Who orders.")
@click.option(
    "--item", "items", multiple=True, required=True, metavar=f"{_ITEM}[@SUPPLIER]",
    help="Repeat for more; name the supplier if several sell it.",
)  # fmt: skip
@click.option("--on", metavar="YYYY-MM-DD", help="The day the goods are wanted.")
@click.option("--remarks", default="", help="For the suppliers; printed on documents.")
@click.option("--on-behalf", is_flag=True, help="For suppliers: enter it, already accepted.")
@click.option("--key", help="Idempotency key: the same key orders only once.")
@pass_session
def order_cart(
    session: Session,
    outlet: str,
    items: tuple[str, ...],
    on_behalf: bool,
    **given: Any,
) -> None:
    """Order a cart: one order with each supplier (and in each currency), all of them or none.

    An order above your limit waits for an approval; the others are placed all the same.
    """
    cart = [_item(text) for text in items]
    action = "place_on_behalf" if on_behalf else "place"

    def work(desk: Desk) -> Table:
        with _naming(items):
            return _table(desk, place_cart(desk, outlet, cart, action=action, **given))

    session.show(session.run(work))


@click.command("reorder", cls=Command)
@click.argument("name", metavar="ORDER")
@click.option("--key", help="Idempotency key: the same key orders only once.")
@pass_session
def order_again(session: Session, name: str, key: str | None) -> None:
    """Order the same again as in ORDER, at the prices of today.

    What cannot be had any more is left out and told.
    """

    def work(desk: Desk) -> tuple[Order, Table]:
        made = reorder(desk, find_order(desk, name), key=key)
        return made, _table(desk, [made])

    made, table = session.run(work)
    session.show(table)
    for dropped in made.data[ReorderData].dropped:
        session.say(f"Left out: {dropped.name} (line {dropped.position}). {dropped.reason}")


def _item(text: str) -> CartItem:
    product, rest = pair_of(text, "item", example=f"{_ITEM}, such as milk=24")
    quantity, _, supplier = rest.partition("@")
    return CartItem(product=product, quantity=quantity.strip(), supplier=supplier.strip())


@contextmanager
def _naming(items: Sequence[str]) -> Iterator[None]:
    """Problems are about an item as it was typed, not about the place it has in the cart."""
    try:
        yield
    except Refused as refusal:
        raise type(refusal)(_named(one, items) for one in refusal.problems) from None


def _named(problem: Problem, items: Sequence[str]) -> Problem:
    found = _IN_CART.match(problem.field)
    return attrs.evolve(problem, field=f"--item {items[int(found[1])]}") if found else problem


def _table(reader: Reader, orders: Iterable[Order]) -> Table:
    rows = [
        (
            order.number or order.id,
            order.seller.name if order.seller else "",
            reader.status(order).title,
            len(order.lines),
            order.totals.total,
        )
        for order in orders
    ]
    return Table(("order", "supplier", "status", "lines", "total"), rows)
