def test_all_changes_are_one_edit(shell, order):
    edited = shell.json(
        "order", "edit", order, "--set", "1", "quantity=150", "--set", "1", "note=white ones",
        "--add", "Rope=10 metre@2", "--remove", "2", "--title", "Meadow",
        "--reason", "fewer guests",
    )  # fmt: skip

    assert edited["version"] == 2
    assert edited["title"] == "Meadow"
    assert [(one["name"], one["quantity"], one["note"]) for one in edited["lines"]] == [
        ("Chair", "150", "white ones"),
        ("Rope", "10", ""),
    ]
    assert edited["totals"]["total"]["amount"] == "1895"


def test_lines_are_moved_and_prices_taken_away(shell, order):
    edited = shell.json("order", "edit", order, "--move", "2", "1", "--set", "1", "price=")

    assert [(one["name"], one["price"]) for one in edited["lines"]] == [
        ("Tent", None),
        ("Chair", None),
    ]


def test_delivery_is_changed_in_part_and_cleared(shell, order):
    shell("order", "edit", order, "--deliver-to", "Meadow gate", "--delivery-on", "2027-06-30")
    later = shell.json("order", "edit", order, "--delivery-on", "2027-07-01")
    cleared = shell.json("order", "edit", order, "--clear", "delivery")

    assert later["delivery"]["address"]["lines"] == ["Meadow gate"]
    assert later["delivery"]["on"] == "2027-07-01"
    assert cleared["delivery"] is None


def test_everything_wrong_is_told_at_once_and_nothing_changed(shell, order):
    told = shell.json(
        "order", "edit", order, "--set", "9", "quantity=1", "--set", "1", "colour=red",
        "--add", "nothing", "--remove", "x", code=2,
    )  # fmt: skip

    assert [one["code"] for one in told["problems"]] == [
        "order.no_such_line",
        "cli.not_a_field",
        "cli.line_malformed",
        "order.no_such_line",
    ]
    assert shell.json("order", "show", order)["order"]["version"] == 1


def test_an_edit_without_changes_is_wrong_usage(shell, order):
    assert "Nothing to change" in shell("order", "edit", order, code=2).stderr


def test_what_may_not_be_edited_says_so(shell, order):
    shell("order", "do", order, "send")

    assert shell("order", "edit", "S-1", "--title", "Late", code=2).stderr.startswith("Refused")


def test_an_empty_address_is_cleared_another_way(shell, order):
    told = shell("order", "edit", order, "--deliver-to", "", code=2).stderr

    assert "--deliver-to" in told
    assert "--clear delivery" in told
