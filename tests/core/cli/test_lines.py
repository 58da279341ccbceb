from decimal import Decimal

import pytest

from orderloom.cli.lines import line_of, orders_in
from orderloom.errors import Refused
from orderloom.orders.commands import NewLine
from orderloom.values import Address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Folding chair=200 C62@12.50",
            {"name": "Folding chair", "quantity": "200", "unit": "C62", "price": "12.50"},
        ),
        ("Tent=2", {"name": "Tent", "quantity": "2"}),
        ("Rope = 10 square metre", {"name": "Rope", "quantity": "10", "unit": "square metre"}),
        ("Hook@home=3@1.20", {"name": "Hook@home", "quantity": "3", "price": "1.20"}),
        ("size=XL shirt=5", {"name": "size=XL shirt", "quantity": "5"}),
        ("product:CHAIR=5", {"product": "CHAIR", "quantity": "5"}),
    ],
)
def test_a_line_is_name_quantity_unit_and_price(text, expected):
    assert line_of(text) == expected


@pytest.mark.parametrize("text", ["Chair", "Chair=", "=", ""])
def test_a_text_without_quantity_is_no_line(text):
    with pytest.raises(Refused) as refused:
        line_of(text)

    assert refused.value.codes == ("cli.line_malformed",)


def test_a_json_file_holds_one_order(tmp_path):
    path = tmp_path / "order.json"
    path.write_text(
        '{"type": "shop.order", "bill_to": "Office\\nLong Lane 1", "lines": '
        '[{"name": "Chair", "quantity": 0.1, "specs": {"colour": "red"}}]}'
    )

    (new,) = orders_in(path, {"project": "summer"})

    assert (new.type, new.project) == ("shop.order", "summer")
    assert new.bill_to == Address(("Office", "Long Lane 1"))
    assert new.lines == (NewLine("Chair", Decimal("0.1"), specs={"colour": "red"}),)


def test_a_toml_file_holds_several_orders(tmp_path):
    path = tmp_path / "orders.toml"
    path.write_text(
        '[[orders]]\ntitle = "One"\n'
        '[[orders]]\ntitle = "Two"\n'
        "[[orders.lines]]\nname = 'Tent'\nquantity = 2\nneeded_by = 2027-03-01\n"
    )

    news = orders_in(path, {"type": "shop.order"})

    assert [new.title for new in news] == ["One", "Two"]
    assert news[1].lines[0].quantity == Decimal(2)


def test_every_problem_of_a_file_is_told_with_its_place(tmp_path):
    path = tmp_path / "orders.json"
    path.write_text(
        '[{"type": "a", "lines": [{"name": "Tent", "quantity": NaN}]},'
        ' {"type": "b", "seler": "V1"}, 7]'
    )

    with pytest.raises(Refused) as refused:
        orders_in(path, {})

    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("[0].lines[0].quantity", "decimal.not_finite"),
        ("[1].seler", "input.unknown"),
        ("[2]", "cli.order_malformed"),
    ]
