from decimal import Decimal

from orderloom.cli.printing import Table, aligned

TABLE = Table(
    ("order", "note", "seller", "quantity", "city"),
    [
        ("S-1", "", "A vendor with a name that is long", Decimal("12345.5"), "Sampletown"),
        ("S-2", "", "Short", Decimal(2), "Exampleton"),
    ],
    spare=("city",),
)


def test_a_table_with_room_enough_is_shown_whole():
    assert aligned(TABLE, 68) == aligned(TABLE)
    assert aligned(TABLE)[0].split() == ["order", "note", "seller", "quantity", "city"]


def test_empty_columns_go_first():
    assert aligned(TABLE, 67)[0].split() == ["order", "seller", "quantity", "city"]


def test_then_the_spare_ones_go():
    assert aligned(TABLE, 61)[0].split() == ["order", "seller", "quantity"]


def test_then_the_longest_text_is_cut_and_no_number():
    assert aligned(TABLE, 34) == [
        "order  seller            quantity",
        "S-1    A vendor with a…   12345.5",
        "S-2    Short                    2",
    ]


def test_what_cannot_be_narrower_is_shown_all_the_same():
    assert aligned(TABLE, 5) == [
        "order  seller        quantity",
        "S-1    A vendor wi…   12345.5",
        "S-2    Short                2",
    ]


def test_the_column_that_names_the_row_is_never_cut():
    table = Table(("order", "count"), [("a name that is longer than the room", 1)])

    assert aligned(table, 20)[1] == "a name that is longer than the room      1"


def test_wide_letters_are_cut_by_the_room_they_take():
    table = Table(("id", "name"), [("V1", "椅子" * 10)])

    assert aligned(table, 17)[1] == "V1  椅子椅子椅子…"


def test_a_list_in_a_narrow_terminal_breaks_no_line(shell, order, monkeypatch):
    monkeypatch.setenv("COLUMNS", "64")

    lines = shell("order", "list").stdout.splitlines()

    assert lines[0].split() == ["order", "status", "title", "total"]
    assert max(map(len, lines)) <= 64


def test_a_long_fact_goes_on_under_itself(shell, monkeypatch):
    shell("party", "add", "V1", "Example Tents", "--supplies", "tents, floors and 1 200 chairs")
    monkeypatch.setenv("COLUMNS", "30")

    assert shell("party", "show", "V1").stdout == (
        "id        V1\n"
        "name      Example Tents\n"
        "supplies  tents, floors and 1\n"
        "          200 chairs\n"
    )
