"""Lifecycles broken by another module, by a tenant, or by what an action names elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import attrs
import pytest

from orderloom import Module, OrderType, Series, hookimpl
from orderloom.lifecycle import Action, Lifecycle, Move, Overlay, Status, Timer, prove
from orderloom.modules import Assemblies, Catalogue


def judged(subject: object, options: object) -> str:
    return "back"


def removing(name: str) -> Callable[[Lifecycle], Lifecycle]:
    """An extension that takes an action away."""

    def extend(given: Lifecycle) -> Lifecycle:
        kept = [action for action in given.actions if action.name != name]
        return attrs.evolve(given, actions=kept)

    return extend


def evolving(name: str, **changes: object) -> Callable[[Lifecycle], Lifecycle]:
    """An extension that declares an action of somebody else otherwise."""

    def extend(given: Lifecycle) -> Lifecycle:
        actions = [
            attrs.evolve(action, **changes) if action.name == name else action
            for action in given.actions
        ]
        return attrs.evolve(given, actions=actions)

    return extend


def loop(given: Lifecycle) -> Lifecycle:
    """Two statuses that lead to each other and nowhere else."""
    for name in ("lost", "sought"):
        given = given.with_status(Status(name, name.title(), stage="waiting"))
    given = given.with_action(Action("lose", source=("out", "sought"), target="lost"))
    return given.with_action(Action("seek", source="lost", target="sought"))


HELD = Status("held", "Held", stage="waiting")
MOVE_TO_HELD = Overlay(statuses=[HELD], moves=[Move("hold", "out", "held")])

# ── by another module ──────────────────────────────────────────────────────────────────────

GUILTY = {
    "an edge there is already": (
        lambda given: given.also_from("mend", "damaged"),
        "lifecycle.edge_twice", "rental.order: damaged --mend--> back",
    ),
    "an edge another module added": (
        lambda given: given.also_from("take_back", "inspected"),
        "lifecycle.edge_twice", "rental.order: inspected --take_back--> back|damaged",
    ),
    "a status of the owner once more": (
        lambda given: given.with_status(Status("out", "Out", stage="open")),
        "lifecycle.status_twice", "rental.order: out",
    ),
    "a status another module added once more": (
        lambda given: given.with_status(Status("inspected", "Seen", stage="open")),
        "lifecycle.status_twice", "rental.order: inspected",
    ),
    "another module's action taken away": (
        removing("inspect"), "lifecycle.action_removed", "rental.order: out --inspect--> inspected",
    ),
    "the owner's action led elsewhere": (
        evolving("mend", target="abandoned"),
        "lifecycle.action_redefined", "rental.order: damaged --mend--> abandoned",
    ),
    "the side of the owner's action changed": (
        evolving("mend", side="buyer"),
        "lifecycle.action_redefined", "rental.order: damaged --mend--> back",
    ),
    "one source of several taken away": (
        evolving("take_back", source="inspected"),
        "lifecycle.edge_removed", "rental.order: out --take_back--> back|damaged",
    ),
    "a status that starts to be final": (
        lambda given: attrs.evolve(
            given,
            statuses=[
                attrs.evolve(each, final=True) if each.name == "out" else each
                for each in given.statuses
            ],
        ),
        "lifecycle.status_redefined", "rental.order: out",
    ),
    "a closed loop without an exit": (
        loop, "lifecycle.no_way_out", "rental.order: lost --…--> sought",
    ),
    "an action it extends that is not there": (
        lambda given: given.also_from("mendd", "out"), "lifecycle.not_there", "rental.order",
    ),
    "a side there is not": (
        lambda given: given.with_action(
            Action("bless", source="out", target="out", side="custodian")
        ),
        "lifecycle.side", "rental.order: bless",
    ),
    "a route without targets to choose from": (
        lambda given: given.with_action(
            Action("sort", source="out", target="back", route=judged)
        ),
        "lifecycle.route", "rental.order: sort",
    ),
    "several targets without a route": (
        lambda given: given.with_action(Action("sort", source="out", target=("back", "damaged"))),
        "lifecycle.route", "rental.order: sort",
    ),
    "a route without a name": (
        lambda given: given.with_action(
            Action("sort", source="out", target=("back", "damaged"), route=lambda *_: "back")
        ),
        "lifecycle.route", "rental.order: sort",
    ),
    "options that are no attrs class": (
        lambda given: given.with_action(
            Action("sort", source="out", target="back", options=dict)
        ),
        "lifecycle.options", "rental.order: sort",
    ),
    "a stage there is not": (
        lambda given: given.with_status(Status("limbo", "Limbo", stage="nowhere")),
        "lifecycle.stage", "rental.order: limbo",
    ),
    "a timer that never waits": (
        lambda given: given.with_timer(
            Timer("at_once", action="mend", source="damaged", after=timedelta(0))
        ),
        "lifecycle.after", "rental.order: at_once",
    ),
    "a facet of another module that starts elsewhere": (
        lambda given: attrs.evolve(
            given, facets=[attrs.evolve(given.facets[0], start="paid")]
        ),
        "lifecycle.facet_redefined", "rental.order/payment: (start) --start--> paid",
    ),
    "a facet's status nobody leaves": (
        lambda given: given.with_status(
            Status("disputed", "Disputed", stage="waiting"), facet="payment"
        ).with_action(Action("object", source="owed", target="disputed", facet="payment")),
        "lifecycle.dead_end", "rental.order/payment: disputed --?--> ?",
    ),
    "a former status renamed otherwise": (
        lambda given: attrs.evolve(given, renamed={"requested": "out"}),
        "lifecycle.renaming_redefined", "rental.order: requested --renamed--> out",
    ),
    "something else than this lifecycle": (
        lambda given: attrs.evolve(given, name="rental.other"),
        "lifecycle.not_extended", "rental.order",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("extend", "code", "edge"), GUILTY.values(), ids=GUILTY)
def test_a_mutant_of_a_module_is_rejected_by_name_and_edge(
    merge_rental, extend, code, edge
) -> None:
    proof = prove(merge_rental(extend=extend))

    found = [(fault.code, fault.module, fault.edge) for fault in proof.faults]

    assert (code, "guilty", edge) in found
    assert {fault.module for fault in proof.faults} == {"guilty"}


# ── by a tenant's overlay ──────────────────────────────────────────────────────────────────

TENANT = {
    "a status nobody leaves": (
        MOVE_TO_HELD, "lifecycle.dead_end", "rental.order: held --?--> ?",
    ),
    "a status nobody reaches": (
        Overlay(statuses=[HELD], moves=[Move("free", "held", "out")]),
        "lifecycle.unreachable", "rental.order: ? --?--> held",
    ),
    "a move to a status there is not": (
        Overlay(moves=[Move("hold", "out", "hled")]),
        "lifecycle.unknown_target", "rental.order: out --hold--> hled",
    ),
    "a move from a status there is not": (
        Overlay(moves=[Move("mend", "damgaed", "back")]),
        "lifecycle.unknown_source", "rental.order: damgaed --mend--> back",
    ),
    "an action of a module led elsewhere": (
        Overlay(moves=[Move("mend", "damaged", "abandoned")]),
        "lifecycle.action_twice", "rental.order: damaged --mend--> abandoned",
    ),
    "a move there is already": (
        Overlay(moves=[Move("mend", "damaged", "back")]),
        "lifecycle.edge_twice", "rental.order: damaged --mend--> back",
    ),
    "a status of a module once more": (
        Overlay(statuses=[Status("out", "Out", stage="open")]),
        "lifecycle.status_twice", "rental.order: out",
    ),
    "a label of a status there is not": (
        Overlay(labels=[("uot", "Out")]), "lifecycle.not_there", "rental.order",
    ),
    "a move of a side there is not": (
        Overlay(moves=[Move("bless", "out", "back", side="custodian")]),
        "lifecycle.side", "rental.order: bless",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("overlay", "code", "edge"), TENANT.values(), ids=TENANT)
def test_a_mutant_of_a_tenant_is_rejected_by_name_and_edge(
    merge_rental, overlay, code, edge
) -> None:
    proof = prove(merge_rental(overlay=overlay))

    found = [(fault.code, fault.module, fault.edge) for fault in proof.faults]

    assert (code, "tenant", edge) in found
    assert {fault.module for fault in proof.faults} == {"tenant"}


# ── by what an action names beyond the lifecycle ───────────────────────────────────────────


def module(key: str, **more: object) -> SimpleNamespace:
    """A module of functions; those named like hooks are its hooks, the rest is its manifest."""
    hooks = {name: more.pop(name) for name in list(more) if name.startswith(("reg", "ext"))}
    for name, function in hooks.items():
        function.__name__ = name
        hookimpl(function)
    return SimpleNamespace(__name__=key, module=Module(key, title=key, **more), **hooks)


def owning(declared: Lifecycle) -> SimpleNamespace:
    """The module that owns the rental."""
    series = Series(key="rental.order", pattern="R-{seq}")
    type = OrderType(key="rental.order", title="Rental", lifecycle=declared, series=series)
    return module("rental", register_order_types=lambda: type)


def extending(action: Action, **more: object) -> SimpleNamespace:
    """A module that adds an action to the rental."""
    given = {"requires": {"rental"}, "touches": {"rental.order"}, **more}
    return module(
        "guilty", extend_lifecycle=lambda lifecycle: lifecycle.with_action(action), **given
    )


OF_THE_OWNER = {
    "a series its type has not": (
        {"series": "rental.bill"}, "Action hand_over: It draws from the series rental.bill",
    ),
    "a document there is not": (
        {"issues": "rental.receipt"}, "Action hand_over: It issues rental.receipt",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), OF_THE_OWNER.values(), ids=OF_THE_OWNER)
def test_a_mutant_takes_out_the_owner_that_made_it(rental, changes, told) -> None:
    modules = [owning(evolving("hand_over", **changes)(rental))]

    (fault,) = Assemblies(Catalogue.of(modules)).of({"rental": "on"}).faults

    assert fault.module == "rental"
    assert told in fault.reason


OF_ANOTHER = {
    "a series there is not": (
        extending(Action("bill", source="out", target="out", series="bills")),
        "Action bill: It draws from the series bills",
    ),
    "a document of nobody": (
        extending(Action("bill", source="out", target="out", issues="guilty.bill")),
        "Action bill: It issues guilty.bill",
    ),
    "a type the module does not touch": (
        extending(Action("bill", source="out", target="out"), touches=()), "touches none",
    ),
    "an edge to nowhere": (
        extending(Action("send", source="out", target="away")),
        "rental.order: out --send--> away",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("guilty", "told"), OF_ANOTHER.values(), ids=OF_ANOTHER)
def test_a_mutant_takes_out_the_module_that_made_it_and_no_other(rental, guilty, told) -> None:
    modules = [owning(rental), guilty]

    assembly = Assemblies(Catalogue.of(modules)).of({"rental": "on", "guilty": "on"})

    assert [fault.module for fault in assembly.faults] == ["guilty"]
    assert told in assembly.faults[0].reason
    assert assembly.order == ("rental",)
