from orderloom import Party
from orderloom.directory import read_rows
from orderloom_procurement.requests.importing import REQUESTS
from orderloom_procurement.requests.listing import request_table

HEADINGS = "project;department;name;quantity;unit;provider;payor;needed by;needed until;requester\n"


def _import(house, text):
    with house.desk() as desk:
        result = read_rows(REQUESTS, (HEADINGS + text).encode(), desk, decimal_comma=True)
        if not result.problems:
            REQUESTS.store(result.records, desk)
        return result


def _rows(house):
    with house.desk() as desk:
        return request_table(desk.reading, "summer")


def test_good_rows_become_requests_that_wait_where_their_answer_says(house):
    with house.desk() as desk:
        desk.directory.save_party(Party("band", "The Example Band"))

    _import(
        house,
        "summer;Audio;Cable;12,5;m;House;Artist;2027-06-12;;band\n"
        "summer;Audio;Desk;1;;artist;;;;\n"
        "summer;Audio;Monitor;2;;house;n/a;;;\n",
    )

    assert [(row.name, str(row.quantity), row.unit, row.status) for row in _rows(house)] == [
        ("Cable", "12.5", "MTR", "needs_advance"),
        ("Desk", "1", "C62", "needs_advance"),
        ("Monitor", "2", "C62", "informational"),
    ]
    assert _rows(house)[0].requester == "band"


def test_a_cell_of_pairs_is_the_specification(house):
    text = (
        "project,department,name,quantity,provider,Specs\n"
        "summer,Audio,Cable,4,artist,length: 10 m | colour: black\n"
    )

    with house.desk() as desk:
        (request,) = read_rows(REQUESTS, text.encode(), desk).records

    assert request.data[0].specs == (("length", "10 m"), ("colour", "black"))


def test_a_specification_without_a_colon_is_refused_with_all_else_of_its_row(house):
    text = (
        "project,department,name,quantity,provider,specification\n"
        "summer,Audio,Cable,0,artist,black\n"
    )

    with house.desk() as desk:
        problems = read_rows(REQUESTS, text.encode(), desk).problems

    assert [(problem.field, problem.code) for problem in problems] == [
        ("line 2, column specification", "text.not_a_pair"),
        ("line 2, column quantity", "decimal.too_small"),
    ]


def test_every_bad_cell_of_every_row_is_named_with_line_and_column(house):
    problems = _import(
        house,
        "summer;Audio;Cable;0;furlong;me;you;12.6.2027;;nobody\n"
        "autumn;Audio;Desk;1;;artist;house;;;\n"
        "summer;Audio;Desk;1;;house;;2027-06-12;2027-06-11;\n",
    ).problems

    assert [(problem.field, problem.code) for problem in problems] == [
        ("line 2, column quantity", "decimal.too_small"),
        ("line 2, column unit", "unit.unknown"),
        ("line 2, column needed by", "date.malformed"),
        ("line 2, column provider", "procurement.request.answer"),
        ("line 2, column payor", "procurement.request.answer"),
        ("line 2, column requester", "procurement.request.requester"),
        ("line 3, column project", "project.unknown"),
        ("line 4, column payor", "procurement.request.payor"),
        ("line 4, column needed until", "procurement.request.days"),
    ]
    assert _rows(house) == ()


def test_a_file_imported_twice_is_refused_row_by_row(house):
    text = "summer;Audio;Cable;12;m;artist;;;;\n"
    _import(house, text)

    (problem,) = _import(house, text).problems

    assert (problem.field, problem.code) == (
        "line 2, column name", "procurement.request.exists",
    )  # fmt: skip
    assert len(_rows(house)) == 1


def test_departments_that_are_not_listed_are_refused_with_all_else_of_the_file(house):
    with house.desk() as desk:
        desk.admin.set("procurement", {"departments": ["Audio", "Lighting"]})

    problems = _import(
        house,
        "summer;Adio;Cable;1;;artist;;;;\nsummer;Lighting;Cable;0;;artist;;;;\n",
    ).problems

    assert [(problem.field, problem.code) for problem in problems] == [
        ("line 2, column department", "procurement.department.unlisted"),
        ("line 3, column quantity", "decimal.too_small"),
    ]
    assert "name one of: Audio" in str(problems[0])


def test_a_row_without_a_provider_is_refused(house):
    (problem,) = _import(house, "summer;Audio;Cable;1;;;;;;\n").problems

    assert problem.field == "line 2, column provider"
