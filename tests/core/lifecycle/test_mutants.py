"""Broken lifecycles, each one small step away from a sound one: the proof names who broke what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec

import attrs
import pytest

from orderloom.lifecycle import START, Action, Facet, Lifecycle, Status, merge, prove

Change = Callable[[Lifecycle], Lifecycle]


@attrs.frozen
class Asked:
    why: str


def no_edits(subject: object, options: object) -> list[object]:
    return []


# ── small steps ────────────────────────────────────────────────────────────────────────────


def without(*names: str) -> Change:
    """Without some of its actions."""

    def change(rental: Lifecycle) -> Lifecycle:
        kept = [action for action in rental.actions if action.name not in names]
        return attrs.evolve(rental, actions=kept)

    return change


def changed(name: str, **changes: object) -> Change:
    """With one action declared otherwise."""

    def change(rental: Lifecycle) -> Lifecycle:
        actions = [
            attrs.evolve(action, **changes) if action.name == name else action
            for action in rental.actions
        ]
        return attrs.evolve(rental, actions=actions)

    return change


def also(**parts: object) -> Change:
    """With one more of some parts."""

    def change(rental: Lifecycle) -> Lifecycle:
        return attrs.evolve(rental, **{k: (*getattr(rental, k), p) for k, p in parts.items()})

    return change


def final(*names: str) -> Change:
    """With these statuses final, and no other."""

    def change(rental: Lifecycle) -> Lifecycle:
        statuses = [attrs.evolve(each, final=each.name in names) for each in rental.statuses]
        return attrs.evolve(rental, statuses=statuses)

    return change


def payment(change: Callable[[Facet], Facet]) -> Change:
    """With its facet declared otherwise."""
    return lambda rental: attrs.evolve(rental, facets=[change(rental.facets[0])])


def payable(action: Action) -> Change:
    """With one more action in its facet."""
    return payment(lambda facet: attrs.evolve(facet, actions=(*facet.actions, action)))


def timer(**changes: object) -> Change:
    """With its first timer declared otherwise."""

    def change(rental: Lifecycle) -> Lifecycle:
        lapse, *others = rental.timers
        return attrs.evolve(rental, timers=[attrs.evolve(lapse, **changes), *others])

    return change


def waiting_in_circles(rental: Lifecycle) -> Lifecycle:
    """Repairs wait for a workshop that only ever sends them back."""
    workshop = Status("in_workshop", "In the workshop", stage="waiting")
    reject = Action("reject", source="in_workshop", target="damaged")
    return changed("mend", target="in_workshop")(rental).with_status(workshop).with_action(reject)


def endless(facet: Facet) -> Facet:
    """No status of it is final."""
    return attrs.evolve(facet, statuses=[attrs.evolve(e, final=False) for e in facet.statuses])


# ── by the owner's declaration ─────────────────────────────────────────────────────────────

OWNER = {
    "no approval: what follows is never reached": (
        without("approve"), "lifecycle.unreachable", "rental.order: ? --?--> needs_deposit",
    ),
    "no refusal: the end of it is never reached": (
        without("refuse"), "lifecycle.unreachable", "rental.order: ? --?--> abandoned",
    ),
    "a waiting status nobody ends": (
        without("approve", "refuse"), "lifecycle.dead_end", "rental.order: needs_approval --?--> ?",
    ),
    "waiting statuses left only for one another": (
        waiting_in_circles,
        "lifecycle.no_way_out", "rental.order: damaged --…--> in_workshop",
    ),
    "a withdrawal to a status there is not": (
        changed("withdraw", target="draft"),
        "lifecycle.unknown_target", "rental.order: needs_deposit --withdraw--> draft",
    ),
    "an action from a status there is not": (
        changed("mend", source="broken"),
        "lifecycle.unknown_source", "rental.order: broken --mend--> back",
    ),
    "a misspelt source among several": (
        changed("withdraw", source=("needs_deposit", "nedes_approval")),
        "lifecycle.unknown_source", "rental.order: nedes_approval --withdraw--> asked",
    ),
    "a route to a status there is not": (
        changed("take_back", target=("back", "damaged", "lost")),
        "lifecycle.unknown_target", "rental.order: out|inspected --take_back--> back|damaged|lost",
    ),
    "a route that leads to a status nobody leaves": (
        without("mend"), "lifecycle.dead_end", "rental.order: damaged --?--> ?",
    ),
    "nothing creates it": (
        changed("place", source="asked"), "lifecycle.no_start", "rental.order: (start) --?--> ?",
    ),
    "nothing is final": (
        final(),
        "lifecycle.no_final", "rental.order: ? --?--> ?",
    ),
    "a resting place that is not final": (
        final("back"), "lifecycle.dead_end", "rental.order: abandoned --?--> ?",
    ),
    "a status nobody reaches": (
        changed("submit", target="needs_deposit"),
        "lifecycle.unreachable", "rental.order: ? --?--> needs_approval",
    ),
    "a status declared twice": (
        also(statuses=Status("out", "Out", stage="open")),
        "lifecycle.status_twice", "rental.order: out",
    ),
    "an action declared twice": (
        also(actions=Action("mend", source="damaged", target="back")),
        "lifecycle.action_twice", "rental.order: damaged --mend--> back",
    ),
    "an edge declared twice": (
        changed("withdraw", source=("needs_deposit", "needs_deposit")),
        "lifecycle.edge_twice", "rental.order: needs_deposit --withdraw--> asked",
    ),
    "creation that asks for options": (
        changed("place", options=Asked),
        "lifecycle.start_options", "rental.order: (start) --place--> asked",
    ),
    "creation that edits": (
        changed("place", edits=no_edits),
        "lifecycle.start_options", "rental.order: (start) --place--> asked",
    ),
    "a timer of an action there is not": (
        timer(action="expire"),
        "lifecycle.timer_action", "rental.order: needs_approval --expire by timer lapse-->",
    ),
    "a timer in a status its action does not start from": (
        timer(source="asked"),
        "lifecycle.timer_source", "rental.order: asked --refuse by timer lapse-->",
    ),
    "a timer in a status there is not": (
        timer(source="nowhere"),
        "lifecycle.timer_source", "rental.order: nowhere --refuse by timer lapse-->",
    ),
    "a timer of an action that has to be told something": (
        timer(action="take_back", source="out"),
        "lifecycle.timer_options", "rental.order: out --take_back by timer lapse-->",
    ),
    "a timer of a facet in a status of the subject": (
        timer(action="pay", source="out"),
        "lifecycle.timer_source", "rental.order: out --pay by timer lapse-->",
    ),
    "a timer declared twice": (
        lambda rental: also(timers=rental.timers[0])(rental),
        "lifecycle.timer_twice", "rental.order: needs_approval --refuse by timer lapse-->",
    ),
    "a facet that starts in no status of its own": (
        payment(lambda facet: attrs.evolve(facet, start="out")),
        "lifecycle.no_start", "rental.order/payment: (start) --?--> ?",
    ),
    "a facet that starts behind a status": (
        payment(lambda facet: attrs.evolve(facet, start="part_paid")),
        "lifecycle.unreachable", "rental.order/payment: ? --?--> owed",
    ),
    "a facet without an end": (
        payment(endless),
        "lifecycle.no_final", "rental.order/payment: ? --?--> ?",
    ),
    "a facet's action to a status of the subject": (
        payable(Action("forgive", source="owed", target="back")),
        "lifecycle.unknown_target", "rental.order/payment: owed --forgive--> back",
    ),
    "a facet's action that would create": (
        payable(Action("bill", source=START, target="owed")),
        "lifecycle.unknown_source", "rental.order/payment: (start) --bill--> owed",
    ),
    "a facet's action named like one of the subject": (
        payable(Action("mend", source="owed", target="paid")),
        "lifecycle.action_twice", "rental.order/payment: owed --mend--> paid",
    ),
    "a facet declared twice": (
        lambda rental: also(facets=rental.facets[0])(rental),
        "lifecycle.facet_twice", "rental.order/payment: (start) --start--> owed",
    ),
    "a former status renamed to one there is not": (
        lambda rental: attrs.evolve(rental, renamed={"requested": "askt"}),
        "lifecycle.renamed_to_nothing", "rental.order: requested --renamed--> askt",
    ),
    "a status in use that is renamed": (
        lambda rental: attrs.evolve(rental, renamed={"damaged": "back"}),
        "lifecycle.renamed_in_use", "rental.order: damaged --renamed--> back",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "edge"), OWNER.values(), ids=OWNER)
def test_a_mutant_of_the_owner_is_rejected_by_name_and_edge(
    rental, merge_rental, change, code, edge
) -> None:
    proof = prove(merge_rental(change(rental)))

    found = [(fault.code, fault.module, fault.edge) for fault in proof.faults]

    assert (code, "rental", edge) in found


# ── every single edge there is ─────────────────────────────────────────────────────────────


def bent(rental: Lifecycle, name: str) -> Lifecycle:
    """With one action, of a facet perhaps, led to a status there is not."""
    action = rental.action(name)
    astray = attrs.evolve(action, target=(*action.targets[:-1], "nowhere"))

    def swapped(actions: Iterable[Action]) -> list[Action]:
        return [astray if each.name == name else each for each in actions]

    facets = [attrs.evolve(each, actions=swapped(each.actions)) for each in rental.facets]
    return attrs.evolve(rental, actions=swapped(rental.actions), facets=facets)


def test_the_rental_itself_is_sound(rental, merge_rental) -> None:
    assert prove(merge_rental(rental)).faults == ()


def test_every_edge_bent_to_nowhere_is_rejected(rental, merge_rental) -> None:
    missed = [
        action.name
        for action in rental.all_actions
        if not any(
            (fault.code, fault.module) == ("lifecycle.unknown_target", "rental")
            and f"--{action.name}-->" in fault.edge
            for fault in prove(merge_rental(bent(rental, action.name))).faults
        )
    ]

    assert missed == []


@pytest.mark.skipif(not find_spec("orderloom_procurement"), reason="procurement is not installed")
@pytest.mark.parametrize("name", ["ORDERS", "NEEDS"])
def test_every_edge_of_procurement_bent_to_nowhere_is_rejected(name) -> None:
    declared = getattr(import_module("orderloom_procurement.lifecycle"), name)

    faults = {
        action.name: prove(merge(bent(declared, action.name))).faults
        for action in declared.all_actions
    }

    assert prove(merge(declared)).ok
    assert all(
        any(f"--{name}-->" in fault.edge and fault.module == "procurement" for fault in found)
        for name, found in faults.items()
    )
