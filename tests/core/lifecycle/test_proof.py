from datetime import timedelta

import attrs
import pytest

from orderloom.lifecycle import (
    START,
    Action,
    Attaches,
    Facet,
    Lifecycle,
    Overlay,
    Status,
    Timer,
    merge,
    prove,
)


@attrs.frozen
class Told:
    reason: str


@attrs.frozen
class Optional:
    reason: str = ""


def pick(subject: object, options: object) -> str:
    return "open"


def status(name: str, *, final: bool = False) -> Status:
    return Status(name, name.capitalize(), stage="done" if final else "open", final=final)


def lifecycle(*actions: Action, more: tuple[Status, ...] = (), **further: object) -> Lifecycle:
    """`new` and `closed`, joined by `place` and `close`, and whatever a test adds."""
    return Lifecycle(
        "demo.order",
        statuses=(status("new"), status("closed", final=True), *more),
        actions=(
            Action("place", source=START, target="new"),
            Action("close", source="new", target="closed"),
            *actions,
        ),
        **further,
    )


def add(*actions: Action, statuses: tuple[Status, ...] = ()):
    """An extension that adds these."""

    def extend(given: Lifecycle) -> Lifecycle:
        for added in statuses:
            given = given.with_status(added)
        for action in actions:
            given = given.with_action(action)
        return given

    return extend


def timer(action: str, source: str) -> Timer:
    return Timer("nightly", action=action, source=source, after=timedelta(hours=12))


PAYMENT = Facet(
    "payment",
    statuses=(status("owed"), status("paid", final=True)),
    start="owed",
    actions=(Action("pay", source="owed", target="paid"),),
)

BROKEN = {
    "a source that is no status": (
        lambda lc: lc.also_from("close", "newish"),
        "lifecycle.unknown_source",
        "demo.order: newish --close--> closed",
    ),
    "a target that is no status": (
        add(Action("hold", source="new", target="held")),
        "lifecycle.unknown_target",
        "demo.order: new --hold--> held",
    ),
    "a routed target that is no status": (
        add(Action("sort", source="new", target=("closed", "lost"), route=pick)),
        "lifecycle.unknown_target",
        "demo.order: new --sort--> closed|lost",
    ),
    "a status nobody reaches": (
        add(Action("wake", source="asleep", target="new"), statuses=(status("asleep"),)),
        "lifecycle.unreachable",
        "demo.order: ? --?--> asleep",
    ),
    "a status nobody leaves": (
        add(Action("hold", source="new", target="held"), statuses=(status("held"),)),
        "lifecycle.dead_end",
        "demo.order: held --?--> ?",
    ),
    "a status left only for itself": (
        add(Action("hold", source=("new", "held"), target="held"), statuses=(status("held"),)),
        "lifecycle.dead_end",
        "demo.order: held --?--> ?",
    ),
    "two statuses that lead only to each other": (
        add(
            Action("hold", source=("new", "asked"), target="held"),
            Action("ask", source="held", target="asked"),
            statuses=(status("held"), status("asked")),
        ),
        "lifecycle.no_way_out",
        "demo.order: held --…--> asked",
    ),
    "a timer of no action": (
        lambda lc: lc.with_timer(timer("clsoe", "new")),
        "lifecycle.timer_action",
        "demo.order: new --clsoe by timer nightly-->",
    ),
    "a timer of an unknown source": (
        lambda lc: lc.with_timer(timer("close", "newish")),
        "lifecycle.timer_source",
        "demo.order: newish --close by timer nightly-->",
    ),
    "a timer of an action illegal from its source": (
        lambda lc: lc.with_timer(timer("close", "closed")),
        "lifecycle.timer_source",
        "demo.order: closed --close by timer nightly-->",
    ),
    "a timer of an action that must be told something": (
        lambda lc: lc.with_action(
            Action("void", source="new", target="closed", options=Told)
        ).with_timer(timer("void", "new")),
        "lifecycle.timer_options",
        "demo.order: new --void by timer nightly-->",
    ),
    "options of an action that creates": (
        add(Action("begin", source=START, target="new", options=Optional)),
        "lifecycle.start_options",
        "demo.order: (start) --begin--> new",
    ),
    "edits of an action that creates": (
        add(Action("begin", source=START, target="new", edits=pick)),
        "lifecycle.start_options",
        "demo.order: (start) --begin--> new",
    ),
    "files of an action that creates": (
        add(Action("begin", source=START, target="new", attaches=Attaches("image"))),
        "lifecycle.start_options",
        "demo.order: (start) --begin--> new",
    ),
    "an action with options that is made to create": (
        lambda lc: lc.with_action(
            Action("void", source="new", target="closed", options=Optional)
        ).also_from("void", START),
        "lifecycle.start_options",
        "demo.order: new|(start) --void--> closed",
    ),
    "a renaming to no status": (
        lambda lc: lc.with_renamed("fresh", "neww"),
        "lifecycle.renamed_to_nothing",
        "demo.order: fresh --renamed--> neww",
    ),
    "a renaming of a status still in use": (
        lambda lc: lc.with_renamed("new", "closed"),
        "lifecycle.renamed_in_use",
        "demo.order: new --renamed--> closed",
    ),
    "a facet that starts nowhere": (
        lambda lc: lc.with_facet(attrs.evolve(PAYMENT, start="due")),
        "lifecycle.no_start",
        "demo.order/payment: (start) --?--> ?",
    ),
    "a facet without an end": (
        lambda lc: lc.with_facet(attrs.evolve(PAYMENT, statuses=(status("owed"), status("paid")))),
        "lifecycle.no_final",
        "demo.order/payment: ? --?--> ?",
    ),
    "a facet's status nobody leaves": (
        lambda lc: (
            lc.with_facet(PAYMENT)
            .with_status(status("disputed"), facet="payment")
            .with_action(Action("dispute", source="owed", target="disputed", facet="payment"))
        ),
        "lifecycle.dead_end",
        "demo.order/payment: disputed --?--> ?",
    ),
    "a facet's action into the other graph": (
        lambda lc: lc.with_facet(PAYMENT).with_action(
            Action("settle", source="owed", target="closed", facet="payment")
        ),
        "lifecycle.unknown_target",
        "demo.order/payment: owed --settle--> closed",
    ),
    "a facet's action from the start": (
        lambda lc: lc.with_facet(PAYMENT).with_action(
            Action("bill", source=START, target="owed", facet="payment")
        ),
        "lifecycle.unknown_source",
        "demo.order/payment: (start) --bill--> owed",
    ),
    "an edge there is already": (
        lambda lc: lc.also_from("close", "new"),
        "lifecycle.edge_twice",
        "demo.order: new --close--> closed",
    ),
    "a status there is already": (
        add(statuses=(status("new"),)),
        "lifecycle.status_twice",
        "demo.order: new",
    ),
}


