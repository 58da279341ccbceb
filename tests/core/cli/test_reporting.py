import json
import pickle

import pytest

from orderloom.cli.reporting import report
from orderloom.errors import Conflict, Forbidden, ModuleFault, NotFound, Problem, Refused


def told(capsys, error, **flags):
    code = report(error, **{"json": False, "debug": False, **flags})
    return code, capsys.readouterr()


def test_one_problem_is_one_line(capsys):
    code, said = told(capsys, Refused([Problem("a.b", "It is closed. To go on, wait.", "door")]))

    assert (code, said.out) == (2, "")
    assert said.err == "Refused: door: It is closed. To go on, wait.\n"


def test_several_problems_are_a_list_with_who_lifts_them(capsys):
    problems = [Problem("a.b", "One.", lifted_by="role Keeper"), Problem("a.c", "Two.", "line")]

    code, said = told(capsys, Forbidden(problems))

    assert code == 2
    assert said.err == (
        "Not allowed, 2 problems:\n  - One. (can be lifted by: role Keeper)\n  - line: Two.\n"
    )


@pytest.mark.parametrize(
    ("error", "start"),
    [
        (NotFound("order", "7", "To go on, list."), "Not found: There is no order '7'. To go on"),
        (Conflict("It was changed."), "Changed meanwhile: It was changed."),
        (ModuleFault("shop", "check_line", "1.0", "Boom."), "A module failed: Module shop 1.0"),
    ],
)
def test_every_deliberate_error_is_a_block_and_exit_code_2(capsys, error, start):
    code, said = told(capsys, error)

    assert code == 2
    assert said.err.startswith(start)


def test_texts_of_others_cannot_act_on_the_terminal(capsys):
    _, said = told(capsys, Refused([Problem("a.b", "Got {it}.", params={"it": "\x1b[2J\n"})]))

    assert said.err == "Refused: Got \\x1b[2J\\n.\n"


def test_json_is_an_object_with_all_problems_on_stdout(capsys):
    error = Refused([Problem("a.b", "One.", "x"), Problem("a.c", "Two.", module="shop")])

    code, said = told(capsys, error, json=True)

    assert (code, said.err) == (2, "")
    assert json.loads(said.out) == {
        "type": "orderloom:Refused",
        "title": "Refused",
        "detail": "x: One.\nTwo.",
        "problems": [
            {"code": "a.b", "field": "x", "message": "One.", "module": "", "lifted_by": ""},
            {"code": "a.c", "field": "", "message": "Two.", "module": "shop", "lifted_by": ""},
        ],
    }


def test_a_conflict_in_json_says_whether_to_retry(capsys):
    error = pickle.loads(pickle.dumps(Conflict("Busy.", retryable=True)))

    _, said = told(capsys, error, json=True)

    assert json.loads(said.out)["retryable"] is True


def test_a_bug_is_short_and_names_the_way_to_its_traceback(capsys):
    code, said = told(capsys, KeyError("price"))

    assert code == 1
    assert said.err.startswith("Unexpected error: KeyError: 'price'. This is a bug")
    assert "--debug" in said.err
    assert "Traceback" not in said.err


def test_debug_shows_the_traceback_of_a_bug_only(capsys):
    _, bug = told(capsys, KeyError("price"), debug=True)
    _, refusal = told(capsys, Refused([Problem("a.b", "One.")]), debug=True)

    assert "KeyError: 'price'" in bug.err.splitlines()[0]
    assert refusal.err == "Refused: One.\n"


def test_debug_shows_the_traceback_of_what_failed_in_a_module(capsys):
    fault = ModuleFault("shop", "check_action", "1.0", "ZeroDivisionError: division by zero.")
    fault.__cause__ = ZeroDivisionError("division by zero")

    _, plain = told(capsys, fault)
    _, debugged = told(capsys, fault, debug=True)

    assert plain.err.startswith("A module failed: Module shop")
    assert debugged.err == f"ZeroDivisionError: division by zero\n{plain.err}"
