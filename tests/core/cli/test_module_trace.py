from __future__ import annotations


def test_every_hook_call_is_shown_and_nothing_is_done(shell, order):
    said = shell("module", "trace", order[:13], "send").stdout
    (still,) = shell.json("order", "list")["items"]

    head, call, *rest = said.splitlines()
    assert head.split() == ["hook", "module", "subject", "µs", "result"]
    assert call.split()[:3] == ["check_action", "shop", "shop.order"]
    assert call.split()[-1] == "None"
    assert rest == [
        "",
        "Owed after the commit:",
        "  shop.sent seller@seller.example",
        "",
        "It would be Sent. All of it was taken back.",
    ]
    assert still["status"] == "draft"


def test_calls_about_other_actions_say_which_they_are_about(shell, order):
    told = shell.json("module", "trace", order, "finish", code=2)

    asked = [call["subject"].rpartition(" ")[2] for call in told["calls"]]
    assert asked == ["send"]
    assert [problem["code"] for problem in told["problems"]] == ["action.illegal"]


def test_what_refuses_it_comes_after_the_calls(shell, order):
    shell("order", "do", order, "send")

    result = shell("module", "trace", order, "finish", code=2)

    assert "1 problem: shop.no_remarks" in result.stdout
    assert "write remarks first" in result.stderr


def test_the_options_of_the_action_are_flags(shell, order):
    shell("order", "do", order, "send")

    said = shell("module", "trace", order, "quote", "--quotes", "line=1,price=3").stdout

    assert "It would be Sent." in said


def test_an_idempotency_key_makes_no_sense_here(shell, order):
    assert "No such option" in shell("module", "trace", order, "send", "--key", "k", code=2).stderr


def test_programs_get_calls_debts_and_outcome(shell, order):
    told = shell.json("module", "trace", order, "send")

    (call,) = told["calls"]
    assert (call["hook"], call["module"], call["depth"]) == ("check_action", "shop", 0)
    assert told["owed"] == [
        {"channel": "mail", "source": "shop.sent", "recipient": "seller@seller.example"}
    ]
    assert (told["status"], told["error"]) == ("sent", None)


def test_programs_get_the_problems(shell, order):
    shell("order", "do", order, "send")

    told = shell.json("module", "trace", order, "finish", code=2)

    assert [problem["code"] for problem in told["problems"]] == ["shop.no_remarks"]
