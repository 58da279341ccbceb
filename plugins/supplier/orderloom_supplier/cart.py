"""A cart over several suppliers: one order each, all placed or none.

Source: Order Ez, purchasing limit (a cart with several suppliers becomes one order per supplier).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

import attrs

from orderloom import Delivery, Desk, NewLine, NewOrder, Order, Problem, Reading, Refused
from orderloom_supplier.products.rows import Listed, listed, sellers
from orderloom_supplier.records import ORDER_TYPE

_IN_ORDER = re.compile(r"\[(\d+)\](?:\.lines\[(\d+)\])?\.?(.*)")


@attrs.frozen(kw_only=True)
class CartItem:
    """Something in a cart: raw input.

    Attributes:
        product: id of a product.
        quantity: in the product's unit.
        supplier: id of who is to sell it; "" if only one does.
    """

    product: str
    quantity: str | int | Decimal
    supplier: str = ""


@attrs.frozen
class _Basket:
    """What goes to one supplier; `items` are places in the cart."""

    new: NewOrder
    items: tuple[int, ...]


def place_cart(  # noqa: PLR0913 - what every order of the cart says is few enough to name
    desk: Desk,
    outlet: str,
    items: Iterable[CartItem],
    *,
    on: date | str | None = None,
    remarks: str = "",
    action: str = "place",
    key: str | None = None,
) -> list[Order]:
    """Place one order with each supplier of a cart, in the order the cart names them.

    Each is checked against limits on its own total: one may wait for an approval while the others
    have been placed.

    Args:
        desk: the transaction and who acts.
        outlet: id of the party that orders.
        items: the cart.
        on: the day the goods are wanted.
        remarks: for the suppliers; on each of the orders.
        action: "place", or "place_on_behalf" for a supplier who enters it for the outlet.
        key: idempotency key.

    Raises:
        Refused: everything that is wrong with any of the orders, by the item's place in the cart;
            [supplier.cart.empty], [supplier.cart.which], [supplier.cart.nobody]. Nothing is placed.
        Forbidden: the actor may not order for the outlet.
    """
    delivery = Delivery(on=cast(Any, on)) if on else None
    like = NewOrder(ORDER_TYPE, buyer=outlet, delivery=delivery, remarks=remarks)
    baskets = _baskets(desk.reading, outlet, like, tuple(items))
    try:
        return desk.place_many([one.new for one in baskets], action=action, key=key)
    except Refused as refusal:
        raise type(refusal)(_in_cart(one, baskets) for one in refusal.problems) from None


def _baskets(
    reading: Reading, outlet: str, like: NewOrder, items: Sequence[CartItem]
) -> list[_Basket]:
    if not items:
        text = "The cart is empty. To order, put something in."
        raise Refused([Problem("supplier.cart.empty", text, "items")])
    problems: list[Problem] = []
    parts: dict[str, list[tuple[int, Listed | None]]] = {}
    for index, item in enumerate(items):
        try:
            supplier, entry = _seller(reading, outlet, item, index)
        except Refused as refusal:
            problems += refusal.problems
        else:
            parts.setdefault(supplier, []).append((index, entry))
    if problems:
        raise Refused(problems)
    return [
        _Basket(_order(like, supplier, part, items), tuple(index for index, _ in part))
        for supplier, part in parts.items()
    ]


def _order(
    like: NewOrder,
    supplier: str,
    part: Sequence[tuple[int, Listed | None]],
    items: Sequence[CartItem],
) -> NewOrder:
    currencies = [entry.price.currency for _, entry in part if entry is not None]
    lines = [NewLine("", items[index].quantity, product=items[index].product) for index, _ in part]
    currency = currencies[0] if currencies else ""
    return attrs.evolve(like, seller=supplier, currency=currency, lines=lines)


def _seller(reading: Reading, outlet: str, item: CartItem, index: int) -> tuple[str, Listed | None]:
    """Who is to sell an item: the one it names, or the only one there is."""
    if item.supplier:
        return item.supplier, listed(reading, item.supplier, outlet, item.product)
    found = sellers(reading, outlet, item.product)
    if len(found) == 1:
        return found[0].supplier, found[0]
    field = f"items[{index}].{'supplier' if found else 'product'}"
    params = {
        "product": item.product,
        "outlet": outlet,
        "suppliers": ", ".join(one.supplier for one in found),
    }
    if found:
        text = "{product} is sold by several: {suppliers}. To order it, name one of them."
        raise Refused([Problem("supplier.cart.which", text, field, params=params)])
    text = "Nobody sells {product} to {outlet} now. To order the rest, leave it out."
    raise Refused([Problem("supplier.cart.nobody", text, field, params=params)])


def _in_cart(problem: Problem, baskets: Sequence[_Basket]) -> Problem:
    """A problem of one of the orders, at the item of the cart it is about."""
    return attrs.evolve(problem, field=next(_fields(problem.field, baskets), problem.field))


def _fields(field: str, baskets: Sequence[_Basket]) -> Iterator[str]:
    found = _IN_ORDER.fullmatch(field)
    if found is None:
        return
    order, line, rest = found.groups()
    items = baskets[int(order)].items
    if line is not None:
        yield f"items[{items[int(line)]}].{rest}".rstrip(".")
    elif rest == "seller":
        yield f"items[{items[0]}].supplier"
    else:
        yield {"buyer": "outlet", "delivery.on": "on"}.get(rest, rest)
