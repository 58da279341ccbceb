"""What the approval of an outlet's admin holds for, once the order is with its supplier."""

import pytest

from orderloom import Address, Delivery, SetLine, SetOrder

DOOR = Delivery(address=Address(("Sample Street 1",), city="Exampleton"))
TILL = Address(("Till 1",), city="Exampleton")
OTHER = Address(("Sample Street 9",), city="Exampleton")


@pytest.fixture
def approved(market):
    """An order of the manager, above his limit, which the admin approved."""
    held = market.held()
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        order = desk.edit(held, SetOrder(delivery=DOOR, bill_to=TILL))
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        return desk.approve(order)


@pytest.mark.parametrize(
    "elsewhere",
    [
        SetOrder(delivery=Delivery(address=OTHER)),
        SetOrder(delivery=Delivery(address=DOOR.address, method="pickup")),
        SetOrder(bill_to=OTHER),
    ],
)
def test_another_place_for_goods_or_money_is_approved_anew(market, approved, elsewhere):
    assert approved.status == "pending"

    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        order = desk.edit(approved, elsewhere)

    assert (order.status, order.number) == ("needs_approval", approved.number)


@pytest.mark.parametrize(
    "wish",
    [
        SetOrder(remarks="Ring twice."),
        SetOrder(delivery=Delivery(address=DOOR.address, on="2026-07-06")),
        SetLine(line=1, group="Bar", note="Cold, please."),
    ],
)
def test_wishes_need_no_other_approval(market, approved, wish):
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        assert desk.edit(approved, wish).status == "pending"


def test_refused_it_goes_where_it_was_approved_to_go(market, approved):
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        order = desk.edit(approved, SetOrder(bill_to=OTHER))
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        order = desk.refuse(order)

    assert (order.status, order.bill_to) == ("pending", TILL)
    with market.reader(market.who("supplier_admin", "dairy")) as reader:
        last = reader.history(order)[-1]
        assert (last.name, last.action, last.actor) == ("moved", "", "")
