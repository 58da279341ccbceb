import json

import pytest

from orderloom.errors import Refused
from orderloom.lifecycle import START, Move, Overlay, Status

STATUS = {"name": "checked", "title": "Checked", "stage": "open"}
MOVE = {"action": "check", "source": "scheduled", "target": "checked"}


def test_an_overlay_survives_being_stored() -> None:
    overlay = Overlay(
        statuses=[Status("checked", "Checked", stage="open", visible_to={"buyer", "seller"})],
        labels=[("scheduled", "Planned")],
        moves=[Move("check", "scheduled", "checked", side="buyer", title="Check it")],
    )

    assert Overlay.from_dict(json.loads(json.dumps(overlay.to_dict()))) == overlay


def test_an_empty_overlay_is_read_from_an_empty_object() -> None:
    assert Overlay.from_dict({}) == Overlay()


def test_a_plain_triple_is_a_move() -> None:
    assert Overlay(moves=[("check", START, "checked")]).moves == (Move("check", START, "checked"),)


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ([], "", "lifecycle.overlay"),
        (None, "", "lifecycle.overlay"),
        ({"status": []}, "", "lifecycle.overlay"),
        ({"statuses": {}}, "statuses", "lifecycle.overlay"),
        ({"statuses": ["checked"]}, "statuses[0]", "lifecycle.overlay"),
        ({"statuses": [{**STATUS, "finall": True}]}, "statuses[0]", "lifecycle.overlay"),
        ({"statuses": [{**STATUS, "final": "no"}]}, "statuses[0].final", "lifecycle.overlay"),
        ({"statuses": [{**STATUS, "title": 7}]}, "statuses[0].title", "lifecycle.overlay"),
        ({"statuses": [{"name": "x", "title": "X"}]}, "statuses[0].stage", "lifecycle.overlay"),
        (
            {"statuses": [{**STATUS, "visible_to": "buyer"}]},
            "statuses[0].visible_to",
            "lifecycle.overlay",
        ),
        ({"statuses": [{**STATUS, "name": "Held"}]}, "statuses[0].name", "lifecycle.name"),
        ({"statuses": [{**STATUS, "title": "\x00"}]}, "statuses[0].title", "lifecycle.title"),
        ({"statuses": [{**STATUS, "stage": "soon"}]}, "statuses[0].stage", "lifecycle.stage"),
        (
            {"labels": [{"status": "scheduled", "title": "x" * 1_000_000}]},
            "labels[0].title",
            "lifecycle.title",
        ),
        ({"labels": [{"status": "a b", "title": "A"}]}, "labels[0].status", "lifecycle.name"),
        ({"moves": [MOVE, {**MOVE, "source": "a b"}]}, "moves[1].source", "lifecycle.name"),
        ({"moves": [{**MOVE, "target": START}]}, "moves[0].target", "lifecycle.name"),
        ({"moves": [{**MOVE, "title": "\u202e"}]}, "moves[0].title", "lifecycle.title"),
    ],
)
def test_bad_overlay_input_names_the_field(data, field, code) -> None:
    with pytest.raises(Refused) as refused:
        Overlay.from_dict(data)

    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == (field, code)
    assert len(problem.message) < 300


def test_all_that_is_wrong_with_an_overlay_is_said_at_once() -> None:
    data = {"statuses": [{"name": "Held", "title": "", "stage": "open"}], "moves": [3, {}]}

    with pytest.raises(Refused) as refused:
        Overlay.from_dict(data)

    assert [problem.field for problem in refused.value.problems] == [
        "statuses[0].name",
        "statuses[0].title",
        "moves[0]",
        "moves[1].action",
        "moves[1].source",
        "moves[1].target",
    ]
