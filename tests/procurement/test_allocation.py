from decimal import Decimal

import pytest

from orderloom import AddLine, NewLine, Product, Refused, RemoveLine, SetLine
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import change_need
from orderloom_procurement.records import LineData


def test_ordering_part_of_a_need_leaves_it_short_by_the_rest(house, chairs):
    house.order((chairs, "150"))

    assert str(house.coverage(chairs)) == "Short (150 of 200, 50 short)"


def test_the_counter_adds_up_over_several_orders(house, chairs):
    house.order((chairs, "150"))
    house.order((chairs, "50"), seller="V2")

    assert str(house.coverage(chairs)) == "On Order (200 of 200)"


def test_more_than_is_still_needed_is_refused_with_both_figures(house, chairs):
    house.order((chairs, "150"))

    with pytest.raises(Refused) as refused:
        house.order((chairs, "60"), seller="V2")

    (problem,) = refused.value.problems
    assert problem.code == "procurement.need.exceeded"
    assert problem.field == "lines[0].quantity"
    assert problem.message == (
        "Line 1 (Folding chair) asks for 60 pcs more, but only 50 of 200 pcs are still "
        "needed. To order it, lower the line by 10 pcs, raise the need, or mark the line as a "
        "deliberate excess."
    )
    assert house.ordered(chairs) == "150"


def test_two_lines_of_one_order_may_not_exceed_a_need_together(house, chairs):
    with pytest.raises(Refused) as refused:
        house.order((chairs, "120"), (chairs, "120"))

    assert [p.field for p in refused.value.problems] == ["lines[1].quantity"]


def test_a_deliberate_excess_is_ordered(house, chairs):
    house.order(line_for(chairs, "230", excess=True))

    assert str(house.coverage(chairs)) == "Excess (230 of 200, 30 too many)"


def test_after_a_deliberate_excess_nothing_more_is_ordered_unasked(house, chairs):
    house.order(line_for(chairs, "230", excess=True))

    with pytest.raises(Refused, match="asks for 1 pcs more, but only 0 of"):
        house.order((chairs, "1"))


def test_raising_a_line_beyond_the_need_is_refused_with_what_it_asks_for_more(house, chairs):
    order = house.order((chairs, "150"))

    with pytest.raises(Refused, match="asks for 60 pcs more, but only 50 of 200 pcs"):
        house.edit(order, SetLine(line=1, quantity="210"))


def test_raising_a_line_up_to_the_need_is_counted(house, chairs):
    order = house.order((chairs, "150"))

    house.edit(order, SetLine(line=1, quantity="200"))

    assert house.ordered(chairs) == "200"


def test_a_line_in_excess_may_be_lowered_although_it_still_exceeds_the_need(house, chairs):
    order = house.order((chairs, "200"))
    with house.desk() as desk:
        change_need(desk, chairs.id, quantity="100")

    house.edit(order, SetLine(line=1, quantity="180"))

    assert str(house.coverage(chairs)) == "Excess (180 of 100, 80 too many)"


def test_removing_a_line_makes_its_need_short_again(house, chairs):
    order = house.order((chairs, "150"), NewLine("Freight", 1))

    house.edit(order, RemoveLine(1))

    assert house.coverage(chairs).state == "needs_order"


def test_what_one_edit_frees_another_of_the_same_command_may_take(house, chairs):
    order = house.order((chairs, "200"))

    house.edit(order, SetLine(line=1, quantity="50"), AddLine(line_for(chairs, "150")))

    assert house.ordered(chairs) == "200"


def test_a_canceled_order_counts_for_nothing(house, chairs):
    order = house.order((chairs, "150"))

    house.do(order, "cancel")

    assert house.coverage(chairs).state == "needs_order"


def test_reopening_a_canceled_order_counts_it_again(house, chairs):
    order = house.do(house.order((chairs, "150")), "cancel")

    house.do(order, "reopen")

    assert house.ordered(chairs) == "150"


def test_a_canceled_order_whose_need_was_covered_elsewhere_cannot_be_reopened(house, chairs):
    order = house.do(house.order((chairs, "150")), "cancel")
    house.order((chairs, "120"), seller="V2")

    with pytest.raises(Refused, match="asks for 150 pcs more, but only 80 of 200 pcs"):
        house.do(order, "reopen")

    assert house.ordered(chairs) == "120"


def test_a_canceled_order_is_reopened_as_a_deliberate_excess(house, chairs):
    order = house.do(house.order((chairs, "150")), "cancel")
    house.order((chairs, "120"), seller="V2")

    with pytest.raises(Refused, match="--excess"):
        house.do(order, "reopen")
    house.do(order, "reopen", {"excess": True})

    assert house.ordered(chairs) == "270"


