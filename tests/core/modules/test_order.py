from __future__ import annotations

import random

import pytest

from orderloom.errors import Refused
from orderloom.modules import Module, module_order, standings
from orderloom.modules.order import find_circle


def _module(key, **relations):
    return Module(key, title=key, **relations)


def test_the_depth_in_requires_comes_before_the_name():
    modules = [_module("apples", requires="trees"), _module("trees"), _module("zebras")]

    assert module_order(modules) == ("trees", "zebras", "apples")


def test_a_declared_relation_outweighs_the_name():
    modules = [_module("apples", after="zebras"), _module("bees"), _module("zebras")]

    assert module_order(modules) == ("bees", "zebras", "apples")


def test_a_declared_relation_outweighs_the_depth():
    modules = [_module("trees", after="apples"), _module("apples", requires="roots")]

    assert module_order([*modules, _module("roots")]) == ("roots", "apples", "trees")


def test_before_is_the_mirror_of_after():
    modules = [_module("apples"), _module("zebras", before="apples")]

    assert module_order(modules) == ("zebras", "apples")


def test_relations_to_modules_that_are_not_there_do_not_count():
    modules = [_module("bees"), _module("apples", after="zebras", before="ants")]

    assert module_order(modules) == ("apples", "bees")


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_installation_does_not_matter(seed):
    modules = [
        _module("apples", requires="trees"),
        _module("bees", before="apples"),
        _module("cider", requires={"apples", "jars"}),
        _module("dogs", after="cider"),
        _module("jars"),
        _module("trees"),
    ]
    random.Random(seed).shuffle(modules)

    assert module_order(modules) == ("bees", "jars", "trees", "apples", "cider", "dogs")


def test_a_contradiction_names_the_modules_and_what_each_asks():
    modules = [_module("apples", before="bees"), _module("bees", before="apples")]

    with pytest.raises(Refused) as refused:
        module_order(modules)

    assert refused.value.codes == ("module.circle",)
    assert "apples asks to run before bees" in str(refused.value)
    assert "bees asks to run before apples" in str(refused.value)


def test_the_guilty_one_is_who_asks_for_both_sides_of_a_contradiction():
    modules = [_module("apples", before="trees", after="trees"), _module("trees")]

    circle = find_circle(modules)

    assert circle is not None
    assert circle.guilty == "apples"


def test_a_module_that_requires_itself_is_a_circle():
    circle = find_circle([_module("apples", requires="apples")], requires_only=True)

    assert circle is not None
    assert circle.modules == ("apples",)


# ── why ────────────────────────────────────────────────────────────────────────────────────


def _reasons(*modules):
    return [(standing.module, standing.reason) for standing in standings(modules)]


def test_who_asked_for_a_place_is_its_reason():
    modules = [
        _module("apples", requires="trees"),
        _module("trees"),
        _module("worms", before="apples", after="trees"),
    ]

    assert _reasons(*modules) == [
        ("trees", "first"),
        ("worms", "worms asks to run after trees"),
        ("apples", "apples requires trees; worms asks to run before apples"),
    ]


def test_where_nobody_asked_the_depth_decides_then_the_name():
    modules = [_module("apples", requires="trees"), _module("trees"), _module("zebras")]

    assert _reasons(*modules) == [
        ("trees", "first"),
        ("zebras", "after trees by name"),
        ("apples", "apples requires trees; after zebras by depth"),
    ]
