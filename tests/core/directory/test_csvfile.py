import pytest

from orderloom.directory import csvfile
from orderloom.directory.csvfile import read_csv, read_file
from orderloom.errors import Refused
from orderloom.modules.contributions import Column

COLUMNS = (
    Column(name="name", required=True, help="such as Folding chair"),
    Column(name="quantity", required=True, aliases=("qty",)),
    Column(name="needed by"),
)


def rows(text, delimiter=""):
    return list(read_csv(text, COLUMNS, delimiter))


def refusal(text, delimiter=""):
    with pytest.raises(Refused) as refused:
        rows(text, delimiter)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def file_refusal(source):
    with pytest.raises(Refused) as refused:
        read_file(source)
    return refused.value.problems[0]


def test_a_byte_order_mark_is_dropped():
    assert read_file(b"\xef\xbb\xbfname,quantity\n") == "name,quantity\n"


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_bytes("Stühle".encode())

    assert read_file(path) == "Stühle"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused_with_the_remedy(encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    problem = file_refusal(mark + "name,quantity".encode(encoding))

    assert problem.code == "csv.wide_encoding"
    assert "save it as “CSV UTF-8”" in problem.message


def test_a_binary_file_is_refused():
    assert file_refusal(b"PK\x03\x04\x00\x00").code == "csv.binary"


def test_bytes_that_are_not_utf8_are_refused_with_their_line():
    problem = file_refusal("name\nchair\nSt\xfchle".encode("latin-1"))

    assert (problem.code, problem.field) == ("csv.not_utf8", "line 3")


def test_a_missing_file_is_refused(tmp_path):
    assert file_refusal(tmp_path / "none.csv").code == "csv.not_found"


def test_a_folder_is_refused(tmp_path):
    assert file_refusal(tmp_path).code == "csv.not_readable"


def test_a_file_beyond_the_cap_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csvfile, "LARGEST_FILE", 10)
    path = tmp_path / "needs.csv"
    path.write_bytes(b"name,quantity")

    assert file_refusal(path).code == "csv.too_large"
    assert file_refusal(b"name,quantity").code == "csv.too_large"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_taken_from_the_heading_line(delimiter):
    text = f"name{delimiter}quantity\nTable, large; white\t2{delimiter}3\n"
    quoted = text.replace("Table, large; white\t2", '"Table, large; white\t2"')

    assert rows(quoted)[0].cells["name"] == "Table, large; white\t2"


def test_a_delimiter_inside_a_quoted_heading_does_not_count():
    columns = (Column(name="name, long, very; long"), Column(name="quantity"))

    read = list(read_csv('"name, long, very; long";quantity\nchair;2\n', columns))

    assert read[0].cells == {"name, long, very; long": "chair", "quantity": "2"}


def test_a_given_delimiter_goes_before_what_the_line_looks_like():
    assert refusal("name,quantity\n", ";") == [
        ("heading 1", "csv.heading_unknown"),
        ("headings", "csv.heading_missing"),
        ("headings", "csv.heading_missing"),
    ]


def test_a_delimiter_nobody_uses_is_refused():
    assert refusal("name|quantity\n", "|") == [("", "csv.delimiter")]


@pytest.mark.parametrize("text", ["", "\n\n", " \r\n"])
def test_an_empty_file_is_refused(text):
    assert refusal(text) == [("", "csv.empty")]


def test_headings_match_without_case_spaces_or_punctuation_and_by_alias():
    assert rows("NEEDED-BY ,Qty.,Name\n2027-07-01,3,chair\n")[0].cells == {
        "name": "chair",
        "quantity": "3",
        "needed by": "2027-07-01",
    }


def test_everything_wrong_with_the_headings_is_reported_at_once():
    with pytest.raises(Refused) as refused:
        rows("quantiti,,needed by,needed_by\n")

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("heading 1", "csv.heading_unknown"),
        ("heading 2", "csv.heading_empty"),
        ("heading 4", "csv.heading_twice"),
        ("headings", "csv.heading_missing"),
        ("headings", "csv.heading_missing"),
    ]
    assert "call it: quantity." in str(refused.value)
    assert "To go on, add it: such as Folding chair." in str(refused.value)


def test_empty_headings_behind_the_last_one_are_passed_over():
    assert rows("name,quantity,,\nchair,3,,\n")[0].cells["quantity"] == "3"


def test_quoted_line_ends_stay_and_lines_are_counted_as_an_editor_shows_them():
    read = rows('name,quantity\r\n"Folding\r\nchair",3\r\n\r\ntable,1\r\n')

    assert [(row.line, row.cells["name"]) for row in read] == [
        (2, "Folding\r\nchair"),
        (5, "table"),
    ]


def test_rows_without_any_text_are_passed_over():
    assert [row.line for row in rows("name,quantity\n , \nchair,3\n\n")] == [3]


def test_a_formula_stays_the_text_it_is():
    assert rows("name,quantity\n=1+1,3\n")[0].cells["name"] == "=1+1"


@pytest.mark.parametrize(
    ("line", "code"),
    [("chair,3,,,extra", "csv.too_many_cells"), ("chair", "csv.too_few_cells")],
)
def test_a_ragged_row_is_bad_and_the_next_one_is_not(line, code):
    read = rows(f"name,quantity\n{line}\ntable,1\n")

    assert [(p.field, p.code) for p in read[0].problems] == [("line 2", code)]
    assert read[1].problems == ()


def test_empty_required_cells_are_named_with_their_column():
    read = rows("name,quantity\n,\nchair,\n")

    assert [(p.field, p.code) for p in read[0].problems] == [
        ("line 3, column quantity", "csv.cell_missing")
    ]


def test_a_cell_beyond_32_kb_makes_its_row_bad():
    read = rows("name,quantity\n" + "x" * 32_769 + ",3\n" + "x" * 32_768 + ",3\n")

    assert [p.code for p in read[0].problems] == ["csv.cell_too_long"]
    assert read[1].problems == ()


@pytest.mark.parametrize("row", ['"chair,3\n', '"chair"s,3\n', "x" * 200_000 + ",3\n"])
def test_quotes_that_do_not_match_stop_the_file_and_name_the_line(row):
    assert refusal("name,quantity\ntable,1\n" + row) == [("line 3", "csv.quotes")]


def test_a_file_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(csvfile, "MOST_ROWS", 2)

    assert refusal("name,quantity\na,1\nb,2\nc,3\n") == [("line 4", "csv.too_many_rows")]
