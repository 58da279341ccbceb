"""A cart over several suppliers: one order each and per currency, all placed or none.

Source: Order Ez, purchasing limit (a cart with several suppliers becomes one order per supplier).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

import attrs

from orderloom import Delivery, Desk, Forbidden, NewLine, NewOrder, Order, Problem, Reading, Refused
from orderloom_supplier.products.rows import Listed, listed, sellers
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.rights import ON_BEHALF, PLACE, at_parties

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
    """What goes to one supplier in one currency; `items` are places in the cart."""

    new: NewOrder
    items: tuple[int, ...]


@attrs.frozen
class _Sellers:
    """Where the items of a cart are looked for.

    Attributes:
        among: who may be found to sell one; None for anybody.
    """

    reading: Reading
    outlet: str
    among: frozenset[str] | None = None


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

    A supplier who sells in several currencies gets one in each.

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
    at = _sellers(desk, like, action)
    baskets = _baskets(at, like, tuple(items))
    try:
        return desk.place_many([one.new for one in baskets], action=action, key=key)
    except Refused as refusal:
        raise type(refusal)(_in_cart(one, baskets) for one in refusal.problems) from None


def _sellers(desk: Desk, like: NewOrder, action: str) -> _Sellers:
    """Where the items are looked for: whoever may not order there is not told who sells what.

    Raises:
        Forbidden: he may not order for the outlet.
    """
    enters = action == "place_on_behalf"
    parties = at_parties(desk.reading, (ON_BEHALF if enters else PLACE,))
    outlet = str(like.buyer)
    if parties is None:
        return _Sellers(desk.reading, outlet)
    if not parties if enters else outlet not in parties:
        problems = desk.preview(like, action).problems
        if barred := [one for one in problems if one.forbidden]:
            raise Forbidden(barred)
    return _Sellers(desk.reading, outlet, parties if enters else None)


def _baskets(at: _Sellers, like: NewOrder, items: Sequence[CartItem]) -> list[_Basket]:
    if not items:
        text = "The cart is empty. To order, put something in."
        raise Refused([Problem("supplier.cart.empty", text, "items")])
    problems: list[Problem] = []
    parts: dict[tuple[str, str], list[int]] = {}
    for index, item in enumerate(items):
        try:
            supplier, entry = _seller(at, item, index)
        except Refused as refusal:
            problems += refusal.problems
        else:
            currency = entry.price.currency if entry else ""
            parts.setdefault((supplier, currency), []).append(index)
    if problems:
        raise Refused(problems)
    return [
        _Basket(_order(like, *place, [items[index] for index in part]), tuple(part))
        for place, part in parts.items()
    ]


def _order(like: NewOrder, supplier: str, currency: str, items: Iterable[CartItem]) -> NewOrder:
    lines = [NewLine("", item.quantity, product=item.product) for item in items]
    return attrs.evolve(like, seller=supplier, currency=currency, lines=lines)


def _seller(at: _Sellers, item: CartItem, index: int) -> tuple[str, Listed | None]:
    """Who is to sell an item: the one it names, or the only one there is."""
    if item.supplier:
        return item.supplier, listed(at.reading, item.supplier, at.outlet, item.product)
    every = sellers(at.reading, at.outlet, item.product)
    found = [one for one in every if at.among is None or one.supplier in at.among]
    if len(found) == 1:
        return found[0].supplier, found[0]
    field = f"items[{index}].{'supplier' if found else 'product'}"
    params = {
        "product": item.product,
        "outlet": at.outlet,
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
