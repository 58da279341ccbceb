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


def test_threads_that_ask_at_once_share_one_compilation(owning):
    compiled, second = [], threading.Event()

    def register_permissions():
        compiled.append(threading.get_ident())
        if len(compiled) > 1:
            second.set()
        second.wait(0.2)  # leaves a second compilation the time to start

    assemblies = Assemblies(Catalogue.of([owning("apples", register_permissions)]))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: assemblies.of({"apples": ON}), range(2))

    assert len(compiled) == 1
    assert one is other


def test_the_oldest_assembly_makes_room_for_a_new_one(fake):
    assemblies = Assemblies(Catalogue.of([fake("apples")]))
    first = assemblies.of({})

    for number in range(600):
        assemblies.of({}, {"apples": [f"apples.t{number}"]})

    assert assemblies.of({}) is not first
    assert len(assemblies._known) == 512
