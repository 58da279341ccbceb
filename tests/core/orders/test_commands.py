from datetime import date

import attrs
import pytest

from orderloom.errors import Refused
from orderloom.orders.commands import AddLine, NewLine, NewOrder, Place
from orderloom.orders.data import Data


def test_a_line_like_another_has_its_content_but_no_price_and_no_past(order):
    line = attrs.evolve(
        order.lines[0],
        product="chair",
        group="Bar",
        specs=(("Colour", "red"),),
        needed_by=date(2026, 7, 1),
        note="Careful",
        data=Data.of(()),
    )

    assert NewLine.like(line) == NewLine(
        "Folding chair",
        line.quantity,
        line.unit,
        product="chair",
        group="Bar",
        specs=(("Colour", "red"),),
        needed_by=date(2026, 7, 1),
        note="Careful",
        data=(line.data,),
    )


def test_it_may_differ(order):
    assert NewLine.like(order.lines[0], quantity=3, price="2").quantity == 3
    assert NewLine.like(order.lines[0], quantity=3, price="2").price == "2"


def test_a_command_names_its_event_beside_its_fields():
    assert Place.event == "placed"
    assert "event" not in attrs.fields_dict(Place)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (None, "lines"),
        (NewLine("Rope", 1), "lines"),
        ("C", "lines[0]"),
        ([{"name": "Rope", "quantity": 1}], "lines[0]"),
        ([NewLine("Rope", 1), None], "lines[1]"),
    ],
)
def test_an_order_takes_nothing_but_lines(lines, field):
    with pytest.raises(Refused, match=r"give a (list of )?NewLine") as refused:
        NewOrder("toy.order", lines=lines)

    assert [(one.field, one.code) for one in refused.value.problems] == [(field, "input.unfit")]


def test_nothing_but_a_line_can_be_added():
    with pytest.raises(Refused, match="give a NewLine") as refused:
        AddLine({"name": "Rope", "quantity": 1})

    assert refused.value.codes == ("input.unfit",)
