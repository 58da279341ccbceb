from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa

from orderloom import Data, LinePrice, NewLine, Price, RecordQuantity, SetLine, module_data
from orderloom.orders import codec
from orderloom.store.engine import reading
from orderloom.store.schema import subjects


@module_data("toy.gone", v=3)
@attrs.frozen
class Gone:
    words: tuple[str, ...] = ()


def test_a_copy_has_the_content_and_nothing_of_the_history(toy):
    order = toy.place(project="summer", buyer="b1", title="Chairs", remarks="Ring")
    toy.edit(order, RecordQuantity(1, "received", 5))
    with toy.desk() as desk:
        desk.note(order, "x")

        copy = desk.copy(order)

    assert copy.id != order.id
    assert (copy.version, copy.status, copy.number) == (1, "draft", "")
    same = ("project", "buyer", "seller", "title", "remarks", "currency")
    assert all(getattr(copy, name) == getattr(order, name) for name in same)
    assert [(line.name, line.quantity, line.quantities) for line in copy.lines] == [
        ("Folding chair", 200, ())
    ]
    assert toy.names(copy) == ["place"]


def test_a_copy_asks_for_the_prices_of_today(make_toy, make_module):
    price = {"now": Decimal(3)}

    def price_line(line):
        return LinePrice(Price(price["now"], "EUR"), "list")

    toy = make_toy(make_module("shop", price_line=price_line))
    order = toy.place(lines=[NewLine("Chair", 2)])
    price["now"] = Decimal(4)

    with toy.desk() as desk:
        assert str(desk.copy(order).totals.total) == "8.00 EUR"
    assert str(toy.get(order).totals.total) == "6.00 EUR"


@pytest.fixture
def odd():
    """Data of a module that is not there, in a form nobody here can parse."""
    return Data((("gone", '{"a":["1.50",{"z":null}],"v":7}'),))


def test_data_of_an_absent_module_survives_edit_action_and_copy(toy, odd):
    lines = [NewLine("Chair", 1, data=odd)]
    order = toy.place(lines=lines, data=(odd, Gone(("a",))))
    order = toy.edit(order, SetLine(line=1, quantity=5, data=Gone(("b",))))
    with toy.desk() as desk:
        copy = desk.copy(order)
    toy.perform(order, "send")

    for each in (order, copy):
        kept = toy.get(each)
        assert dict(kept.data.texts)["gone"] == odd.texts[0][1]
        assert dict(kept.line(1).data.texts)["gone"] == odd.texts[0][1]
        assert kept.line(1).data[Gone] == Gone(("b",))
    with reading(toy.loom.engine, toy.tenant) as connection:
        text = connection.execute(
            sa.select(subjects.c.data).where(subjects.c.id == copy.id)
        ).scalar_one()
    assert codec.dumps(codec.loads(text)) == text


@pytest.mark.parametrize(
    "named", [lambda order: order.ref, lambda order: order.id, lambda order: str(order.id)]
)
def test_the_order_to_copy_is_named_as_for_any_command(toy, named):
    order = toy.place(title="Chairs")

    with toy.desk() as desk:
        copy = desk.copy(named(order))

    assert (copy.title, copy.id == order.id) == ("Chairs", False)
