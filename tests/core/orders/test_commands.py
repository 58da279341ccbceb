from datetime import date

import attrs

from orderloom.orders.commands import NewLine, Place
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
