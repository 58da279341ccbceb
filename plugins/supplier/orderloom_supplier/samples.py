"""How the kit (`orderloom.testing`) tries this module; nothing else imports this file."""

from __future__ import annotations

from decimal import Decimal

from orderloom import Desk, Grant, NewLine, NewOrder, Price, Scope, Upload, User
from orderloom.testing import Samples
from orderloom_supplier.demo.cast import shipped
from orderloom_supplier.products.keeping import set_entries
from orderloom_supplier.products.rows import Listed, listed
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.rights import OUTLET_FINANCE

BUYER, PRODUCT, VENDOR = "buyer", "chair", "vendor"  # of every `Bench`
_LINES = (NewLine("", "10", product=PRODUCT), NewLine("", "2", product=PRODUCT))
_NEW = NewOrder(ORDER_TYPE, buyer=BUYER, seller=VENDOR, lines=_LINES)
_TOMORROW = {"tomorrow": True}


def new_order(desk: Desk) -> NewOrder:
    """Two lines of what the vendor sells; the first time, two others go all the way before."""
    if listed(desk.reading, VENDOR, BUYER, PRODUCT) is None:
        price = Price(Decimal("12.50"), desk.tenant.currency)
        set_entries(desk, [Listed(supplier=VENDOR, product=PRODUCT, price=price)])
        finance = Grant(OUTLET_FINANCE, Scope("party", BUYER))
        desk.directory.save_user(
            User(id="fay", name="Fay", email="fay@buyer.example", grants=[finance])
        )
        _play(desk)
    return _NEW


def _play(desk: Desk) -> None:
    """What is told to somebody only off the shortest ways."""
    order = desk.perform(desk.place(_NEW), "accept")
    for action, options in (
        ("schedule", _TOMORROW), ("complete", None), ("dispute", None), ("resolve", None),
    ):  # fmt: skip
        order = desk.perform(order, action, options)
    desk.perform(order, "dispute", files=Upload("image", "crate.png", shipped("crate.png")))
    for amiss in ({"exclude": [1]}, {"action_needed": True}):
        desk.perform(desk.perform(desk.place(_NEW), "accept"), "complete", amiss)
    desk.perform(desk.place(_NEW), "accept_and_schedule", {"strike": [1], **_TOMORROW})


samples = Samples(
    new={ORDER_TYPE: new_order},
    options={
        f"{ORDER_TYPE}.accept": [{}, {"strike": [1]}, {"reduce": [{"line": 2, "quantity": "1"}]}],
        f"{ORDER_TYPE}.accept_and_schedule": [_TOMORROW],
        f"{ORDER_TYPE}.schedule": [_TOMORROW],
        f"{ORDER_TYPE}.reschedule": [{"on": "2099-12-31"}, _TOMORROW],
    },
)
