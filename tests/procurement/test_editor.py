from decimal import Decimal
from uuid import UUID

import pytest

from orderloom import Conflict, NewLine, NotFound, Refused
from orderloom_procurement.editor import (
    Pick,
    add_needs,
    move_line,
    remove,
    set_quantity,
    sheet,
    split,
)
from orderloom_procurement.quotes import LineQuoteData
from orderloom_procurement.records import need_of


def test_a_need_is_added_with_all_that_is_still_needed(house, chairs):
    house.order((chairs, "150"), seller="V2")
    order = house.order()

    with house.desk() as desk:
        order = add_needs(desk, order, [chairs.id])

    (line,) = order.lines
    assert (line.name, line.quantity, line.group) == ("Folding chair", Decimal(50), "Hospitality")
    assert need_of(line).need == chairs.id


def test_a_need_is_added_in_part(house, chairs):
    order = house.order()

    with house.desk() as desk:
        add_needs(desk, order, [Pick(chairs.id, "30")])

    assert str(house.coverage(chairs)) == "Short (30 of 200, 170 short)"


def test_adding_a_need_again_raises_its_line(house, chairs):
    order = house.order((chairs, "50"))

    with house.desk() as desk:
        order = add_needs(desk, order, [Pick(chairs.id, "30")])

    assert [line.quantity for line in order.lines] == [Decimal(80)]


def test_a_covered_need_is_not_added_unless_a_quantity_is_stated(house, chairs):
    house.order((chairs, "200"), seller="V2")
    order = house.order()

    with pytest.raises(Refused) as refused, house.desk() as desk:
        add_needs(desk, order, [chairs.id])
    with house.desk() as desk:
        add_needs(desk, order, [Pick(chairs.id, "10", excess=True)])

    assert refused.value.codes == ("procurement.need.covered",)
    assert str(house.coverage(chairs)) == "Excess (210 of 200, 10 too many)"


def test_a_need_there_is_not_cannot_be_added(house):
    order = house.order()

    with pytest.raises(NotFound), house.desk() as desk:
        add_needs(desk, order, [UUID(int=1)])


def test_a_quantity_is_set_and_set_beyond_the_need_only_on_purpose(house, chairs):
    order = house.order((chairs, "50"))

    with pytest.raises(Refused), house.desk() as desk:
        set_quantity(desk, order, 1, "210")
    with house.desk() as desk:
        set_quantity(desk, order, 1, "210", excess=True)

    assert house.coverage(chairs).state == "excess"


def test_a_line_is_removed(house, chairs):
    order = house.order((chairs, "50"), NewLine("Freight", 1))

    with house.desk() as desk:
        order = remove(desk, order, 1)

    assert [line.name for line in order.lines] == ["Freight"]
    assert house.ordered(chairs) == "0"


def test_a_need_is_split_over_two_vendors(house, chairs):
    orders = house.order(), house.order(seller="V2")

    with house.desk() as desk:
        split(desk, chairs.id, [(orders[0], "120"), (orders[1], "80")])

    assert str(house.coverage(chairs)) == "On Order (200 of 200)"


def test_a_split_into_more_than_is_needed_writes_nothing(house, chairs):
    orders = house.order(), house.order(seller="V2")

    with pytest.raises(Refused, match="add up to 201 pcs, but only 200 pcs"), house.desk() as desk:
        split(desk, chairs.id, [(orders[0], "120"), (orders[1], "81")])

    assert house.ordered(chairs) == "0"


def test_a_line_moves_to_another_order_whole(house, chairs):
    source, target = house.order((chairs, "200")), house.order(seller="V2")

    with house.desk() as desk:
        source, target = move_line(desk, source, 1, target)

    assert (source.lines, target.lines[0].quantity) == ((), Decimal(200))
    assert house.ordered(chairs) == "200"


def test_part_of_a_line_moves_onto_the_line_the_other_order_has(house, chairs):
    source, target = house.order((chairs, "150")), house.order((chairs, "50"), seller="V2")

    with house.desk() as desk:
        source, target = move_line(desk, source, 1, target, "60")

    assert [order.lines[0].quantity for order in (source, target)] == [Decimal(90), Decimal(110)]
    assert house.ordered(chairs) == "200"


