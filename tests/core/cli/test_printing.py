from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest

from orderloom.cli import printing
from orderloom.cli.printing import Table, aligned, cell, json_ready, safe, to_json
from orderloom.orders.data import Data
from orderloom.values import Money, Price


def test_what_acts_on_a_terminal_is_written_out():
    text = "red\x1b[31m \u202eback\r\n\x9bline"

    assert safe(text) == "red\\x1b[31m \\u202eback\\r\\n\\x9bline"


def test_line_ends_stay_where_they_are_wanted():
    assert safe("one\ntwo\rthree", lines=True) == "one\ntwo\\rthree"


def test_numbers_and_amounts_are_aligned_to_the_right():
    table = Table(
        ("name", "quantity", "total"),
        [("Chair", Decimal("2.50"), Money(Decimal("1234.5"), "EUR")), ("Tent", Decimal(10), None)],
    )

    assert aligned(table) == [
        "name   quantity        total",
        "Chair       2.5  1234.50 EUR",
        "Tent         10",
    ]


def test_wide_letters_take_two_columns_and_accents_none():
    table = Table(("name", "id"), [("椅子", "a"), ("cafe\u0301", "b")])

    assert aligned(table) == ["name  id", "椅子  a", "cafe\u0301  b"]


def test_a_table_without_rows_has_its_headings():
    assert aligned(Table(("a", "b"), [])) == ["a  b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (Decimal("1.500"), "1.5"),
        (datetime(2027, 3, 1, 9, 5, tzinfo=UTC), "2027-03-01 09:05"),
        (("b", "a"), "b, a"),
        (frozenset(("b", "a")), "a, b"),
        ({"line": 1, "price": {"amount": "2"}}, "line=1, price=(amount=2)"),
    ],
)
def test_a_value_is_one_line_of_text(value, expected):
    assert cell(value) == expected


def test_json_has_decimals_as_text_and_records_as_objects():
    value = {"price": Price(Decimal("12.50"), "EUR"), "at": datetime(2027, 3, 1, tzinfo=UTC)}

    assert json_ready(value) == {
        "price": {"amount": "12.5", "currency": "EUR", "per": "1"},
        "at": "2027-03-01T00:00:00+00:00",
    }


def test_json_shows_module_data_under_its_key():
    data = Data((("shop", '{"color":"red","v":1}'),))

    assert json_ready(data) == {"shop": {"color": "red", "v": 1}}


def test_json_is_safe_to_print():
    assert to_json({"name": "\u202eevil\x9b"}) == '{"name": "\\u202eevil\\u009b"}'


def test_rich_draws_the_same_texts_and_reads_no_markup_in_them(monkeypatch):
    console = pytest.importorskip("rich.console")
    drawn = console.Console(file=StringIO(), width=60)
    monkeypatch.setattr(printing, "_console", lambda: drawn)

    printing.print_table(Table(("name", "quantity"), [("[red]Chair[/red] \x1b[2J", Decimal(2))]))

    assert drawn.file.getvalue().split("\n")[1].rstrip() == "[red]Chair[/red] \\x1b[2J         2"


def test_a_pipe_gets_plain_text(capsys):
    printing.print_table(Table(("name",), [("Chair",)]))

    assert capsys.readouterr().out == "name\nChair\n"
