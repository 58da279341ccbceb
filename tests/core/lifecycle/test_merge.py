from datetime import timedelta

import attrs
import pytest

from orderloom.lifecycle import (
    START,
    TENANT,
    Action,
    Facet,
    Lifecycle,
    Overlay,
    Status,
    Timer,
    merge,
    prove,
)

ORDER = Lifecycle(
    "supplier.order",
    statuses=(
        Status("scheduled", "Scheduled", stage="open"),
        Status("completed", "Completed", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="scheduled", side="buyer"),
        Action("complete", source="scheduled", target="completed", side="buyer"),
    ),
    timers=(Timer("assume", action="complete", source="scheduled", after=timedelta(days=7)),),
    facets=(
        Facet(
            "payment",
            statuses=(
                Status("owed", "Owed", stage="open"),
                Status("paid", "Paid", stage="done", final=True),
            ),
            start="owed",
            actions=(Action("pay", source="owed", target="paid"),),
        ),
    ),
    renamed={"booked": "scheduled"},
)


def inspection(lifecycle: Lifecycle) -> Lifecycle | None:
    if lifecycle.name == "supplier.order":
        inspect = Action("inspect", source="scheduled", target="inspected", side="buyer")
        return (
            lifecycle.with_status(Status("inspected", "Inspected", stage="open"))
            .with_action(inspect)
            .also_from("complete", "inspected")
        )
    return None


def remind(lifecycle: Lifecycle) -> Lifecycle:
    return lifecycle.with_timer(
        Timer("remind", action="complete", source="scheduled", after=timedelta(days=1))
    )


def test_the_fifteen_line_module_merges_and_proves() -> None:
    merged = merge(ORDER, [("inspection", inspection)])

    assert prove(merged).ok
    assert [a.name for a in merged.lifecycle.actions_from("inspected")] == ["complete"]


def test_the_provenance_of_each_status_action_edge_and_timer_is_known() -> None:
    provenance = merge(ORDER, [("inspection", inspection), ("nudge", remind)]).provenance

    assert provenance.of_status("scheduled") == "supplier"
    assert provenance.of_status("inspected") == "inspection"
    assert provenance.of_status("owed", facet="payment") == "supplier"
    assert provenance.of_action("complete") == "supplier"
    assert provenance.of_action("inspect") == "inspection"
    assert provenance.of_edge("complete", "scheduled") == "supplier"
    assert provenance.of_edge("complete", "inspected") == "inspection"
    assert provenance.of_timer("assume") == "supplier"
    assert provenance.of_timer("remind") == "nudge"
    assert provenance.of_facet("payment") == "supplier"
    assert provenance.of_renaming("booked") == "supplier"
    assert provenance.of_edge("complete", "nowhere") == ""


def test_merging_nothing_keeps_the_lifecycle_as_declared() -> None:
    merged = merge(ORDER, [("quiet", lambda lifecycle: None)])

    assert merged.lifecycle == ORDER
    assert merged.lifecycle.digest == ORDER.digest


def test_the_owner_may_be_named_when_the_lifecycle_does_not_say_it() -> None:
    assert merge(ORDER, owner="wholesale").provenance.of_status("scheduled") == "wholesale"


def test_extensions_are_folded_in_the_given_order() -> None:
    def from_inspected(lifecycle: Lifecycle) -> Lifecycle:
        return lifecycle.with_action(Action("redo", source="inspected", target="scheduled"))

    merged = merge(ORDER, [("inspection", inspection), ("again", from_inspected)])

    assert [action.name for action in merged.lifecycle.actions] == [
        "place",
        "complete",
        "inspect",
        "redo",
    ]


def redefine_status(lifecycle: Lifecycle) -> Lifecycle:
    return attrs.evolve(
        lifecycle,
        statuses=[attrs.evolve(status, final=True) for status in lifecycle.statuses],
    )


def redirect(lifecycle: Lifecycle) -> Lifecycle:
    return attrs.evolve(
        lifecycle,
        actions=[
            attrs.evolve(action, target="scheduled") if action.name == "complete" else action
            for action in lifecycle.actions
        ],
    )


def take_edge(lifecycle: Lifecycle) -> Lifecycle:
    lifecycle = lifecycle.also_from("place", "completed")
    place = attrs.evolve(lifecycle.action("place"), source="completed")
    return attrs.evolve(lifecycle, actions=(place, lifecycle.action("complete")))


def restart_payment(lifecycle: Lifecycle) -> Lifecycle:
    return attrs.evolve(lifecycle, facets=[attrs.evolve(lifecycle.facets[0], start="paid")])


