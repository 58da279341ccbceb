"""Actions that leave their subject as it is: declared, proved, extended, drawn."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from orderloom import START, Action, Lifecycle, Refused, Status
from orderloom.lifecycle import Attaches, Overlay, difference, merge, plain, prove
from orderloom.lifecycle.diagram import mermaid
from orderloom.lifecycle.machine import Engine

AGAIN = Action("again", source=("done", "gone"), leaves=True, side="buyer")


def lifecycle(*actions: Action) -> Lifecycle:
    return Lifecycle(
        "toy.order",
        statuses=(
            Status("open", "Open", stage="open"),
            Status("done", "Done", stage="done", final=True),
            Status("gone", "Gone", stage="dropped", final=True),
        ),
        actions=(
            Action("place", source=START, target="open"),
            Action("finish", source="open", target="done"),
            Action("drop", source="open", target="gone"),
            *actions,
        ),
    )


def pick(order: Any, options: Any) -> str:
    return "done"


def edit(order: Any, options: Any) -> tuple[Any, ...]:
    return ()


def test_it_names_no_target_and_leads_from_each_source_to_itself() -> None:
    assert AGAIN.targets == ("done", "gone")
    assert (AGAIN.targets_from("done"), AGAIN.targets_from("gone")) == (("done",), ("gone",))
    assert prove(merge(lifecycle(AGAIN))).ok


@pytest.mark.parametrize(
    "idle",
    [
        {"target": "done"},
        {"target": "open"},
        {"target": ("done", "gone"), "route": pick},
        {"edits": edit},
        {"series": "toy.order"},
        {"issues": "toy.slip"},
        {"waits_in": "open", "refused_to": "gone"},
        {"attaches": Attaches("image")},
    ],
)
def test_what_would_have_to_be_written_is_refused(idle: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        Action("again", source="done", leaves=True, **idle)

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("lifecycle.leaves", "leaves")
    assert problem.message == (
        f"Action again leaves the subject as it is, so its {', '.join(idle)} would never count. "
        f"To declare it, leave out {', '.join(idle)}, or leaves."
    )


def test_it_does_not_create() -> None:
    with pytest.raises(Refused, match="there is none it could leave"):
        Action("again", source=START, leaves=True)


def test_without_leaves_a_target_is_needed() -> None:
    with pytest.raises(Refused) as refused:
        Action("again", source="done")

    assert refused.value.codes == ("lifecycle.target",)


def test_a_module_that_lets_it_wait_is_at_fault() -> None:
    merged = merge(lifecycle(AGAIN), [("held", lambda known: known.waiting_in("again", "open"))])

    (fault,) = prove(merged).faults
    assert (fault.code, fault.module) == ("lifecycle.leaves", "held")


def test_it_does_not_start_where_subjects_wait() -> None:
    waiting = Status("waiting", "Waiting", stage="waiting")
    base = lifecycle(AGAIN, Action("withdraw", source="waiting", target="gone"))
    held = base.with_status(waiting).waiting_in("finish", "waiting", refused_to="gone")

    assert [one.code for one in prove(merge(held.also_from("again", "waiting"))).faults] == [
        "lifecycle.withdrawal"
    ]
    assert prove(merge(held)).ok


def test_it_is_no_way_out() -> None:
    stuck = lifecycle(attrs.evolve(AGAIN, source=("done", "stuck"))).with_status(
        Status("stuck", "Stuck", stage="open")
    )
    stuck = stuck.with_action(Action("stick", source="open", target="stuck"))

    assert [one.code for one in prove(merge(stuck)).faults] == ["lifecycle.dead_end"]


def test_a_source_that_is_not_there_is_one_fault() -> None:
    faults = prove(merge(lifecycle(Action("again", source="none", leaves=True)))).faults

    assert [(one.code, one.edge) for one in faults] == [
        ("lifecycle.unknown_source", "toy.order: none --again--> none")
    ]


def test_the_engine_stays_where_it_is() -> None:
    engine = Engine(lifecycle(AGAIN))

    assert [engine.step(one, AGAIN, None, None) for one in ("done", "gone")] == ["done", "gone"]
    with pytest.raises(Refused, match="Again is not possible from Open"):
        engine.step("open", AGAIN, None, None)


def test_others_and_the_tenant_add_sources() -> None:
    overlay = Overlay(moves=[("again", "open", "open")])

    merged = merge(lifecycle(AGAIN), (), overlay)

    assert prove(merged).ok
    assert merged.lifecycle.action("again").sources == ("done", "gone", "open")
    assert merged.provenance.of_edge("again", "open") == "tenant"


def test_it_is_kept_with_the_declaration() -> None:
    made = lifecycle(AGAIN)

    read = Lifecycle.from_dict(made.to_dict())

    assert read.action("again").leaves
    assert read.digest == made.digest
    assert (
        read.digest != lifecycle(Action("again", source="done", target="done", side="buyer")).digest
    )


def test_a_difference_tells_its_edges_one_by_one() -> None:
    assert difference(lifecycle(AGAIN), lifecycle(AGAIN).also_from("again", "open")) == (
        "+ edge toy.order: open --again--> open",
    )


def test_it_is_drawn_as_staying_where_it_is() -> None:
    drawn = mermaid(lifecycle(AGAIN))
    rows = plain(lifecycle(AGAIN)).splitlines()

    assert "    S_done --> S_done: Again (buyer, leaves it as it is)" in drawn
    assert "S_done --> S_gone" not in drawn
    (row,) = [one for one in rows if "done" in one and "again" in one]
    assert row.endswith("again   -> done  (buyer, leaves it as it is)")


def test_from_every_status_it_is_still_no_free_choice() -> None:
    everywhere = attrs.evolve(AGAIN, source=("open", "done", "gone"))

    assert "from any status to any" not in mermaid(lifecycle(everywhere))
