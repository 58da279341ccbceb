"""Numbers no order can hold, through every door that takes one."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from orderloom import NewLine, Refused, SetLine
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import NewNeed, add_need, change_need
from orderloom_procurement.records import LineData

NOT_A_NUMBER, NOT_FINITE = "decimal.not_a_number", "decimal.not_finite"
TOO_LONG, TOO_SMALL = "decimal.too_long", "decimal.too_small"

#: As people and machines write them, with the code of the refusal and what the remedy names.
BAD = [
    ("NaN", NOT_FINITE, "plain digits"),
    ("sNaN", NOT_FINITE, "plain digits"),
    ("Infinity", NOT_FINITE, "plain digits"),
    ("-inf", NOT_FINITE, "plain digits"),
    ("1e400", NOT_A_NUMBER, "without spaces or an exponent"),
    ("1" * 40, TOO_LONG, "at most 12 digits before the point"),
    ("1" * 5000, TOO_LONG, "at most 12 digits before the point"),
    ("0.0000001", TOO_LONG, "6 after it"),
    ("１２", NOT_A_NUMBER, "the digits 0-9"),
    ("٣", NOT_A_NUMBER, "the digits 0-9"),
    ("1 000", NOT_A_NUMBER, "without spaces"),
    ("many", NOT_A_NUMBER, "such as 12.50"),
    ("-1", TOO_SMALL, "a number > 0"),
    ("0", TOO_SMALL, "a number > 0"),
]
IDS = [
    raw if raw.isascii() and len(raw) < 10 else f"{ascii(raw)[1:11]}-{len(raw)}" for raw, *_ in BAD
]
CASE = ("raw", "code", "remedy")
bad = pytest.mark.parametrize(CASE, BAD, ids=IDS)
typed = pytest.mark.parametrize(  # a space would end the number there
    CASE, [case for case in BAD if " " not in case[0]], ids=[one for one in IDS if " " not in one]
)


@pytest.fixture
def engine(sqlite_engine):
    """The gates stand before any database, so one is enough."""
    return sqlite_engine


@pytest.fixture
def need(house):
    return house.need()


@pytest.fixture
def order(house, need):
    return house.order(need)


# ── Python ─────────────────────────────────────────────────────────────────────────────────


@bad
def test_python_refuses_them_in_new_orders(house, unchanged, raw, code, remedy):
    with unchanged(), pytest.raises(Refused, match=remedy) as refused, house.desk() as desk:
        desk.place(house.new(NewLine("Tent", raw)))

    assert refused.value.codes == (code,)
    assert refused.value.problems[0].field == "lines[0].quantity"


@bad
def test_python_refuses_them_in_edits_and_in_needs(house, unchanged, order, raw, code, remedy):
    new = NewNeed(project="summer", department="Bar", name="Tent", quantity=raw)
    commands = [
        lambda desk: desk.edit(order, SetLine(line=1, quantity=raw)),
        lambda desk: add_need(desk, new),
    ]

    for command in commands:
        with unchanged(), pytest.raises(Refused, match=remedy) as refused, house.desk() as desk:
            command(desk)
        assert refused.value.codes == (code,)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (float("nan"), NOT_A_NUMBER),
        (1.5, NOT_A_NUMBER),
        (True, NOT_A_NUMBER),
        (None, NOT_A_NUMBER),
        (b"12", NOT_A_NUMBER),
        ([], NOT_A_NUMBER),
        (Decimal("NaN"), NOT_FINITE),
        (Decimal("-Infinity"), NOT_FINITE),
        (Decimal("1e400"), TOO_LONG),
        (10**5000, TOO_LONG),
        (-1, TOO_SMALL),
    ],
    ids=lambda raw: raw if isinstance(raw, str) else type(raw).__name__,
)
def test_python_refuses_other_types_and_sizes(house, unchanged, raw, code):
    with unchanged(), pytest.raises(Refused, match="To ") as refused, house.desk() as desk:
        desk.place(house.new(NewLine("Tent", raw)))

    assert refused.value.codes == (code,)
    assert len(str(refused.value)) < 300


def test_one_bad_order_among_many_places_none(house, unchanged):
    news = [house.new(NewLine("Tent", raw)) for raw in ("1", "NaN", "2", "0")]

    with unchanged(), pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place_many(news, chunk=1)
    with unchanged(), pytest.raises(Refused) as together, house.desk() as desk:
        desk.place_many(news)

    assert [one.field for one in refused.value.problems] == ["[1].lines[0].quantity"]
    assert [one.field for one in together.value.problems] == [
        "[1].lines[0].quantity",
        "[3].lines[0].quantity",
    ]


def test_a_need_may_fall_to_zero_but_not_below(house, need):
    with pytest.raises(Refused, match="a number >= 0"), house.desk() as desk:
        change_need(desk, need, quantity="-0.5")
    with house.desk() as desk:
        assert change_need(desk, need, quantity="0").version == 2


def test_options_of_actions_are_refused_too(house, unchanged, order):
    with house.desk() as desk:
        sent = desk.perform(order, "send")
    quotes = [{"line": "１", "price": "1e400"}, {"line": 1, "price": "-1"}]

    with unchanged(), pytest.raises(Refused) as refused, house.desk() as desk:
        desk.perform(sent, "record_quote", {"quotes": quotes})

    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("quotes[0].line", NOT_A_NUMBER),
        ("quotes[0].price", NOT_A_NUMBER),
        ("quotes[1].price", TOO_SMALL),
    ]


def test_more_than_is_needed_is_refused_with_both_figures(house, unchanged, need):
    with unchanged(), pytest.raises(Refused, match=r"201.*200"), house.desk() as desk:
        desk.place(house.new(line_for(need, "201")))


# ── the command line ───────────────────────────────────────────────────────────────────────


@typed
def test_the_command_line_refuses_them(shell, unchanged, order, raw, code, remedy):
    need = str(order.lines[0].data[LineData].need)
    commands = [
        ("order", "place", "--project", "summer", "--line", f"Tent={raw}"),
        ("order", "edit", str(order.id), "--set", "1", f"quantity={raw}"),
        ("procurement", "needs", "add", "summer", "Bar", "Tent", "--", raw),
        ("procurement", "lines", "add", str(order.id), need, "--", raw),
        ("procurement", "lines", "set", str(order.id), "1", "--", raw),
    ]

    with unchanged():
        for words in commands:
            told = shell.refused(*words)
            assert told.codes == [code]
            assert remedy in told.text
            assert len(told.text) < 300


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("NaN", NOT_FINITE),
        ("-Infinity", NOT_FINITE),
        ("1e400", NOT_A_NUMBER),
        ("1" * 40, TOO_LONG),
        ("1" * 5000, TOO_LONG),
        ('"１２"', NOT_A_NUMBER),
        ("true", NOT_A_NUMBER),
        ("null", NOT_A_NUMBER),
        ('{"a": 1}', NOT_A_NUMBER),
        ("-1", TOO_SMALL),
    ],
    ids=lambda raw: raw[:10],
)
def test_files_of_orders_are_refused(shell, unchanged, tmp_path, raw, code):
    line = f'{{"name": "Tent", "quantity": {raw}}}'
    (tmp_path / "orders.json").write_text(f'{{"project": "summer", "lines": [{line}]}}')

    with unchanged():
        told = shell.refused("order", "place", "orders.json")

    assert (told.codes, told.fields) == ([code], ["lines[0].quantity"])


@pytest.mark.parametrize(
    ("setting", "remedy"),
    [("smtp_port=NaN", "write digits only"), ("smtp_port=-1", "a number from 1 to 65535")],
)
def test_settings_are_refused(shell, unchanged, setting, remedy):
    with unchanged():
        told = shell.refused("tenant", "settings", "set", "core", setting)

    assert remedy in told.text


# ── CSV ────────────────────────────────────────────────────────────────────────────────────


@bad
def test_a_csv_file_is_refused_with_line_and_column(shell, unchanged, tmp_path, raw, code, remedy):
    rows = f"summer,Bar,Cup,1\nsummer,Bar,Tent,{raw}\n"
    (tmp_path / "needs.csv").write_text("project,department,name,quantity\n" + rows)

    with unchanged():
        told = shell.refused("procurement", "needs", "import", "needs.csv")

    assert (told.codes, told.fields) == ([code], ["line 3, column quantity"])
    assert remedy in told.text


def test_a_decimal_comma_is_refused_with_the_option_that_allows_it(shell, unchanged, tmp_path):
    (tmp_path / "needs.csv").write_text(
        "project;department;name;quantity\nsummer;Bar;Rope;1,5\nsummer;Bar;Cup;1.234\n"
    )

    with unchanged():
        assert (
            "--decimal-comma" in shell.refused("procurement", "needs", "import", "needs.csv").text
        )
        told = shell.refused("procurement", "needs", "import", "needs.csv", "--decimal-comma")

    assert told.codes == ["csv.ambiguous_number"]
    assert "1234 or 1,234" in told.text


def test_only_good_rows_are_imported_if_asked_to(shell, tmp_path):
    rows = "summer,Bar,Cup,1\nsummer,Bar,Tent,NaN\n"
    (tmp_path / "needs.csv").write_text("project,department,name,quantity\n" + rows)

    answer = shell.does("--json", "procurement", "needs", "import", "needs.csv", "--skip-bad")

    assert json.loads(answer) == {"imported": 1, "created": 1, "left_out": 1}
