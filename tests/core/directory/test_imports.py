import attrs
import pytest

from orderloom.directory import KeyColumn, NumberColumn, point_of, read_rows
from orderloom.errors import NotFound, Refused
from orderloom.modules.contributions import Column, Importer
from orderloom.values import Gather, positive, text_of


def _need(cells, desk):
    if cells["name"] == "ghost":
        raise NotFound("project", "ghost")
    with Gather() as gather:
        name = gather.take(text_of, cells["name"], "name", longest=10)
        quantity = gather.take(positive, cells["quantity"], "quantity")
    return name, quantity


NEEDS = Importer(
    key="test.needs",
    title="Needs",
    columns=(Column(name="name", required=True), NumberColumn(name="quantity", required=True)),
    read=_need,
    store=lambda records, desk: len(records),
)


def test_good_rows_become_records_in_the_order_of_the_file():
    result = read_rows(NEEDS, b"name,quantity\nchair,200\ntable,1.5\n", None)

    assert [(name, str(number)) for name, number in result.records] == [
        ("chair", "200"),
        ("table", "1.5"),
    ]
    assert (result.problems, result.total) == ((), 2)


def test_every_bad_row_is_reported_with_line_and_column():
    text = b"name,quantity\nchair,-1\ntable,1\na far too long name,none\nghost,1\n,2\nlast\n"

    result = read_rows(NEEDS, text, None)

    assert [(problem.field, problem.code) for problem in result.problems] == [
        ("line 2, column quantity", "decimal.too_small"),
        ("line 4, column name", "text.too_long"),
        ("line 4, column quantity", "decimal.not_a_number"),
        ("line 5", "csv.not_found"),
        ("line 6, column name", "csv.cell_missing"),
        ("line 7", "csv.too_few_cells"),
    ]
    assert ([name for name, _ in result.records], result.total) == (["table"], 6)


def test_an_empty_cell_does_not_hide_what_is_wrong_with_the_others():
    result = read_rows(NEEDS, b"name,quantity\n,none\n", None)

    assert [(problem.field, problem.code) for problem in result.problems] == [
        ("line 2, column name", "csv.cell_missing"),
        ("line 2, column quantity", "decimal.not_a_number"),
    ]


def test_an_ambiguous_number_does_not_hide_what_is_wrong_with_the_others():
    result = read_rows(
        NEEDS, b"name;quantity\nfar too long a name;1.234\n", None, decimal_comma=True
    )

    assert {(problem.field, problem.code) for problem in result.problems} == {
        ("line 2, column name", "text.too_long"),
        ("line 2, column quantity", "csv.ambiguous_number"),
    }


@pytest.mark.parametrize("number", ["1.200,5", "1,5", "1.200.000"])
def test_a_decimal_comma_that_was_not_announced_is_told_how_to_announce(number):
    result = read_rows(NEEDS, f"name;quantity\nchair;{number}\n".encode(), None)

    assert [problem.code for problem in result.problems] == ["csv.decimal_comma"]
    assert "--decimal-comma" in result.problems[0].message


def test_a_key_stands_in_a_file_only_once():
    columns = (KeyColumn(name="id", required=True), Column(name="name"))
    importer = attrs.evolve(NEEDS, columns=columns, read=lambda cells, desk: cells["name"])

    result = read_rows(importer, b"id,name\nA,one\nB,two\nA,three\n", None)

    assert result.records == ("one", "two")
    assert [(problem.field, problem.code) for problem in result.problems] == [
        ("line 4, column id", "csv.key_twice")
    ]
    assert "line 2" in result.problems[0].message


def test_an_absent_column_reads_as_empty_but_is_not_in_the_row():
    columns = (Column(name="name"), Column(name="note"), Column(name="place"))
    seen = []
    importer = attrs.evolve(NEEDS, columns=columns, read=lambda cells, desk: seen.append(cells))

    read_rows(importer, b"name,note\nchair,\n", None)

    assert (seen[0]["note"], seen[0]["place"]) == ("", "")
    assert ("note" in seen[0], "place" in seen[0]) == (True, False)
    with pytest.raises(KeyError):
        seen[0]["plase"]


def test_headings_without_rows_are_refused():
    with pytest.raises(Refused) as refused:
        read_rows(NEEDS, b"name,quantity\n", None)

    assert refused.value.codes == ("csv.no_rows",)


def test_a_file_that_breaks_off_is_refused_together_with_the_bad_rows_before():
    with pytest.raises(Refused) as refused:
        read_rows(NEEDS, b'name,quantity\nchair,0\n"table,1\n', None)

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("line 2, column quantity", "decimal.too_small"),
        ("line 3", "csv.quotes"),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,5", "1.5"),
        ("1.234,5", "1234.5"),
        ("-1.234.567,25", "-1234567.25"),
        ("1.234.567", "1234567"),
        ("12.50", "12.50"),
        ("0.125", "0.125"),
        ("7", "7"),
        ("1,234.5", "1,234.5"),
        ("12.34,5", "12.34,5"),
    ],
)
def test_a_decimal_comma_becomes_a_point_where_it_can_mean_nothing_else(written, meant):
    assert point_of(written, "quantity") == meant


def test_a_lone_group_of_three_digits_is_refused_because_it_may_mean_two_numbers():
    result = read_rows(NEEDS, b"name;quantity\nchair;1.234\n", None, decimal_comma=True)

    assert [(problem.field, problem.code) for problem in result.problems] == [
        ("line 2, column quantity", "csv.ambiguous_number")
    ]
    assert "To say which, write 1234 or 1,234." in str(result.problems[0])


def test_decimal_commas_are_read_in_number_columns_only():
    result = read_rows(NEEDS, b'name;quantity\n"3,5";"1,5"\n', None, decimal_comma=True)

    assert [(name, str(number)) for name, number in result.records] == [("3,5", "1.5")]


def test_without_the_option_a_decimal_comma_is_refused():
    result = read_rows(NEEDS, b"name;quantity\nchair;1,5\n", None)

    assert [problem.code for problem in result.problems] == ["csv.decimal_comma"]
