def test_an_order_is_shown_with_lines_totals_and_open_actions(shell, order):
    said = shell("order", "show", order).stdout

    assert said.startswith(f"{order}  Draft  (version 1)\n")
    assert "title    Garden\n" in said
    assert "   1  Chair       200  pcs   12.5 EUR  2500.00 EUR\n" in said
    assert "total  2500.00 EUR (partly priced, 1 of 2)\n" in said
    assert said.endswith("actions  send\n")


def test_an_order_in_json_has_actions_and_documents(shell, order):
    shell("order", "do", order, "send")

    shown = shell.json("order", "show", "S-1")

    assert shown["order"]["number"] == "S-1"
    assert shown["actions"] == ["quote"]
    assert [(one["type"], one["revision"]) for one in shown["documents"]] == [("shop.slip", 1)]


def test_explain_says_of_every_action_why_not_and_who_can_lift_it(shell, order):
    shell("order", "do", order, "send")

    said = shell("order", "explain", "S-1").stdout

    assert "quote  open\n" in said
    assert "finish  not open\n  - remarks: Nobody has said how it went." in said
    assert "(can be lifted by: role Keeper)" in said


def test_explain_in_json_has_the_same(shell, order):
    views = {one["action"]: one for one in shell.json("order", "explain", order)}

    assert views["send"] == {
        "action": "send", "title": "Send", "open": True, "problems": [], "lifted_by": [],
    }  # fmt: skip
    assert [one["code"] for one in views["finish"]["problems"]] == ["action.illegal"]
    assert views["finish"]["open"] is False


def test_history_reads_as_who_did_what(shell, order):
    shell("order", "edit", order, "--set", "1", "quantity=5", "--reason", "fewer guests")
    shell("order", "do", order, "send", "--message", "Please")
    shell("order", "note", "S-1", "They called.\nTwice.")

    said = shell("order", "history", "S-1").stdout

    assert "admin  place: Draft\n" in said
    assert "admin  edited\n     reason: fewer guests\n" in said
    assert "~ line 1 Chair: quantity 200 → 5; total 2500 EUR → 62.5 EUR\n" in said
    assert "admin  send: Draft → Sent, number S-1\n     options: message=Please\n" in said
    assert "issued, number S-1, revision 1, type shop.slip\n" in said
    assert "noted\n     | They called.\n     | Twice.\n" in said


def test_history_shows_the_order_of_a_version(shell, order):
    shell("order", "edit", order, "--title", "Meadow")

    assert "Garden" in shell("order", "history", order, "--version", "1").stdout
    assert shell.json("order", "history", order, "--version", "2")["title"] == "Meadow"
    assert "Not found" in shell("order", "history", order, "--version", "9", code=2).stderr


def test_a_copy_starts_afresh(shell, order):
    copied = shell.json("order", "copy", order)

    assert (copied["title"], copied["version"], copied["status"]) == ("Garden", 1, "draft")


def test_deleting_asks_and_restoring_brings_back(shell, order):
    kept = shell("order", "delete", order, input="n\n", code=2).stderr
    gone = shell("order", "delete", order, input="y\n").stdout
    back = shell("order", "restore", order).stdout

    assert "Nothing was done" in kept
    assert gone == f"{order} is deleted (version 2).\n"
    assert back == f"{order} is back (version 3).\n"


def test_an_order_of_a_module_that_is_off_is_still_shown(shell, order):
    shell("module", "off", "shop", "--park", "shop.order:draft", "--yes")

    said = shell("order", "show", order).stdout

    assert "Garden" in said
    assert said.endswith("actions  none are open to you\n")


def test_explain_of_an_order_whose_module_is_off_says_so(shell, order):
    shell("module", "off", "shop", "--park", "shop.order:draft", "--yes")

    assert "orderloom module on shop" in shell("order", "explain", order, code=2).stderr


def test_a_parked_order_says_how_it_thaws(shell, order):
    shell("module", "off", "shop", "--park", "shop.order:draft", "--yes")

    assert "frozen until its module is on again" in shell("order", "show", order).stdout
