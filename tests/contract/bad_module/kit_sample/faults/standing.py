"""What stands: the manifest, the hooks, what is registered, the records."""

from __future__ import annotations

import itertools
from types import FunctionType
from typing import Any

import attrs
from kit_sample import healthy
from kit_sample.faults.seeding import registers, seeded
from kit_sample.healthy import manifest, orders, sample_module

from orderloom import (
    START,
    Action,
    Status,
    hookimpl,
    module_data,
)


@seeded("manifest_is_complete", "no module suplier is installed")
def touches_a_misspelt_type() -> Any:
    return sample_module(module=manifest(touches={"suplier.order"}))


@seeded("manifest_is_complete", "It requires visits")
def requires_what_is_not_installed() -> Any:
    return sample_module(module=manifest(requires={"visits"}))


@seeded("manifest_is_complete", "To run before procurement")
def runs_before_a_misspelt_module() -> Any:
    return sample_module(module=manifest(before={"procurment"}))


@seeded("manifest_is_complete", "The title of the module is no readable line")
def has_a_blank_title() -> Any:
    return sample_module(module=manifest(title=" "))


@seeded("hooks_are_known", "Did you mean on_order_placed?")
def implements_a_misspelt_hook() -> Any:
    def on_order_place(order: Any) -> None:
        return None

    return sample_module(on_order_place)


@seeded("hooks_are_known", "Did you mean options?")
def asks_for_a_misspelt_argument() -> Any:
    def check_action(option: Any) -> None:
        return None

    return sample_module(check_action)


@seeded("hooks_are_known", "almost named like a hook")
def forgets_the_mark_and_a_letter() -> Any:
    def on_order_place(order: Any) -> None:
        return None

    return sample_module(on_order_place=FunctionType(on_order_place.__code__, {}))


@seeded("hooks_are_known", "tryfirst is refused")
def runs_first_by_force() -> Any:
    def check_subject(subject: Any) -> None:
        return None

    return sample_module(check_subject=hookimpl(tryfirst=True)(check_subject))


@seeded("contributions_fit_together", "stuck")
def adds_a_dead_end() -> Any:
    def extend_lifecycle(lifecycle: Any) -> Any:
        if lifecycle.name == "sample.order":
            stuck = lifecycle.with_status(Status("stuck", "Stuck", stage="open"))
            return stuck.with_action(Action("jam", source="draft", target="stuck"))
        return None

    return sample_module(extend_lifecycle)


@seeded("contributions_fit_together", "sample.letter, which is no document")
def issues_an_unknown_document() -> Any:
    place = Action("place", source=START, target="draft", issues="sample.letter")
    actions = (place, *orders().actions[1:])
    lifecycle = orders(actions=actions)
    return sample_module(registers("register_order_types", healthy.order_type(lifecycle=lifecycle)))


@seeded("contributions_are_repeatable", "sample.order of register_order_types was not the same")
def counts_its_registrations() -> Any:
    count = itertools.count()

    def register_order_types() -> Any:
        return healthy.order_type(title=f"Sample order {next(count)}")

    return sample_module(register_order_types)


@seeded("data_can_be_upgraded", "no upgrade for records of version 1")
def forgets_an_upgrade() -> Any:
    @module_data("sample", v=2)
    @attrs.frozen
    class Grown:
        name: str = ""

    return sample_module(Grown=Grown)


@seeded("data_can_be_upgraded", "could be another module's")
def keeps_data_under_a_foreign_key() -> Any:
    @module_data("procurement.sample")
    @attrs.frozen
    class Foreign:
        name: str = ""

    return sample_module(Foreign=Foreign)
