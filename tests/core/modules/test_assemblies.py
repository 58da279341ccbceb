from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderloom.lifecycle import Overlay
from orderloom.modules import CLOSING, ON, Assemblies, Catalogue

OTHERS = [
    {"enabled": {"apples": CLOSING}},
    {"enabled": {"apples": ON, "pears": ON}},
    {"enabled": {"apples": ON}, "stored_types": {"apples": ["apples.order"]}},
    {
        "enabled": {"apples": ON},
        "overlays": {"apples.order": Overlay(labels=[("done", "Eaten")])},
    },
]


def test_the_same_set_is_the_same_assembly(owning):
    assemblies = Assemblies(Catalogue.of([owning("apples"), owning("pears")]))
    stored = {"apples": ["apples.order", "apples.need"]}

    first = assemblies.of({"apples": ON, "pears": CLOSING}, stored)

    again = {"apples": ["apples.need", "apples.order"]}
    assert assemblies.of({"pears": CLOSING, "apples": ON}, again) is first


@pytest.mark.parametrize("other", OTHERS)
def test_another_set_state_list_or_overlay_is_another_assembly(owning, other):
    assemblies = Assemblies(Catalogue.of([owning("apples"), owning("pears")]))

    assert assemblies.of(**other) is not assemblies.of({"apples": ON})


def test_threads_that_ask_at_once_get_the_same_assembly(owning):
    both = threading.Barrier(2, timeout=10)

    def register_permissions():
        both.wait()  # neither has finished before the other one has begun

    assemblies = Assemblies(Catalogue.of([owning("apples", register_permissions)]))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: assemblies.of({"apples": ON}), range(2))

    assert one is other


def test_a_slow_module_holds_up_nobody_who_works_without_it(owning):
    asked, go_on = threading.Event(), threading.Event()

    def register_permissions():
        asked.set()
        assert go_on.wait(10)

    assemblies = Assemblies(Catalogue.of([owning("apples", register_permissions), owning("pears")]))

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(assemblies.of, {"apples": ON})
        asked.wait(10)
        quick = pool.submit(assemblies.of, {"pears": ON})
        faults = quick.result(5).faults
        go_on.set()
        assert not slow.result(10).faults

    assert not faults


def test_a_module_whose_tables_are_newer_is_another_assembly(owning):
    assemblies = Assemblies(Catalogue.of([owning("apples")]))

    newer = assemblies.of({"apples": ON}, newer={"apples": "apples_9999"})

    assert [fault.hook for fault in newer.faults] == ["migrate"]
    assert not assemblies.of({"apples": ON}).faults


def test_the_oldest_assembly_makes_room_for_a_new_one(fake):
    assemblies = Assemblies(Catalogue.of([fake("apples")]))
    first = assemblies.of({})

    for number in range(600):
        assemblies.of({}, {"apples": [f"apples.t{number}"]})

    assert assemblies.of({}) is not first
    assert len(assemblies._known) == 512
