from orderloom.directory import read_rows
from orderloom_procurement.coverage import coverage_table
from orderloom_procurement.importing import NEEDS

HEADINGS = "project;department;name;quantity;unit;needed by;specification\n"


def _read(house, text, **options):
    with house.desk() as desk:
        return read_rows(NEEDS, (HEADINGS + text).encode(), desk, **options)


def test_good_rows_become_needs(house):
    text = "summer;Audio;Cable;12,5;m;2027-06-12;length: 10 m | colour: black\n"

    with house.desk() as desk:
        result = read_rows(NEEDS, (HEADINGS + text).encode(), desk, decimal_comma=True)
        created = NEEDS.store(result.records, desk)
        (one,) = coverage_table(desk.reading, "summer")

    assert (created, result.problems) == (1, ())
    assert (str(one.need.needed), one.need.unit, str(one.need.needed_by)) == (
        "12.5", "MTR", "2027-06-12",
    )  # fmt: skip


def test_every_bad_cell_of_every_row_is_named_with_line_and_column(house):
    text = "summer;Audio;Cable;0;furlong;12.6.2027;black\nautumn;Audio;Cable;1;;;\n"

    problems = _read(house, text).problems

    assert [(problem.field, problem.code) for problem in problems] == [
        ("line 2, column specification", "text.not_a_pair"),
        ("line 2, column quantity", "decimal.too_small"),
        ("line 2, column unit", "unit.unknown"),
        ("line 2, column needed by", "date.malformed"),
        ("line 3, column project", "project.unknown"),
    ]


def test_a_department_that_is_not_listed_is_refused_with_all_else_of_the_file(house):
    with house.desk() as desk:
        desk.admin.set("procurement", {"departments": ["Audio"]})

    problems = _read(house, "summer;Adio;Cable;1;;;\nsummer;Audio;Cable;0;;;\n").problems

    assert [(problem.field, problem.code) for problem in problems] == [
        ("line 2, column department", "procurement.department.unlisted"),
        ("line 3, column quantity", "decimal.too_small"),
    ]


def test_an_empty_unit_is_pieces(house):
    (need,) = _read(house, "summer;Audio;Microphone;4;;;\n").records

    assert (need.title, need.data[0].unit) == ("Microphone", "C62")
