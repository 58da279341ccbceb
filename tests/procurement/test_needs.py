from decimal import Decimal

import pytest

from orderloom import (
    Actor,
    Conflict,
    Forbidden,
    Grant,
    NewSubject,
    Product,
    Query,
    Refused,
    Scope,
    SetOrder,
)
from orderloom_procurement.needs import NewNeed, add_need, change_need, stated
from orderloom_procurement.records import NEED, NeedData


def test_a_need_keeps_what_was_stated_of_it(house):
    need = house.need(
        "Chair", "12.50", unit="Metres", area="Tent", needed_by="2027-06-12", source="Rider",
        specs={"colour": "black", "empty": ""},
    )  # fmt: skip

    data = need.data[NeedData]
    assert (need.kind, need.title, need.project) == (NEED, "Chair", "summer")
    assert (data.quantity, data.unit, data.area) == (Decimal("12.5"), "MTR", "Tent")
    assert (str(data.needed_by), data.specs) == ("2027-06-12", (("colour", "black"),))


def test_everything_wrong_with_a_need_is_said_at_once(house):
    wrong = NewNeed(
        project="autumn", department=" ", name="", quantity="0", unit="bushel",
        needed_by="soon", product="P9", area="\x00", source="x" * 300,
    )  # fmt: skip

    with pytest.raises(Refused) as refused, house.desk() as desk:
        add_need(desk, wrong)

    fields = [(p.field, p.code) for p in refused.value.problems]
    assert fields == [
        ("project", "project.unknown"),
        ("product", "product.unknown"),
        ("department", "text.empty"),
        ("area", "text.control_character"),
        ("quantity", "decimal.too_small"),
        ("unit", "unit.unknown"),
        ("needed_by", "date.malformed"),
        ("source", "text.too_long"),
        ("name", "text.empty"),
    ]


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "1e400", "9" * 40, "１２", "-1", 1.5])
def test_a_quantity_that_is_no_plain_positive_number_is_refused(house, quantity):
    with pytest.raises(Refused) as refused:
        house.need(quantity=quantity)

    (problem,) = refused.value.problems
    assert problem.field == "quantity"


def test_a_need_without_a_project_is_refused_by_every_door(house):
    data = NeedData(department="Audio", quantity=Decimal(1))

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place(NewSubject(NEED, "Microphone", data=data))

    assert refused.value.codes == ("procurement.need.no_project",)


def test_a_need_without_its_data_is_refused(house):
    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place(NewSubject(NEED, "Microphone", project="summer"))

    assert refused.value.codes == ("procurement.need.no_data",)


def test_a_need_for_a_product_takes_its_name_and_unit(house):
    with house.desk() as desk:
        desk.directory.save_product(Product(id="P1", name="Cable", unit="MTR"))

    need = house.need("", "100", product="P1")

    assert (need.title, need.data[NeedData].unit) == ("Cable", "MTR")


def test_a_lowered_need_becomes_excess_by_an_event_of_its_own(house, chairs):
    house.order((chairs, "150"))

    with house.desk() as desk:
        lowered = change_need(desk, chairs, quantity="100", reason="Fewer guests")
        event = desk.history(lowered)[-1]

    assert str(house.coverage(chairs)) == "Excess (150 of 100, 50 too many)"
    assert (event.name, event.reason, event.version) == ("edited", "Fewer guests", 2)


def test_a_need_may_be_lowered_to_nothing(house, chairs):
    house.order((chairs, "150"))

    with house.desk() as desk:
        change_need(desk, chairs, quantity=0)

    assert str(house.coverage(chairs)) == "Excess (150 of 0, 150 too many)"


def test_a_change_keeps_what_it_does_not_name(house):
    need = house.need("Chair", "10", area="Tent", source="Rider")
    before = stated(need)

    with house.desk() as desk:
        after = stated(change_need(desk, need, name="Stool"))

    assert (after.name, after.area, after.source, after.quantity) == (
        "Stool", before.area, before.source, before.quantity,
    )  # fmt: skip


def test_the_table_follows_a_changed_need(house, chairs):
    with house.desk() as desk:
        change_need(desk, chairs, name="Stool", department="Bar", quantity="5")

    with house.desk() as desk:
        found = desk.find(Query(kind=NEED, fields={"procurement.department": "Bar"}))
    assert [need.title for need in found.items] == ["Stool"]
    assert str(house.coverage(chairs).needed) == "5"


def test_a_need_seen_in_an_older_version_is_a_conflict(house, chairs):
    with house.desk() as desk:
        change_need(desk, chairs, quantity="5")

    with pytest.raises(Conflict), house.desk() as desk:
        change_need(desk, chairs, quantity="6")


def test_a_need_stays_in_its_project(house, chairs):
    with pytest.raises(Refused) as refused, house.desk() as desk:
        change_need(desk, chairs, project="winter")

    assert refused.value.codes == ("procurement.need.project_fixed",)


def test_the_unit_of_a_need_on_orders_cannot_change(house, chairs):
    house.order((chairs, "150"))

    with pytest.raises(Refused) as refused, house.desk() as desk:
        change_need(desk, chairs, unit="DZN")

    assert refused.value.codes == ("procurement.need.unit_fixed",)


def test_the_unit_of_a_need_on_no_order_may_change(house, chairs):
    with house.desk() as desk:
        changed = change_need(desk, chairs, unit="dozen")

    assert changed.data[NeedData].unit == "DZN"


def test_a_unit_that_is_no_code_is_refused_where_nobody_read_it(house, chairs):
    data = NeedData(department="Bar", quantity=Decimal(1), unit="dozen")

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.edit(chairs, SetOrder(data=data))

    assert refused.value.codes == ("procurement.need.unit",)


def test_a_need_on_orders_cannot_be_deleted(house, chairs):
    house.order((chairs, "150"))

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.delete(chairs)

    (problem,) = refused.value.problems
    assert problem.code == "procurement.need.on_orders"
    assert "a draft for Vendor V1" in problem.message


def test_a_need_on_canceled_orders_only_can_be_deleted_and_restored(house, chairs):
    house.do(house.order((chairs, "150")), "cancel")

    with house.desk() as desk:
        deleted = desk.delete(chairs)
    with house.desk() as desk:
        desk.restore(deleted)

    assert str(house.coverage(chairs)) == "Needs Order (0 of 200)"


def test_a_viewer_may_not_add_needs(house):
    viewer = Actor("vic", (Grant("procurement.viewer"),))

    with pytest.raises(Forbidden), house.desk(viewer) as desk:
        add_need(desk, NewNeed(project="summer", department="Bar", name="Cup", quantity=1))


def test_a_buyer_of_one_project_may_not_add_needs_to_another(house):
    buyer = Actor("bob", (Grant("procurement.buyer", Scope("project", "summer")),))
    with house.desk(buyer) as desk:
        add_need(desk, NewNeed(project="summer", department="Bar", name="Cup", quantity=1))

    with pytest.raises(Forbidden), house.desk(buyer) as desk:
        add_need(desk, NewNeed(project="winter", department="Bar", name="Cup", quantity=1))