@pytest.mark.parametrize(("extend", "code", "edge"), BROKEN.values(), ids=BROKEN)
def test_a_broken_lifecycle_names_the_guilty_module_and_edge(extend, code, edge) -> None:
    proof = prove(merge(lifecycle(), [("guilty", extend)]))

    assert not proof.ok
    assert (proof.faults[0].code, proof.faults[0].module, proof.faults[0].edge) == (
        code,
        "guilty",
        edge,
    )
    assert " To " in proof.faults[0].message


DECLARED_BROKEN = {
    "no action from the start": (
        attrs.evolve(lifecycle(), actions=lifecycle().actions[1:]),
        ["lifecycle.no_start"],
    ),
    "nothing final": (
        attrs.evolve(lifecycle(), statuses=(status("new"), status("closed"))),
        ["lifecycle.no_final"],
    ),
    "a status twice": (lifecycle(more=(status("new"),)), ["lifecycle.status_twice"]),
    "an edge twice": (
        lifecycle(Action("void", source=("new", "new"), target="closed")),
        ["lifecycle.edge_twice"],
    ),
    "nothing at all": (
        Lifecycle("demo.order", statuses=(), actions=()),
        ["lifecycle.no_start", "lifecycle.no_final"],
    ),
}


@pytest.mark.parametrize(("declared", "codes"), DECLARED_BROKEN.values(), ids=DECLARED_BROKEN)
def test_a_lifecycle_declared_broken_names_its_owner(declared, codes) -> None:
    proof = prove(merge(declared))

    assert [fault.code for fault in proof.faults] == codes
    assert {fault.module for fault in proof.faults} == {"demo"}


SOUND = {
    "the smallest": lifecycle(),
    "a status that leads to itself and on": lifecycle(
        Action("note", source="new", target="new", options=Told)
    ),
    "a final status with a way back": lifecycle(Action("reopen", source="closed", target="new")),
    "a timer whose options all have defaults": lifecycle(
        Action("void", source="new", target="closed", options=Optional),
        timers=(timer("void", "new"),),
    ),
    "a timer of a facet": lifecycle(facets=(PAYMENT,), timers=(timer("pay", "owed"),)),
    "a renamed status": lifecycle(renamed={"fresh": "new"}),
}


@pytest.mark.parametrize("declared", SOUND.values(), ids=SOUND)
def test_a_sound_lifecycle_has_no_faults(declared) -> None:
    assert prove(merge(declared)).faults == ()


def test_a_way_out_may_be_the_sum_of_several_modules() -> None:
    half = add(Action("hold", source="new", target="held"), statuses=(status("held"),))
    other_half = add(Action("release", source="held", target="new"))

    alone = prove(merge(lifecycle(), [("one", half)]))
    together = prove(merge(lifecycle(), [("one", half), ("two", other_half)]))

    assert [fault.code for fault in alone.faults] == ["lifecycle.dead_end"]
    assert together.ok


def test_all_faults_of_all_modules_are_found_at_once() -> None:
    proof = prove(
        merge(
            lifecycle(),
            [
                ("one", add(Action("hold", source="new", target="held"))),
                ("two", lambda given: given.with_renamed("fresh", "neww")),
            ],
        )
    )

    assert [(fault.module, fault.code) for fault in proof.faults] == [
        ("one", "lifecycle.unknown_target"),
        ("two", "lifecycle.renamed_to_nothing"),
    ]


def test_a_tenants_status_without_a_way_out_names_the_tenant() -> None:
    overlay = Overlay(statuses=[status("held")], moves=[("hold", "new", "held")])

    (fault,) = prove(merge(lifecycle(), (), overlay)).faults

    assert (fault.code, fault.module) == ("lifecycle.dead_end", "tenant")


def test_a_fault_is_a_problem_of_the_switch_with_the_edge_as_its_field() -> None:
    proof = prove(merge(lifecycle(), [("one", add(Action("hold", source="new", target="closd")))]))

    (problem,) = proof.problems()

    assert (problem.code, problem.module) == ("lifecycle.unknown_target", "one")
    assert str(problem) == (
        "demo.order: new --hold--> closd: There is no status closd. Did you mean 'closed'? "
        "To use it, add it with with_status."
    )


def test_a_fault_prints_as_one_line_with_edge_module_and_remedy() -> None:
    (fault,) = prove(merge(lifecycle(), [("one", lambda given: 3)])).faults

    assert str(fault) == (
        "demo.order (module one): Module one answers int instead of this lifecycle. "
        "To extend it, return what its with_… methods return, or nothing."
    )
