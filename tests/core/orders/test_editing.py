import pickle
from decimal import Decimal

import attrs
import pytest

from orderloom.orders.building import build_subject
from orderloom.orders.commands import (
    KEEP,
    AddLine,
    MoveLine,
    NewLine,
    NewSubject,
    RecordQuantity,
    RemoveLine,
    Reprice,
    SetLine,
    SetOrder,
)
from orderloom.orders.editing import apply_edits
from orderloom.orders.order import Provenance, TaxRate
from orderloom.values import Price


def test_an_edit_of_nothing_is_the_same_value(edited, order):
    assert edited(SetLine(line=1), SetOrder(), MoveLine(1, 1)) == order


def test_what_is_not_given_stays(edited, order):
    line = edited(SetLine(line=1, quantity="150")).line(1)

    assert (line.name, line.quantity, line.price) == (
        "Folding chair",
        Decimal(150),
        order.line(1).price,
    )


def test_a_line_is_named_by_id_or_by_position(edited, order):
    by_id = edited(SetLine(line=order.line(2).id, name="Bar table"))

    assert by_id.line(2).name == "Bar table"
    assert edited(SetLine(line=2, name="Bar table")) == by_id


def test_every_field_of_a_line_can_be_set(edited):
    change = SetLine(
        line=2, name="Bar table", quantity=3, price="9.5", needed_by="2026-07-10", note="White",
        group="Bar", specs={"Height": "110 cm"},
    )  # fmt: skip

    line = edited(change).line(2)

    assert (line.name, line.quantity, line.note, line.group) == ("Bar table", 3, "White", "Bar")
    assert line.price == Price(Decimal("9.5"), "EUR")
    assert line.price_source == Provenance(rule="ann")
    assert line.needed_by.isoformat() == "2026-07-10"
    assert line.specs == (("Height", "110 cm"),)


def test_a_price_can_be_taken_off(edited):
    line = edited(SetLine(line=1, price=None)).line(1)

    assert (line.price, line.total, line.price_source) == (None, None, Provenance())


def test_a_line_is_added_at_the_end(edited):
    after = edited(AddLine(NewLine("Tent", 1)))

    assert [(line.position, line.name) for line in after.lines] == [
        (1, "Folding chair"),
        (2, "Banquet table"),
        (3, "Tent"),
    ]


def test_the_rest_moves_up_when_a_line_is_removed(edited):
    after = edited(RemoveLine(1))

    assert [(line.position, line.name) for line in after.lines] == [(1, "Banquet table")]


@pytest.mark.parametrize("position", [2, 99, "2"])
def test_a_line_moves_to_a_position_at_most_to_the_end(edited, position):
    after = edited(MoveLine(1, position))

    assert [(line.position, line.name) for line in after.lines] == [
        (1, "Banquet table"),
        (2, "Folding chair"),
    ]


def test_edits_are_applied_in_order(edited):
    after = edited(RemoveLine(1), SetLine(line=1, name="Bar table"))

    assert [line.name for line in after.lines] == ["Bar table"]


def test_everything_wrong_is_told_at_once_with_its_path(maker, order, codes):
    edits = [
        SetLine(line=9, quantity=1),
        SetLine(line=1, name="", quantity="0", price="x", needed_by="soon", note="\x07"),
        AddLine(NewLine("", 1)),
        RemoveLine(9),
        MoveLine(1, 0),
        RecordQuantity(1, "received", -1),
        Reprice([9]),
        SetOrder(seller="ghost", remarks="\x00"),
    ]

    apply_edits(maker, order, edits)

    assert codes() == [
        ("edits[0].line", "line.unknown"),
        ("edits[1].name", "text.empty"),
        ("edits[1].quantity", "decimal.too_small"),
        ("edits[1].needed_by", "date.malformed"),
        ("edits[1].note", "text.control_character"),
        ("edits[1].price", "decimal.not_a_number"),
        ("edits[2].line.name", "text.empty"),
        ("edits[3].line", "line.unknown"),
        ("edits[4].position", "decimal.too_small"),
        ("edits[5].quantity", "decimal.too_small"),
        ("edits[6].line", "line.unknown"),
        ("seller", "party.unknown"),
        ("remarks", "text.control_character"),
    ]


def test_what_was_received_adds_up_to_the_quantity_of_the_line(edited):
    after = edited(RecordQuantity(1, "received", 150), RecordQuantity(1, "received", "50"))

    assert after.line(1).happened("received") == 200
    assert after.line(1).happened("shipped") == 0


def test_more_than_the_line_orders_cannot_be_received(edited, maker):
    edited(RecordQuantity(1, "received", 150), RecordQuantity(1, "received", "50.000001"))

    (problem,) = maker.gather.problems
    assert str(problem) == (
        "edits[1].quantity: 200.000001 would be received of line 1, which orders 200. "
        "To record it, state at most 50."
    )


def test_what_happened_needs_a_word(edited, codes):
    edited(RecordQuantity(1, "x" * 1000, 1))

    assert codes() == [("edits[0].name", "key.malformed")]


def test_a_line_cannot_be_lowered_below_what_happened(edited, maker):
    edited(RecordQuantity(1, "received", 150), SetLine(line=1, quantity=149))

    (problem,) = maker.gather.problems
    assert str(problem) == (
        "edits[1].quantity: Line 1 cannot be lowered to 149: 150 were received of it already. "
        "To lower it, order at least 150."
    )


def test_a_line_something_happened_to_cannot_be_taken_off(edited, codes):
    edited(RecordQuantity(1, "received", 1), RemoveLine(1))

    assert codes() == [("edits[1].line", "line.happened")]


@pytest.fixture
def by_rule(order):
    """The order with both lines priced by a module."""
    priced = {"price": Price(Decimal(3), "EUR"), "price_source": Provenance("shop", "list")}
    return attrs.evolve(order, lines=tuple(attrs.evolve(line, **priced) for line in order.lines))


def test_reprice_takes_off_prices_and_taxes_of_the_lines_named(maker, by_rule):
    after = apply_edits(maker, by_rule, [Reprice([1])])

    assert [line.price for line in after.lines] == [None, Price(Decimal(3), "EUR")]


def test_reprice_without_lines_means_all(maker, by_rule):
    after = apply_edits(maker, by_rule, [Reprice()])

    assert [line.price for line in after.lines] == [None, None]


def test_reprice_leaves_prices_somebody_entered(edited):
    after = edited(SetLine(line=2, price=1), Reprice())

    assert [line.price.amount for line in after.lines] == [Decimal("1.25"), Decimal(1)]


def test_a_new_price_asks_for_its_tax_anew(maker, order):
    taxed = attrs.evolve(order.line(1), tax=TaxRate("S", Decimal(20)))
    order = attrs.evolve(order, lines=(taxed, order.line(2)))

    after = apply_edits(maker, order, [SetLine(line=1, price=2)])

    assert after.line(1).tax is None


def test_an_edit_for_orders_does_not_fit_another_subject(maker, codes):
    visit = build_subject(maker, NewSubject("toy.visit", "Kick-off"), "planned")

    edits = [SetLine(line=1, name="x"), SetOrder(remarks="x", buyer="v1"), SetOrder(title="")]
    apply_edits(maker, visit, edits)

    assert codes() == [
        ("edits[0]", "edit.unfit"),
        ("edits[1]", "edit.unfit"),
        ("title", "text.empty"),
    ]


def test_keep_survives_pickling():
    assert pickle.loads(pickle.dumps(KEEP)) is KEEP