TRESPASSES = {
    "a status twice": (
        lambda lc: lc.with_status(Status("scheduled", "Planned", stage="open")),
        "lifecycle.status_twice",
        "supplier.order: scheduled",
    ),
    "an action twice": (
        lambda lc: lc.with_action(Action("complete", source="completed", target="scheduled")),
        "lifecycle.action_twice",
        "supplier.order: completed --complete--> scheduled",
    ),
    "an edge twice": (
        lambda lc: lc.also_from("complete", "scheduled"),
        "lifecycle.edge_twice",
        "supplier.order: scheduled --complete--> completed",
    ),
    "a timer twice": (
        lambda lc: lc.with_timer(lc.timers[0]),
        "lifecycle.timer_twice",
        "supplier.order: scheduled --complete by timer assume-->",
    ),
    "a facet twice": (
        lambda lc: lc.with_facet(lc.facets[0]),
        "lifecycle.facet_twice",
        "supplier.order/payment: (start) --start--> owed",
    ),
    "a renaming redirected": (
        lambda lc: attrs.evolve(lc, renamed={"booked": "completed"}),
        "lifecycle.renaming_redefined",
        "supplier.order: booked --renamed--> completed",
    ),
    "a status of a facet twice": (
        lambda lc: lc.with_status(Status("owed", "Due", stage="open"), facet="payment"),
        "lifecycle.status_twice",
        "supplier.order/payment: owed",
    ),
    "a facet's action twice": (
        lambda lc: lc.with_action(Action("pay", source="scheduled", target="completed")),
        "lifecycle.action_twice",
        "supplier.order: scheduled --pay--> completed",
    ),
    "an action of its own with one source twice": (
        lambda lc: lc.with_action(Action("redo", source=("completed",) * 2, target="scheduled")),
        "lifecycle.edge_twice",
        "supplier.order: completed --redo--> scheduled",
    ),
    "a status redefined": (
        redefine_status,
        "lifecycle.status_redefined",
        "supplier.order: scheduled",
    ),
    "an action redirected": (
        redirect,
        "lifecycle.action_redefined",
        "supplier.order: scheduled --complete--> scheduled",
    ),
    "a facet restarted": (
        restart_payment,
        "lifecycle.facet_redefined",
        "supplier.order/payment: (start) --start--> paid",
    ),
    "a timer changed": (
        lambda lc: attrs.evolve(lc, timers=[attrs.evolve(lc.timers[0], after=timedelta(1))]),
        "lifecycle.timer_redefined",
        "supplier.order: scheduled --complete by timer assume-->",
    ),
    "a status taken away": (
        lambda lc: attrs.evolve(lc, statuses=lc.statuses[1:]),
        "lifecycle.status_removed",
        "supplier.order: scheduled",
    ),
    "an action taken away": (
        lambda lc: attrs.evolve(lc, actions=lc.actions[1:]),
        "lifecycle.action_removed",
        "supplier.order: (start) --place--> scheduled",
    ),
    "an edge taken away": (
        take_edge,
        "lifecycle.edge_removed",
        "supplier.order: (start) --place--> scheduled",
    ),
    "a timer taken away": (
        lambda lc: attrs.evolve(lc, timers=()),
        "lifecycle.timer_removed",
        "supplier.order: scheduled --complete by timer assume-->",
    ),
    "an action that is not there": (
        lambda lc: lc.also_from("compleet", "completed"),
        "lifecycle.not_there",
        "supplier.order",
    ),
    "a name that is none": (
        lambda lc: lc.with_status(Status("In Transit", "In transit", stage="open")),
        "lifecycle.name",
        "supplier.order: 'In Transit'",
    ),
    "something else": (lambda lc: lc.statuses, "lifecycle.not_extended", "supplier.order"),
    "another lifecycle": (
        lambda lc: attrs.evolve(lc, name="sales.order"),
        "lifecycle.not_extended",
        "supplier.order",
    ),
}


@pytest.mark.parametrize(("extend", "code", "edge"), TRESPASSES.values(), ids=TRESPASSES)
def test_an_extension_that_does_more_than_add_is_named_with_the_edge(extend, code, edge) -> None:
    faults = merge(ORDER, [("quiet", lambda lc: None), ("rogue", extend)]).faults

    assert (faults[0].code, faults[0].module, faults[0].edge) == (code, "rogue", edge)
    assert " To " in faults[0].message


def test_the_second_of_two_modules_that_add_the_same_is_guilty_and_the_first_is_named() -> None:
    faults = merge(ORDER, [("inspection", inspection), ("quality", inspection)]).faults

    assert [(fault.code, fault.module) for fault in faults] == [
        ("lifecycle.status_twice", "quality"),
        ("lifecycle.edge_twice", "quality"),
        ("lifecycle.action_twice", "quality"),
    ]
    assert all("which inspection has already" in fault.message for fault in faults)


def test_what_one_module_takes_away_does_not_incriminate_the_next() -> None:
    def rob(lifecycle: Lifecycle) -> Lifecycle:
        return attrs.evolve(lifecycle, actions=lifecycle.actions[:1])

    faults = merge(ORDER, [("rogue", rob), ("inspection", inspection)]).faults

    assert {fault.module for fault in faults} == {"rogue"}


def test_a_bug_in_an_extension_travels_untouched() -> None:
    def buggy(lifecycle: Lifecycle) -> Lifecycle:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        merge(ORDER, [("rogue", buggy)])


def test_a_tenant_lays_its_statuses_labels_and_moves_over_the_modules() -> None:
    overlay = Overlay(
        statuses=(Status("checked", "Checked", stage="open"),),
        labels=(("inspected", "Looked at"),),
        moves=(("check", "inspected", "checked"), ("complete", "checked", "completed")),
    )

    merged = merge(ORDER, [("inspection", inspection)], overlay)

    assert prove(merged).ok
    assert merged.lifecycle.status("inspected").title == "Looked at"
    assert merged.lifecycle.action("check").targets == ("checked",)
    assert merged.lifecycle.action("complete").sources == ("scheduled", "inspected", "checked")
    assert merged.provenance.of_status("checked") == TENANT
    assert merged.provenance.of_edge("complete", "checked") == TENANT


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        (Overlay(labels=[("inspectd", "Seen")]), "lifecycle.not_there"),
        (Overlay(moves=[("complete", "completed", "scheduled")]), "lifecycle.action_twice"),
        (
            Overlay(statuses=[Status("scheduled", "Mine", stage="open")]),
            "lifecycle.status_twice",
        ),
    ],
)
def test_what_a_tenant_does_wrong_names_the_tenant(overlay, code) -> None:
    faults = merge(ORDER, (), overlay).faults

    assert [(fault.code, fault.module) for fault in faults] == [(code, "tenant")]
