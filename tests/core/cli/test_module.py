import pytest


def states(shell):
    return {one["module"]: one["state"] for one in shell.lines("module", "list")}


def test_a_module_is_shown_with_what_it_brings(shell):
    shown = shell.json("module", "show", "shop")

    assert (shown["title"], shown["state"]) == ("Shop", "on")
    assert shown["types"] == ["shop.order"]
    assert shown["roles"] == ["shop.keeper"]


def test_an_unknown_module_names_the_nearest(shell):
    assert "Did you mean shop?" in shell("module", "show", "shp", code=2).stderr


def test_a_module_like_none_there_is_names_those_there_are(shell):
    assert "To name one, use: shop." in shell("module", "on", "nope", code=2).stderr


def test_a_module_is_switched_off_and_on(shell):
    shell("module", "off", "shop", "--yes")
    off = states(shell)
    shell("module", "on", "shop", "--yes")

    assert (off, states(shell)) == ({"shop": "off"}, {"shop": "on"})


def test_a_plan_names_what_would_be_stranded_and_does_nothing(shell, order):
    said = shell("module", "plan", "shop", "off").stdout
    plan = shell.json("module", "plan", "shop", "off")

    assert "1 shop.order in “Draft” would be stranded." in said
    assert plan["groups"][0]["count"] == 1
    assert states(shell) == {"shop": "on"}


def test_stranded_orders_refuse_the_switch_until_they_are_parked(shell, order):
    refused = shell.json("module", "off", "shop", "--yes", code=2)
    shell("module", "off", "shop", "--park", "shop.order:draft", "--yes")

    assert refused["problems"][0]["code"] == "switch.open_subjects"
    assert states(shell) == {"shop": "off"}


def test_switching_asks_first(shell):
    shell("module", "off", "shop", input="n\n", code=2)

    assert states(shell) == {"shop": "on"}


def test_a_closing_module_takes_no_new_orders(shell):
    shell("module", "closing", "shop", "--yes")

    assert shell("order", "place", "--line", "Tent=1", code=2).stderr.startswith("Refused")


def test_a_remedy_has_its_notation(shell):
    assert "TYPE:STATUS=TARGET" in shell("module", "off", "shop", "--map", "x", code=2).stderr
    assert "TYPE:STATUS." in shell("module", "off", "shop", "--park", "x", code=2).stderr


@pytest.mark.parametrize("name", ["check", "new", "order", "trace"])
def test_commands_in_files_of_their_own_are_found(bare, name):
    assert f"  {name} " in bare("module", "--help").stdout
    assert f"module {name}" in bare("module", name, "--help").stdout


@pytest.mark.parametrize("words", [("till", "count"), ("till", "--help")])
def test_a_group_of_a_module_runs_where_it_is_on(shell, words):
    assert shell(*words).stdout


def test_a_table_of_a_module_is_shown_in_both_ways(shell):
    assert shell("till", "count").stdout == "coin  how many\ngold         2\n"
    assert shell.lines("till", "count") == [{"coin": "gold", "how_many": 2}]


def test_a_group_of_a_module_is_not_there_where_it_is_off(shell):
    shell("module", "off", "shop", "--yes")

    assert "orderloom module on shop" in shell("till", "count", code=2).stderr


def test_help_of_a_group_needs_no_database(bare):
    assert "count" in bare("till", "--help").stdout


def test_a_group_that_cannot_be_imported_blames_its_module(shell, monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "shop_commands")

    told = shell("till", "count", code=2).stderr

    assert told.startswith("A module failed: Module shop failed in import")


def test_a_bug_in_a_module_is_one_line_and_exit_code_1(shell):
    told = shell("till", "stumble", code=1).stderr

    assert told.startswith("Unexpected error: RuntimeError: the drawer is stuck.")
    assert "Traceback" not in told
    assert "Traceback" in shell("--debug", "till", "stumble", code=1).stderr


def test_an_interrupted_command_ends_with_130(shell):
    shell("till", "stop", code=130)


def test_what_a_command_returns_is_no_exit_code(shell):
    shell("till", "answer", "42")


def test_an_unknown_command_is_wrong_usage(shell):
    assert "No such command 'tlil'" in shell("tlil", code=2).stderr
    assert shell.json("tlil", code=2)["title"] == "Wrong usage"
