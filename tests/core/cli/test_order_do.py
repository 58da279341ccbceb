import json

import pytest


def test_an_action_is_done_and_the_new_status_told(shell, order):
    said = shell(
        "order", "do", order, "send", "--no-mail", "--message", "Please", "--reason", "now"
    )

    assert said.stdout == "S-1 is now Sent (version 2).\n"


def test_help_lists_the_actions_of_the_order_open_ones_first(shell, order):
    said = shell("order", "do", order, "--help").stdout

    assert said.index("send") < said.index("quote")
    assert "Quote (not open)" in said
    assert "place" not in said


def test_help_of_an_action_lists_its_own_options(shell, order):
    said = " ".join(shell("order", "do", order, "send", "--help").stdout.split())

    assert "Send: from Draft to Sent. Issues shop.slip." in said
    assert "--mail / --no-mail Mail it to the seller. [default: mail]" in said
    assert "--message TEXT" in said


@pytest.mark.parametrize("words", [("order", "do"), ("module", "trace")])
def test_the_usage_of_what_acts_names_options_once_after_the_action(bare, words):
    said = bare(*words, "--help").stdout

    assert f"{' '.join(words)} ORDER ACTION [OPTIONS]\n" in said


def test_help_needs_no_database(bare):
    assert "Perform an action" in bare("order", "do", "--help").stdout


def test_options_are_records_choices_dates_and_lists(shell, order):
    shell("order", "do", order, "send")

    shell(
        "order", "do", "S-1", "quote", "--quotes", "line=1,price=12.50", "--quotes",
        "line=2,price=900", "--until", "2027-03-31", "--level", "rough",
        "--tags", "a", "--tags", "b",
    )  # fmt: skip
    told = shell.json("order", "history", "S-1")[-1]["body"]["options"]

    assert told == {
        "quotes": [{"line": 1, "price": "12.5"}, {"line": 2, "price": "900"}],
        "until": "2027-03-31",
        "level": "rough",
        "tags": ["a", "b"],
    }


def test_options_may_come_from_a_file(shell, order, folder):
    shell("order", "do", order, "send")
    (folder / "quotes.json").write_text(json.dumps([{"line": 1, "price": "9.99"}]))

    done = shell.json("order", "do", "S-1", "quote", "--quotes", "@quotes.json")

    assert done["version"] == 3


def test_all_wrong_options_are_told_at_once(shell, order):
    shell("order", "do", order, "send")

    told = shell.json(
        "order", "do", "S-1", "quote", "--quotes", "line=x,price=NaN", "--until", "soon", code=2
    )

    assert [one["field"] for one in told["problems"]] == [
        "quotes[0].line",
        "quotes[0].price",
        "until",
    ]


def test_a_missing_option_is_told_by_the_gate(shell, order):
    shell("order", "do", order, "send")

    told = shell.json("order", "do", "S-1", "quote", code=2)

    assert [(one["field"], one["code"]) for one in told["problems"]] == [
        ("quotes", "input.missing")
    ]


def test_what_is_not_possible_now_is_refused_with_the_way(shell, order):
    told = shell("order", "do", order, "finish", code=2).stderr

    assert "start from Sent" in told


def test_a_misspelt_action_names_the_nearest(shell, order):
    assert "use: send" in shell("order", "do", order, "sned", code=2).stderr


def test_an_unknown_option_is_wrong_usage(shell, order):
    assert "--massage" in shell("order", "do", order, "send", "--massage", "x", code=2).stderr


def test_the_same_key_acts_once(shell, order):
    words = ("order", "do", order, "send", "--key", "k1")

    assert shell.json(*words)["version"] == shell.json(*words)["version"] == 2


def test_json_after_the_command_is_taken_too(shell, order):
    said = shell("order", "do", order, "send", "--json").stdout

    assert json.loads(said)["status"] == "sent"


@pytest.mark.parametrize("words", [("order", "do"), ("module", "trace")])
def test_without_an_action_those_there_are_are_named(shell, order, words):
    told = shell(*words, order, code=2).stderr

    assert "Missing ACTION. To go on, name one: send, quote (not open), finish (not open)." in told
    assert "There is no order 'nothing'" in shell(*words, "nothing", code=2).stderr
