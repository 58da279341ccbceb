from datetime import timedelta

import attrs

from orderloom.lifecycle import START, Action, Lifecycle, Status, Timer, difference

OLD = Lifecycle(
    "demo.order",
    statuses=(
        Status("new", "New", stage="open", visible_to={"buyer"}),
        Status("closed", "Closed", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="new"),
        Action("close", source="new", target="closed"),
    ),
    timers=(Timer("sweep", action="close", source="new", after=timedelta(days=1)),),
)


def test_a_lifecycle_does_not_differ_from_itself() -> None:
    assert difference(OLD, OLD) == ()


def test_additions_are_listed_with_their_edges() -> None:
    new = (
        OLD.with_status(Status("held", "Held", stage="waiting"))
        .with_action(Action("hold", source="new", target="held"))
        .also_from("close", "held")
    )

    assert difference(OLD, new) == (
        "+ status demo.order: held",
        "+ edge demo.order: held --close--> closed",
        "+ action demo.order: hold",
        "+ edge demo.order: new --hold--> held",
    )


def test_what_is_gone_is_listed() -> None:
    new = attrs.evolve(OLD, actions=OLD.actions[:1], timers=())

    assert difference(OLD, new) == (
        "- action demo.order: close",
        "- edge demo.order: new --close--> closed",
        "- timer demo.order: new --close by timer sweep-->",
    )


def test_changed_traits_are_listed_old_and_new() -> None:
    sooner = attrs.evolve(OLD.timers[0], after=timedelta(hours=2))
    shown_to_all = attrs.evolve(OLD.statuses[0], visible_to=())
    new = attrs.evolve(OLD, statuses=(shown_to_all, OLD.statuses[1]), timers=(sooner,))

    assert difference(OLD, new.relabelled("closed", "Shut")) == (
        "~ status demo.order: new: visible_to buyer → none",
        "~ status demo.order: closed: title 'Closed' → 'Shut'",
        "~ timer demo.order: new --close by timer sweep-->: after 1 day, 0:00:00 → 2:00:00",
    )
