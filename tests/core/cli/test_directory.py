def test_a_project_is_added_listed_and_shown(shell):
    shell(
        "project", "add", "summer", "Summer festival", "--prefix", "SUM", "--starts", "2027-07-01"
    )

    assert shell.lines("project", "list") == [
        {"id": "summer", "title": "Summer festival", "prefix": "SUM",
         "starts": "2027-07-01", "ends": None}
    ]  # fmt: skip
    assert shell.json("project", "show", "summer")["title"] == "Summer festival"


def test_both_wrong_days_of_a_project_are_told(shell):
    told = shell.json(
        "project", "add", "summer", "Summer", "--starts", "soon", "--ends", "later", code=2
    )

    assert [one["field"] for one in told["problems"]] == ["starts", "ends"]


def test_a_party_has_address_and_contacts(shell):
    shell(
        "party", "add", "V1", "Example Tents", "--role", "vendor", "--address",
        "Yard 4|Long Lane 1", "--city", "Sampletown", "--contact", "Desk <desk@vendor.example>",
        "--supplies", "tents",
    )  # fmt: skip

    shown = shell("party", "show", "V1").stdout

    assert "address   Yard 4, Long Lane 1, Sampletown\n" in shown
    assert "contacts  Desk <desk@vendor.example>\n" in shown
    assert shell.lines("party", "list", "--role", "vendor")[0]["email"] == "desk@vendor.example"
    assert shell.lines("party", "list", "--role", "outlet") == []


def test_a_product_has_conversions_specs_and_suppliers(shell):
    shell("party", "add", "V1", "Example Chairs")
    shell(
        "product", "add", "CHAIR", "Folding chair", "--conversion", "dozen=12",
        "--spec", "colour=white", "--supplier", "V1",
    )  # fmt: skip

    shown = shell.json("product", "show", "CHAIR")

    assert shown["specs"] == [["colour", "white"]]
    assert shown["suppliers"] == ["V1"]
    assert shown["conversions"][0][1] == "12"


def test_what_is_no_pair_of_a_product_is_refused(shell):
    told = shell.json("product", "add", "CHAIR", "Chair", "--spec", "white", code=2)

    assert told["problems"][0]["code"] == "text.not_a_pair"


def test_own_units_stand_beside_the_common_ones(shell):
    shell("unit", "add", "STK", "Stück")

    assert shell.lines("unit", "list") == [
        {"code": "STK", "symbol": "STK", "title": "Stück", "digits": 0, "own": True}
    ]
    assert len(shell.lines("unit", "list", "--all")) > 20
    assert shell.json("unit", "show", "C62")["code"] == "C62"


def test_a_record_is_written_over_only_with_replace(shell):
    shell("party", "add", "V1", "Example Tents")

    told = shell("party", "add", "V1", "Another", code=2).stderr
    replaced = shell("party", "add", "V1", "Another", "--replace").stdout
    again = shell("party", "add", "V1", "Another", "--replace").stdout

    assert "--replace" in told
    assert replaced == "Party V1 was changed.\n"
    assert again == "Party V1 is as before.\n"


def test_the_nearest_known_ids_are_named(shell):
    shell("party", "add", "TENTS", "Example Tents")

    assert "use: TENTS" in shell("party", "show", "TENT", code=2).stderr
    assert "orderloom project add" in shell("project", "show", "x", code=2).stderr


def test_a_unit_that_would_pass_for_another_one_is_refused(shell):
    told = shell.json("unit", "add", "kgm", "Foo", code=2)

    assert [one["code"] for one in told["problems"]] == ["unit.taken"]
    assert shell.lines("unit", "list") == []


def test_a_language_nobody_translated_is_told(shell):
    german = shell("party", "add", "V1", "Example Tents", "--language", "de").stdout
    spanish = shell("party", "add", "V2", "Example Chairs", "--language", "es-MX").stdout

    assert german == (
        "Party V1 was created.\n"
        "Nothing is translated into de yet: documents and mails are in English.\n"
    )
    assert spanish == "Party V2 was created.\n"


def test_a_misspelt_role_of_a_party_is_refused(shell):
    told = shell("party", "add", "V1", "Example Tents", "--role", "vendr", code=2).stderr

    assert "write vendor" in told
