from datetime import date
from decimal import Decimal

import pytest

from orderloom import Delivery, Party, Refused
from orderloom_procurement.planner import Rules
from orderloom_procurement.planning import Terms, open_needs, place_plan, plan
from orderloom_procurement.shares import shares_of


@pytest.fixture
def vendors(house):
    with house.desk() as desk:
        for id, supplies in (("V1", "Hospitality"), ("V2", "Audio")):
            found = desk.directory.party(id)
            desk.directory.save_party(
                Party(id, found.name, roles=found.roles, contacts=found.contacts,
                      supplies=[supplies], currency="USD" if id == "V2" else "")
            )  # fmt: skip
    return house


def test_only_what_is_still_short_is_open(house, chairs):
    stools = house.need("Stool", "30")
    house.order((chairs, "150"), (stools, "30"))

    with house.desk() as desk:
        found = [(need.name, need.open) for need in open_needs(desk.reading, "summer")]

    assert found == [("Folding chair", Decimal(50))]


def test_needs_after_a_day_can_wait(house):
    house.need("Early", "1", needed_by="2027-06-01")
    house.need("Late", "1", needed_by="2027-06-02")

    with house.desk() as desk:
        found = open_needs(desk.reading, "summer", until=date(2027, 6, 1))
        names = [need.name for need in found]

    assert names == ["Early"]


def test_a_plan_placed_covers_the_needs_and_orders_in_each_vendors_currency(vendors, chairs):
    desk_mixer = vendors.need("Mixing desk", "2", department="Audio", specs={"inputs": "96"})

    with vendors.desk() as desk:
        proposal = plan(desk.reading, "summer")
        orders = place_plan(desk, "summer", proposal, Terms(delivery=Delivery(instructions="Gate")))

    assert [(order.seller.id, order.currency, order.status) for order in orders] == [
        ("V1", "EUR", "draft"),
        ("V2", "USD", "draft"),
    ]
    (line,) = orders[1].lines
    assert (line.group, line.specs) == ("Audio", (("inputs", "96"),))
    assert vendors.coverage(chairs).state == vendors.coverage(desk_mixer).state == "on_order"


def test_a_plan_overtaken_by_another_buyer_is_refused_whole(vendors, chairs):
    desk_mixer = vendors.need("Mixing desk", "2", department="Audio")
    with vendors.desk() as desk:
        proposal = plan(desk.reading, "summer")
    vendors.order((chairs, "1"), seller="V2")

    with pytest.raises(Refused) as refused, vendors.desk() as desk:
        place_plan(desk, "summer", proposal, Terms())

    assert refused.value.codes == ("procurement.need.exceeded",)
    assert vendors.coverage(desk_mixer).state == "needs_order"


def test_one_need_shared_by_two_vendors_is_covered_by_both_orders(vendors):
    carts = vendors.need("Golf cart", "51", department="Site vehicles")
    rules = Rules(shares=[shares_of("Golf cart: V1=60%, V2=40%")])

    with vendors.desk() as desk:
        proposal = plan(desk.reading, "summer", rules)
        orders = place_plan(desk, "summer", proposal, Terms())

    assert [order.lines[0].quantity for order in orders] == [Decimal(31), Decimal(20)]
    assert str(vendors.coverage(carts)) == "On Order (51 of 51)"


def test_shares_of_what_is_not_open_are_refused(vendors, chairs):
    rules = Rules(shares=[shares_of("Foldign chair: V1=100%")])

    with vendors.desk() as desk, pytest.raises(Refused, match="Folding chair") as no:
        plan(desk.reading, "summer", rules)

    assert no.value.codes == ("procurement.share.unknown",)


def test_the_same_key_places_a_plan_once(vendors, chairs):
    with vendors.desk() as desk:
        proposal = plan(desk.reading, "summer")
        first = place_plan(desk, "summer", proposal, Terms(), key="monday")

    with vendors.desk() as desk:
        again = place_plan(desk, "summer", proposal, Terms(), key="monday")

    assert [order.id for order in again] == [order.id for order in first]
    assert vendors.ordered(chairs) == "200"
