"""Files that are not what they should be: empty, binary, of another encoding or shape."""

from __future__ import annotations

import pytest

HEADINGS = b"project,department,name,quantity\n"
GOOD = b"summer,Bar,Cup,1\n"

NOT_CSV = {
    "empty": (b"", "csv.empty", "write the headings in the first line"),
    "only a byte order mark": (b"\xef\xbb\xbf", "csv.empty", "write the headings"),
    "blank": (b"\n\n \n", "csv.empty", "write the headings"),
    "headings only": (HEADINGS, "csv.no_rows", "write one row in each line below"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "csv.binary", "save it as “CSV UTF-8”"),
    "spreadsheet": (b"PK\x03\x04\x14\0\x06\0", "csv.binary", "save it as “CSV UTF-8”"),
    "UTF-16": ((HEADINGS + GOOD).decode().encode("utf-16"), "csv.wide_encoding", "CSV UTF-8"),
    "Latin 1": (HEADINGS + b"summer,Bar,Caf\xe9,1\n", "csv.not_utf8", "CSV UTF-8"),
    "open quote": (HEADINGS + b'summer,Bar,"Cup,1\n', "csv.quotes", "close every opened"),
    "page": (b"<html><body>none</body></html>", "csv.heading_unknown", "leave it out, or call it"),
    "no headings": (GOOD, "csv.heading_unknown", "leave it out, or call it"),
    "two of a heading": (b"name,name\na,b\n", "csv.heading_twice", "leave only one of them"),
    "missing heading": (b"name\na\n", "csv.heading_missing", "To go on, add it"),
    "short row": (HEADINGS + GOOD + b"summer,Bar\n", "csv.too_few_cells", "missing delimiters"),
    "long row": (HEADINGS + b"summer,Bar,Cup,1,2,3\n", "csv.too_many_cells", "in quotes"),
    "endless cell": (HEADINGS + b'summer,Bar,"' + b"x" * 40_000 + b'",1\n', "csv.cell_too_long",
                     "shorten it to 32768"),
    "one bad row of two": (HEADINGS + GOOD + b"summer,,Cup,1\n", "csv.cell_missing", "fill it in"),
}  # fmt: skip


@pytest.fixture
def engine(sqlite_engine):
    """Files are read before anything is asked of a database, so one is enough."""
    return sqlite_engine


@pytest.mark.parametrize(("raw", "code", "remedy"), NOT_CSV.values(), ids=NOT_CSV)
def test_a_file_that_is_no_good_csv_imports_nothing(shell, unchanged, tmp_path, raw, code, remedy):
    (tmp_path / "needs.csv").write_bytes(raw)

    with unchanged():
        told = shell.refused("procurement", "needs", "import", "needs.csv")

    assert code in told.codes
    assert remedy in told.text


@pytest.mark.parametrize("group", ["party", "product", "project", "unit"])
@pytest.mark.parametrize("name", ["empty", "picture", "headings only", "UTF-16"])
def test_every_import_refuses_such_files(shell, unchanged, tmp_path, group, name):
    (tmp_path / "bad.csv").write_bytes(NOT_CSV[name][0])

    with unchanged():
        shell.refused(group, "import", "bad.csv")


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("nowhere.csv", "To go on, check its name and folder."),
        (".", "To go on, name a file you may read."),
        ("x" * 5000, "To go on, name a file you may read."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(shell, unchanged, path, remedy):
    with unchanged():
        told = shell.refused("procurement", "needs", "import", path)

    assert remedy in told.text
    assert len(told.text) < 300


def test_only_the_first_problems_of_a_long_file_are_shown(shell, unchanged, tmp_path):
    (tmp_path / "needs.csv").write_bytes(HEADINGS + b"summer,Bar,Cup,0\n" * 1000)

    with unchanged():
        told = shell.refused("procurement", "needs", "import", "needs.csv")

    assert len(told.codes) == 51
    assert "There are 950 problems more. To see them, correct these" in told.text


NOT_ORDERS = {
    "empty": (b"", "cli.file_malformed"),
    "picture": (NOT_CSV["picture"][0], "cli.file_unreadable"),
    "half": (b'{"lines": [', "cli.file_malformed"),
    "too deep": (b"[" * 100_000, "cli.file_malformed"),
    "no orders": (b"[]", "cli.no_orders"),
    "no order": (b"[1]", "cli.order_malformed"),
    "no lines": (b'{"project": "summer", "lines": 1}', "input.malformed"),
    "unknown field": (b'{"project": "summer", "lnes": []}', "input.unknown"),
}


@pytest.mark.parametrize(("raw", "code"), NOT_ORDERS.values(), ids=NOT_ORDERS)
def test_a_file_that_holds_no_orders_places_none(shell, unchanged, tmp_path, raw, code):
    (tmp_path / "orders.json").write_bytes(raw)

    with unchanged():
        told = shell.refused("order", "place", "orders.json")

    assert told.codes == [code]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"db = [", b"db = 1", b"dbb = 'x'"])
def test_a_configuration_that_cannot_be_read_stops_every_command(shell, unchanged, tmp_path, raw):
    (tmp_path / "orderloom.toml").write_bytes(raw)

    with unchanged():
        told = shell.refused("order", "list")

    assert "orderloom.toml" in told.text