def test_a_deleted_order_counts_for_nothing_and_a_restored_one_again(house, chairs):
    order = house.order((chairs, "150"))

    with house.desk() as desk:
        deleted = desk.delete(order)
    without = house.ordered(chairs)
    with house.desk() as desk:
        desk.restore(deleted)

    assert (without, house.ordered(chairs)) == ("0", "150")


def test_a_deleted_order_whose_need_was_covered_elsewhere_cannot_be_restored(house, chairs):
    order = house.order((chairs, "150"))
    with house.desk() as desk:
        deleted = desk.delete(order)
    house.order((chairs, "200"), seller="V2")

    with pytest.raises(Refused) as refused, house.desk() as desk:
        desk.restore(deleted)

    assert refused.value.codes == ("procurement.need.exceeded",)


def test_sending_and_fulfilling_leave_the_counter_where_it_is(house, chairs):
    order = house.do(house.order((chairs, "150")), "send", {"mail": False})

    house.do(order, "fulfill")

    assert house.ordered(chairs) == "150"


def test_a_line_for_a_need_of_another_project_is_refused(house):
    other = house.need("Heater", "5", project="winter")

    with pytest.raises(Refused) as refused:
        house.order((other, "5"))

    assert refused.value.codes == ("procurement.project_mixed",)


def test_an_order_without_a_project_is_refused(house):
    with pytest.raises(Refused) as refused:
        house.order(NewLine("Freight", 1), project="")

    assert refused.value.codes == ("procurement.order.no_project",)


def test_a_line_for_a_need_there_is_not_is_refused(house, chairs):
    nowhere = NewLine("Ghost", 1, data=LineData(need=house.order(NewLine("x", 1)).id))

    with pytest.raises(Refused) as refused:
        house.order(nowhere, (chairs, "300"))

    assert refused.value.codes == ("procurement.need.unknown", "procurement.need.exceeded")


def test_a_line_for_a_deleted_need_is_refused(house, chairs):
    with house.desk() as desk:
        desk.delete(chairs)

    with pytest.raises(Refused) as refused:
        house.order((chairs, "1"))

    assert refused.value.codes == ("procurement.need.unknown",)


def test_a_line_in_another_unit_is_refused_without_a_product_that_converts(house, chairs):
    line = NewLine("Folding chair", 10, "DZN", data=LineData(need=chairs.id))

    with pytest.raises(Refused) as refused:
        house.order(line)

    assert refused.value.codes == ("procurement.need.unit_differs",)


@pytest.fixture
def product(house):
    with house.desk() as desk:
        desk.directory.save_product(
            Product(id="P1", name="Folding chair", unit="C62", conversions={"DZN": "12"})
        )
    return "P1"


def test_a_line_in_a_unit_the_product_converts_counts_in_the_unit_of_the_need(house, product):
    chairs = house.need("Folding chair", "200", product=product)

    house.order(NewLine("Folding chair", "10", "DZN", data=LineData(need=chairs.id)))

    assert house.coverage(chairs).ordered == Decimal(120)


def test_an_inexact_conversion_is_refused(house, product):
    dozens = house.need("Folding chair", "20", unit="DZN", product=product)

    with pytest.raises(Refused) as refused:
        house.order(NewLine("Folding chair", "1", "C62", data=LineData(need=dozens.id)))

    assert refused.value.codes == ("product.inexact_conversion",)


def test_a_counted_line_keeps_its_count_when_the_conversion_changes_later(house, product):
    chairs = house.need("Folding chair", "200", product=product)
    order = house.order(NewLine("Folding chair", "10", "DZN", data=LineData(need=chairs.id)))
    with house.desk() as desk:
        desk.directory.save_product(Product(id="P1", name="Folding chair", unit="C62"))

    house.edit(order, SetLine(line=1, note="stackable"))

    assert house.ordered(chairs) == "120"


def test_the_sum_over_orders_passes_the_decimal_gate_too(house, chairs):
    most = "999999999999"
    house.order(line_for(chairs, most, excess=True))

    with pytest.raises(Refused) as refused:
        house.order(line_for(chairs, most, excess=True))

    assert refused.value.codes == ("decimal.too_long",)


def test_a_line_may_change_from_one_need_to_another(house, chairs):
    stools = house.need("Stool", "30")
    order = house.order((chairs, "20"))

    house.edit(order, SetLine(line=1, data=LineData(need=stools.id)))

    assert (house.ordered(chairs), house.ordered(stools)) == ("0", "20")
