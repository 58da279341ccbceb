"""A sound lifecycle with everything in it that can be broken: a rental, a module, a tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from orderloom.lifecycle import (
    START,
    Action,
    Facet,
    Lifecycle,
    Merged,
    Overlay,
    Status,
    Timer,
    merge,
)


@attrs.frozen
class Damage:
    bad: bool


def judged(subject: object, options: Damage) -> str:
    return "damaged" if options.bad else "back"


def dearer(subject: object, options: Damage) -> list[object]:
    return []


PAYMENT = Facet(
    "payment",
    statuses=(
        Status("owed", "Owed", stage="open"),
        Status("part_paid", "Partly paid", stage="open"),
        Status("paid", "Paid", stage="done", final=True),
    ),
    start="owed",
    actions=(
        Action("pay_part", source="owed", target="part_paid"),
        Action("pay", source=("owed", "part_paid"), target="paid"),
    ),
)
RENTAL = Lifecycle(
    "rental.order",
    statuses=(
        Status("asked", "Asked for", stage="draft"),
        Status("needs_approval", "Needs approval", stage="waiting"),
        Status("needs_deposit", "Needs deposit", stage="waiting"),
        Status("out", "Out", stage="open"),
        Status("damaged", "Damaged", stage="waiting"),
        Status("back", "Back", stage="done", final=True),
        Status("abandoned", "Abandoned", stage="dropped", final=True),
    ),
    actions=(
        Action("place", source=START, target="asked"),
        Action("submit", source="asked", target="needs_approval"),
        Action("approve", source="needs_approval", target="needs_deposit"),
        Action("refuse", source="needs_approval", target="abandoned"),
        Action("withdraw", source="needs_deposit", target="asked"),
        Action("hand_over", source="needs_deposit", target="out", side="seller"),
        Action("prolong", source="out", target="out", options=Damage),
        Action("take_back", source="out", target=("back", "damaged"), route=judged, options=Damage),
        Action("mend", source="damaged", target="back", side="seller"),
    ),
    timers=(
        Timer("lapse", action="refuse", source="needs_approval", after=timedelta(days=3)),
        Timer("unpaid", action="pay", source="owed", after=timedelta(days=30)),
    ),
    facets=(PAYMENT,),
    renamed={"requested": "asked"},
)


def inspection(given: Lifecycle) -> Lifecycle:
    """A module that adds a status, its action, and a further source to one of the owner's."""
    inspected = Status("inspected", "Inspected", stage="open")
    inspect = Action("inspect", source="out", target="inspected")
    return given.with_status(inspected).with_action(inspect).also_from("take_back", "inspected")


OVERLAY = Overlay(
    statuses=[Status("at_customs", "At customs", stage="waiting")],
    labels=[("out", "With the customer")],
    moves=[("hold", "needs_deposit", "at_customs"), ("hand_over", "at_customs", "out")],
)


@pytest.fixture
def rental() -> Lifecycle:
    """What the module `rental` declares: waiting statuses, a route, timers, a facet, a renaming."""
    return RENTAL


@pytest.fixture
def merge_rental() -> Callable[..., Merged]:
    """The rental with a sound module, then perhaps one more, then the tenant."""

    def merged(
        base: Lifecycle = RENTAL,
        extend: Callable[[Lifecycle], Lifecycle | None] | None = None,
        overlay: Overlay = OVERLAY,
    ) -> Merged:
        more = [("guilty", extend)] if extend else []
        return merge(base, [("inspection", inspection), *more], overlay)

    return merged
