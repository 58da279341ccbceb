"""Actions that wait for approvals: what is declared, proved, added by others and drawn."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom import START, Action, Facet, Lifecycle, Refused, Status
from orderloom.lifecycle import merge, prove
from orderloom.lifecycle.diagram import mermaid

WAITING = Status("waiting", "Waiting", stage="waiting")
DROP = Action("drop", source="waiting", target="done")


def lifecycle(*actions: Action, waiting: Status = WAITING, **place: Any) -> Lifecycle:
    held = {"waits_in": "waiting", "refused_to": "done"} | place
    return Lifecycle(
        "toy.order",
        statuses=(
            waiting,
            Status("open", "Open", stage="open"),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target="open", **held),
            Action("finish", source="open", target="done"),
            *actions,
        ),
    )


def codes(made: Lifecycle) -> list[str]:
    return [fault.code for fault in prove(merge(made)).faults]


def test_a_waiting_status_that_can_be_left_holds_together() -> None:
    assert codes(lifecycle(DROP)) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lifecycle(), "lifecycle.no_withdrawal"),
        (
            lifecycle(DROP, waiting=Status("waiting", "Waiting", stage="open")),
            "lifecycle.waiting_stage",
        ),
        (
            lifecycle(DROP, waiting=Status("waiting", "W", stage="waiting", deletable=True)),
            "lifecycle.waiting_deletable",
        ),
        (
            lifecycle(DROP, Action("stay", source="waiting", target="waiting")),
            "lifecycle.withdrawal",
        ),
        (lifecycle(DROP, refused_to="gone"), "lifecycle.unknown_target"),
        (lifecycle(DROP, waits_in="nowhere"), "lifecycle.unknown_target"),
        (lifecycle(DROP, refused_to="waiting"), "lifecycle.refused_to"),
    ],
)
def test_what_is_wrong_with_waiting_is_a_fault(made: Lifecycle, fault: str) -> None:
    assert fault in codes(made)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"refused_to": "done"}, "lifecycle.refused_to"),
        ({"waits_in": "waiting"}, "lifecycle.refused_to"),
        ({"waits_in": "Waiting", "refused_to": "done"}, "lifecycle.name"),
    ],
)
def test_half_a_declaration_is_refused(fields: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        Action("place", source=START, target="open", **fields)

    assert code in refused.value.codes


def test_a_facet_has_nothing_that_waits() -> None:
    with pytest.raises(Refused) as refused:
        Facet(
            "payment",
            statuses=[Status("unpaid", "Unpaid", stage="open")],
            start="unpaid",
            actions=[
                Action("pay", source="unpaid", target="unpaid", facet="payment", waits_in="unpaid")
            ],
        )

    assert "lifecycle.waits_in" in refused.value.codes


def test_a_module_lets_the_action_of_another_wait_and_answers_for_it() -> None:
    base = Lifecycle(
        "toy.order",
        statuses=(
            Status("open", "Open", stage="open"),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target="open"),
            Action("finish", source="open", target="done"),
        ),
    )

    def extend(given: Lifecycle) -> Lifecycle:
        return given.with_status(WAITING).waiting_in("finish", "waiting")

    merged = merge(base, [("strict", extend)], owner="toy")

    assert merged.lifecycle.action("finish").waits_in == "waiting"
    assert [(fault.code, fault.module) for fault in prove(merged).faults] == [
        ("lifecycle.no_withdrawal", "strict")
    ]


def test_two_modules_cannot_both_say_where_an_action_waits() -> None:
    def extend(given: Lifecycle) -> Lifecycle:
        return given.waiting_in("place", "open", refused_to="done")

    merged = merge(lifecycle(DROP), [("second", extend)], owner="toy")

    assert [fault.code for fault in merged.faults] == ["lifecycle.action_redefined"]


def test_what_waits_survives_storage() -> None:
    made = lifecycle(DROP)

    read = Lifecycle.from_dict(made.to_dict())

    assert (read.action("place").waits_in, read.digest) == ("waiting", made.digest)


def test_the_diagram_shows_where_it_waits_and_what_becomes_of_it() -> None:
    drawn = mermaid(lifecycle(DROP))

    assert "[*] --> S_waiting: Place" in drawn
    assert "S_waiting --> S_open: approve (Place)" in drawn
    assert "S_waiting --> S_done: refuse (Place)" in drawn
