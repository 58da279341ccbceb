import pytest

GOOD = "id;name;roles\nV1;Tent Vendor;vendor\nV2;Chair Vendor;vendor\n"
MIXED = "id,name,email\nV1,Tents,desk@vendor.example\nV2,,x\nV3,Chairs,not-a-mail\n"


@pytest.fixture
def file(folder):
    def write(text):
        path = folder / "parties.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def names(shell):
    return [one["name"] for one in shell.lines("party", "list")]


def test_a_good_file_is_imported(shell, file):
    told = shell.json("party", "import", file(GOOD))

    assert told == {"imported": 2, "created": 2, "changed": 0, "unchanged": 0, "left_out": 0}
    assert names(shell) == ["Chair Vendor", "Tent Vendor"]


def test_importing_again_tells_what_changed_and_what_did_not(shell, file):
    shell("party", "import", file(GOOD))

    told = shell.json("party", "import", file(GOOD.replace("Tent Vendor", "Tents")))

    assert told == {"imported": 2, "created": 0, "changed": 1, "unchanged": 1, "left_out": 0}


def test_what_the_file_has_no_column_for_stays(shell, file):
    shell("party", "add", "V1", "Old name", "--role", "vendor", "--city", "Sampletown",
          "--contact", "Desk <desk@vendor.example>", "--supplies", "tents")  # fmt: skip
    before = shell.json("party", "show", "V1")

    shell("party", "import", file("id;name\nV1;New name\n"))

    assert shell.json("party", "show", "V1") == {**before, "name": "New name"}


def test_bad_rows_are_all_told_with_line_and_column_and_nothing_is_written(shell, file):
    told = shell.json("party", "import", file(MIXED), code=2)

    assert [one["field"] for one in told["problems"]] == [
        "line 3, column name",
        "line 3, column email",
        "line 4, column email",
    ]
    assert names(shell) == []


def test_bad_rows_are_left_out_if_asked_for(shell, file):
    result = shell("party", "import", file(MIXED), "--skip-bad")

    assert "left out: line 3, column name" in result.stderr
    assert "left out   2" in result.stdout
    assert names(shell) == ["Tents"]


def test_after_fifty_problems_only_their_number_is_told(shell, file):
    rows = "".join(f"V{number},\n" for number in range(60))

    told = shell.json("party", "import", file(f"id,name\n{rows}"), code=2)

    assert len(told["problems"]) == 51
    assert told["problems"][50]["message"].startswith("There are 10 problems more.")


def test_the_delimiter_may_be_named(shell, file):
    told = shell.json("party", "import", file(GOOD), "--delimiter", "comma", code=2)

    assert told["type"] == "orderloom:Refused"


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "csv.empty"), ("id,name\n", "csv.no_rows"), (b"\x89PNG\0\0", "csv.binary")],
)
def test_a_file_that_is_no_table_is_refused(shell, file, content, code):
    told = shell.json("party", "import", file(content), code=2)

    assert told["problems"][0]["code"] == code


def test_a_file_that_is_not_there_is_refused(shell):
    assert "There is no file" in shell("party", "import", "none.csv", code=2).stderr


def test_importing_needs_the_right_to_write_what_is_imported(shell, file):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    told = shell("--as", "bob", "party", "import", file(GOOD), code=2).stderr

    assert "tenant.manage" in told
    assert names(shell) == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("project", "id,title\nsummer,Summer\n"),
        ("product", "id,name\nCHAIR,Chair\n"),
        ("unit", "code,title\nFLIGHT,Flight case\n"),
        ("user", "id,grants\nbob,admin\n"),
    ],
)
def test_every_kind_of_record_can_be_imported(shell, file, what, text):
    assert shell.json(what, "import", file(text))["created"] == 1