def test_price_and_quote_stay_with_the_vendor_that_quoted(house, chairs):
    source, target = house.order((chairs, "200")), house.order(seller="V2")
    source = house.do(source, "send", {"mail": False})
    source = house.do(source, "record_quote", {"quotes": [{"line": 1, "price": "2"}]})
    source = house.do(source, "reopen")

    with house.desk() as desk:
        source, target = move_line(desk, source, 1, target, "60")

    assert (str(source.lines[0].price), target.lines[0].price) == ("2 EUR", None)
    assert LineQuoteData in source.lines[0].data
    assert LineQuoteData not in target.lines[0].data


def test_more_than_the_line_has_cannot_be_moved(house, chairs):
    source, target = house.order((chairs, "150")), house.order(seller="V2")

    with pytest.raises(Refused) as refused, house.desk() as desk:
        move_line(desk, source, 1, target, "151")

    assert refused.value.codes == ("procurement.line.move",)


def test_a_line_that_cannot_arrive_does_not_leave(house, chairs):
    source = house.order((chairs, "150"))
    target = house.do(house.order(NewLine("Freight", 1), seller="V2"), "send", {"mail": False})

    with pytest.raises(Refused), house.desk() as desk:
        move_line(desk, source, 1, target)

    assert house.ordered(chairs) == "150"


def test_a_move_that_is_refused_keeps_the_line_and_leaves_the_desk_usable(house, chairs):
    source = house.order((chairs, "150"))
    target = house.do(house.order(NewLine("Freight", 1), seller="V2"), "send", {"mail": False})

    with house.desk() as desk:
        with pytest.raises(Refused):
            move_line(desk, source, 1, target)
        desk.note(source, "It stays with this vendor.")

    assert [line.quantity for line in house.now(source).lines] == [Decimal(150)]
    assert house.ordered(chairs) == "150"


def test_a_line_is_not_moved_to_the_order_it_is_on(house, chairs):
    order = house.order((chairs, "150"))

    with pytest.raises(Refused) as refused, house.desk() as desk:
        move_line(desk, order, 1, order, "50")

    assert refused.value.codes == ("procurement.line.move",)


def test_a_split_one_order_of_which_cannot_take_its_part_writes_nothing(house, chairs):
    draft = house.order()
    sent = house.do(house.order(NewLine("Freight", 1), seller="V2"), "send", {"mail": False})

    with house.desk() as desk:
        with pytest.raises(Refused):
            split(desk, chairs.id, [(draft, "120"), (sent, "80")])
        desk.note(draft, "Still without lines.")

    assert house.now(draft).lines == ()
    assert house.ordered(chairs) == "0"


def test_an_order_named_twice_in_a_split_takes_the_sum(house, chairs):
    first, second = house.order(), house.order(seller="V2")

    with house.desk() as desk:
        orders = split(desk, chairs.id, [(first, "60"), (second, "80"), (first, "40")])

    assert [(order.id, order.lines[0].quantity) for order in orders] == [
        (first.id, Decimal(100)),
        (second.id, Decimal(80)),
    ]


def test_an_order_changed_meanwhile_is_a_conflict(house, chairs):
    order = house.order((chairs, "50"))
    with house.desk() as desk:
        set_quantity(desk, order, 1, "60")

    with pytest.raises(Conflict), house.desk() as desk:
        set_quantity(desk, order, 1, "70")


def test_the_sheet_shows_every_need_by_department_with_the_lines_of_this_order(house, chairs):
    house.need("Mixing desk", "2", department="Audio")
    order = house.order((chairs, "50"))
    house.order((chairs, "20"), seller="V2")

    with house.desk() as desk:
        shown = [
            (department, row.covered.need.name, str(row.covered.coverage), len(row.here))
            for department, rows in sheet(desk.reading, order)
            for row in rows
        ]

    assert shown == [
        ("Audio", "Mixing desk", "Needs Order (0 of 2)", 0),
        ("Hospitality", "Folding chair", "Short (70 of 200, 130 short)", 1),
    ]
