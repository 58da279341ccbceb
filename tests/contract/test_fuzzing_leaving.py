"""Stories with an action that leaves its subject: only what its hooks do is a fact."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from orderloom import (
    START,
    Action,
    Lifecycle,
    Module,
    NewOrder,
    NewSubject,
    OrderType,
    Perform,
    Status,
    SubjectType,
    Timer,
    hookimpl,
)
from orderloom.decide import step
from orderloom.testing import BrokenInvariantError, Ground, Story, fuzz_module

RENTALS = Lifecycle(
    "rental.order",
    statuses=(
        Status("out", "Out", stage="open"),
        Status("back", "Back", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="out"),
        Action("bring", source="out", target="back"),
        Action("inspect", source=("out", "back"), leaves=True),
    ),
    timers=(Timer("inspection", action="inspect", source="back", after=timedelta(days=1)),),
)
REPORTS = Lifecycle(
    "rental.report",
    statuses=(Status("written", "Written", stage="done", final=True),),
    actions=(Action("place", source=START, target="written"),),
)


@hookimpl
def register_order_types() -> OrderType:
    return OrderType(key="rental.order", title="Rental", lifecycle=RENTALS)


@hookimpl
def register_subjects() -> SubjectType:
    everybody = {"place": ""}
    return SubjectType(
        key="rental.report", title="Report", lifecycle=REPORTS, permissions=everybody
    )


@hookimpl
def on_status_changed(subject, action, writing) -> None:
    if action.name == "inspect":
        writing.place(NewSubject("rental.report", "First"))
        writing.place(NewSubject("rental.report", "Second"))


class Rentals(Ground):
    modules = (
        SimpleNamespace(
            __name__="rental",
            module=Module("rental", title="Rentals"),
            register_order_types=register_order_types,
            register_subjects=register_subjects,
            on_status_changed=on_status_changed,
        ),
    )


def test_an_action_that_writes_nothing_breaks_nothing(engine) -> None:
    stories = 10 if engine.dialect.name == "sqlite" else 4  # the server takes longer for each

    assert fuzz_module("rental", ground=Rentals, engine=engine, stories=stories) > 50


def test_its_timer_is_no_fact_either() -> None:
    with Story("rental", ground=Rentals) as story:
        order = story.place(NewOrder("rental.order"))
        story.perform(order, "bring")
        story.wait(2)
        story.end()


def test_one_that_writes_its_subject_all_the_same_is_found(monkeypatch) -> None:
    real = step.Step.following

    def writing(self, after, always=False):
        return real(self, after, always=always or isinstance(self.command, Perform))

    monkeypatch.setattr(step.Step, "following", writing)

    with pytest.raises(BrokenInvariantError) as caught, Story("rental", ground=Rentals) as story:
        story.perform(story.place(NewOrder("rental.order")), "inspect")

    assert caught.value.invariant == "only declared moves"
    assert "went out --inspect--> out" in caught.value.reason
