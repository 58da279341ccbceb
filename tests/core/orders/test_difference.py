import attrs

from orderloom.orders.commands import AddLine, NewLine, RemoveLine, SetLine, SetOrder
from orderloom.orders.difference import difference, without_texts


def test_nothing_changed(order):
    assert difference(order, attrs.evolve(order, version=2)) == {}


def test_fields_are_told_with_both_values(edited, order):
    after = edited(SetOrder(title="Main stage"))

    assert difference(order, after) == {"title": [None, "Main stage"]}


def test_personal_fields_are_named_without_their_values(edited, order):
    after = edited(SetOrder(remarks="Ask for Kim", seller=""))

    assert difference(order, after) == {"remarks": [], "seller": []}


def test_lines_are_told_by_kind_of_change(edited, order):
    after = edited(
        RemoveLine(2), SetLine(line=1, quantity=100), AddLine(NewLine("Tent", "2.50", "MTK"))
    )

    assert difference(order, after) == {
        "lines_added": [{"line": 2, "name": "Tent", "quantity": "2.5", "unit": "MTK"}],
        "lines_removed": [{"line": 2, "name": "Banquet table", "quantity": "10", "unit": "C62"}],
        "lines_changed": [
            {
                "line": 1,
                "name": "Folding chair",
                "quantity": ["200", "100"],
                "total": [
                    {"amount": "250", "currency": "EUR"},
                    {"amount": "125", "currency": "EUR"},
                ],
            }
        ],
    }


def test_without_texts_it_says_what_was_changed_and_figures(edited, order):
    after = edited(
        RemoveLine(2),
        SetLine(line=1, quantity=100, note="For Kim"),
        AddLine(NewLine("Tent of Kim", "2.50", "MTK")),
        SetOrder(title="Kim"),
    )

    assert without_texts(difference(order, after)) == {
        "title": [],
        "lines_added": [{"line": 2, "name": "", "quantity": "2.5", "unit": "MTK"}],
        "lines_removed": [{"line": 2, "name": "", "quantity": "10", "unit": "C62"}],
        "lines_changed": [
            {"line": 1, "name": "", "quantity": ["200", "100"], "note": [], "total": []}
        ],
    }
