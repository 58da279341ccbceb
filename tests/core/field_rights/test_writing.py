"""What is hidden is neither set nor cleared, by any command; everything else is."""

from __future__ import annotations

import pytest

from orderloom import (
    AddLine,
    Forbidden,
    MoveLine,
    NewLine,
    RecordQuantity,
    Refused,
    RemoveLine,
    Reprice,
    SetLine,
    SetOrder,
)


@pytest.fixture
def order(shop):
    return shop.place()


def edits(order):
    record = order.data  # a `Data` that carries the deal
    return {
        "a price": (SetLine(line=1, price="1"), "edits[0].price"),
        "no price": (SetLine(line=1, price=None), "edits[0].price"),
        "an empty price": (SetLine(line=1, price=""), "edits[0].price"),
        "a price again": (Reprice(), "edits[0]"),
        "a new line's price": (AddLine(NewLine("Table", "1", price="2")), "edits[0].line.price"),
        "a deal": (SetOrder(data=record), "edits[0].data"),
        "a line's deal": (SetLine(line=1, data=record), "edits[0].data"),
        "a new line's deal": (AddLine(NewLine("Table", "1", data=record)), "edits[0].line.data"),
    }


@pytest.mark.parametrize(
    "what",
    ["a price", "no price", "an empty price", "a price again", "a new line's price", "a deal",
     "a line's deal", "a new line's deal"],
)  # fmt: skip
def test_an_edit_that_touches_what_is_hidden_is_refused(shop, order, what):
    edit, field = edits(order)[what]

    with shop.desk(shop.porter) as desk, pytest.raises(Forbidden) as refused:
        desk.edit(order.ref, edit)

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("field.hidden", field)
    assert problem.lifted_by == "role Admin or Clerk"
    assert shop.get(order) == order
    with shop.desk() as desk:
        desk.edit(order.ref, edit)  # whoever sees it may


def test_all_that_is_wrong_is_said_at_once(shop, order):
    wrong = [SetLine(line=1, price="1"), SetLine(line=1, quantity="0"), Reprice()]

    with shop.desk(shop.porter) as desk, pytest.raises(Refused) as refused:
        desk.edit(order.ref, wrong)

    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["edits[0].price", "edits[2]", "edits[1].quantity"]


def test_other_edits_leave_what_is_hidden_as_it_is(shop, order):
    seen = shop.get(order, shop.porter)
    others = [
        SetLine(line=1, quantity="4", note="with care", name="Stool"),
        SetOrder(title="Fair", remarks="Ring twice"),
        AddLine(NewLine("Table", "2")),
        MoveLine(line=2, position=1),
        RecordQuantity(2, "received", "1"),
        RemoveLine(1),
    ]

    with shop.desk(shop.porter) as desk:
        after = desk.edit(seen, others)

    whole = shop.get(order)
    line = whole.lines[0]
    assert after.hidden == seen.hidden
    assert (line.name, line.price, line.price_source) == (
        "Stool", order.lines[0].price, order.lines[0].price_source
    )  # fmt: skip
    assert (line.data, whole.data) == (order.lines[0].data, order.data)
    # 4 x 98765.43 = 395061.72; + 19 % = 75061.73; - 5432.10
    assert str(whole.totals) == "464691.35 EUR"


def test_a_masked_order_handed_back_writes_nothing(shop, order):
    seen = shop.get(order, shop.porter)

    with shop.desk(shop.porter) as desk:
        again = desk.edit(seen, [])

    assert again == seen
    assert shop.get(order) == order


def test_moving_deleting_and_restoring_erase_nothing(shop, order):
    with shop.desk(shop.porter) as desk:
        seen = desk.delete(shop.get(order, shop.porter))
        seen = desk.restore(seen)
        desk.perform(seen, "finish")

    whole = shop.get(order)
    assert (whole.lines, whole.totals, whole.data) == (order.lines, order.totals, order.data)


def test_a_copy_carries_along_what_the_copier_does_not_see(shop, order):
    seen = shop.get(order, shop.porter)

    with shop.desk(shop.porter) as desk:
        copy = desk.copy(seen)

    whole = shop.get(copy)
    assert copy.hidden == seen.hidden
    assert (whole.data, whole.lines[0].data) == (order.data, order.lines[0].data)
    assert whole.lines[0].price == order.lines[0].price  # asked for again, of the list


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lines": [NewLine("Chair", "1"), NewLine("Table", "1", price="1")]}, "lines[1].price"),
        ({"data": None}, "data"),
    ],
)
def test_nobody_places_what_he_does_not_see(shop, order, fields, field):
    if "data" in fields:
        fields = {"data": (order.data,)}

    with shop.desk(shop.porter) as desk, pytest.raises(Forbidden) as refused:
        desk.place(shop.plain(**fields))
    with shop.desk(shop.porter) as desk, pytest.raises(Forbidden):
        desk.place_many([shop.plain(), shop.plain(**fields)])

    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_order_is_placed_at_the_prices_of_the_modules(shop):
    placed = shop.place(shop.plain(), shop.porter)

    assert placed.lines[0].price is None
    assert str(shop.get(placed).lines[0].price) == "98765.43 EUR"


def test_an_action_sets_no_price_for_who_does_not_see_it(shop, order):
    with shop.desk(shop.porter) as desk, pytest.raises(Forbidden) as refused:
        desk.perform(order.ref, "bid", {"price": "1"})
    with shop.desk(shop.porter) as desk:
        after = desk.perform(order.ref, "bid", {"note": "seen"})

    assert refused.value.codes == ("field.hidden",)
    whole = shop.get(order)
    assert whole.lines == order.lines
    assert after == shop.get(order, shop.porter)
    assert list(whole.data) == ["shop.colour", "shop.deal"]
