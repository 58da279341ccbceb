from decimal import Decimal
from uuid import UUID

import pytest

from orderloom import Party, Refused
from orderloom_procurement.planner import OpenNeed, Rules, propose
from orderloom_procurement.shares import shares_of

SOUND = Party("V1", "Sound", supplies=["Audio"])
STAGE = Party("V2", "Stage", supplies=["Staging", "audio"])
CARTS = Party("V3", "Carts", supplies=["Site vehicles"])
VENDORS = (SOUND, STAGE, CARTS)


def _need(name, department, open="10", **more):
    id = UUID(int=sum(map(ord, name)))
    return OpenNeed(id=id, name=name, department=department, open=Decimal(open), **more)


def _lines(plan):
    def named(order):
        return [(line.need.name, str(line.quantity)) for line in order.lines]

    return [(order.vendor.id, order.purpose, named(order)) for order in plan.orders]


def test_each_vendor_gets_one_order_with_all_it_supplies():
    needs = [_need("Desk", "Audio"), _need("Deck", "Staging"), _need("Wedge", "Audio", "4")]

    plan = propose(needs, VENDORS, Rules())

    assert _lines(plan) == [
        ("V1", "", [("Desk", "10"), ("Wedge", "4")]),
        ("V2", "", [("Deck", "10")]),
    ]
    assert plan.left == ()


def test_a_preferred_vendor_goes_before_the_others_that_supply_it():
    plan = propose([_need("Desk", "Audio")], VENDORS, Rules(prefer=["V2"]))

    assert _lines(plan) == [("V2", "", [("Desk", "10")])]


def test_a_product_goes_to_its_suppliers_the_first_one_first():
    need = _need("Desk", "Audio", product="P1", suppliers=("V3", "V2"))

    plan = propose([need], VENDORS, Rules())

    assert _lines(plan) == [("V3", "", [("Desk", "10")])]


def test_orders_are_split_by_purpose():
    needs = [_need("Desk", "Audio", area="Main"), _need("Wedge", "Audio", area="Cove")]

    plan = propose(needs, VENDORS, Rules(split_by="area"))

    assert _lines(plan) == [("V1", "Cove", [("Wedge", "10")]), ("V1", "Main", [("Desk", "10")])]


def test_a_need_is_shared_by_the_vendors_the_rules_state():
    carts = _need("Golf cart", "Site vehicles", "50")

    plan = propose([carts], VENDORS, Rules(shares=[shares_of("Golf cart: V3=70%, V2=30%")]))

    assert _lines(plan) == [("V3", "", [("Golf cart", "35")]), ("V2", "", [("Golf cart", "15")])]


def test_shares_of_a_need_go_before_those_of_its_department():
    rules = Rules(shares=[shares_of("audio: V1=100%"), shares_of("desk: V2=100%")])

    plan = propose([_need("Desk", "Audio"), _need("Wedge", "Audio")], VENDORS, rules)

    assert _lines(plan) == [("V1", "", [("Wedge", "10")]), ("V2", "", [("Desk", "10")])]


def test_what_shares_leave_is_said():
    rules = Rules(shares=[shares_of("Desk: V1=4, V2=3")])

    plan = propose([_need("Desk", "Audio")], VENDORS, rules)

    ((left),) = plan.left
    assert (str(left.quantity), left.reason) == ("3", "The shares leave 3 of 10.")


def test_needs_nobody_supplies_are_left_with_the_reason():
    needs = [_need("Sofa", "Hospitality"), _need("Odd", "Audio", product="P", suppliers=("X",))]

    plan = propose(needs, VENDORS, Rules())

    assert plan.orders == ()
    assert [left.reason for left in plan.left] == [
        "No vendor supplies Hospitality. To plan it, name Hospitality among what a vendor "
        "supplies.",
        "None of the suppliers of product P is a vendor here. To plan it, give one of them that "
        "role.",
    ]


def test_rules_that_name_unknown_vendors_are_refused_all_at_once():
    rules = Rules(prefer=["V9"], shares=[shares_of("Audio: V1=50%, V8=50%")])

    with pytest.raises(Refused) as refused:
        propose([], VENDORS, rules)

    assert refused.value.codes == ("procurement.plan.vendor",) * 2


def test_orders_cannot_be_split_by_something_else():
    with pytest.raises(Refused) as refused:
        Rules(split_by="departments")

    assert "use: department" in str(refused.value)
