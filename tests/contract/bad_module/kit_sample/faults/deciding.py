"""What is decided: actions, rights, checks, prices, problems."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import attrs
from kit_sample import healthy
from kit_sample.faults.seeding import registers, seeded
from kit_sample.healthy import orders, sample_module

from orderloom import (
    Conflict,
    LinePrice,
    Price,
    Problem,
)


@seeded("statuses_are_reached", "Action make of sample.visit was never performed")
def refuses_for_good() -> Any:
    def check_action(action: Any) -> Any:
        if action.name == "make":
            return Problem("sample.never", "To make it, wait for a better day.")
        return None

    return sample_module(check_action)


@seeded("hooks_run", "Nothing that was tried made on_order_deleted run")
def checks_what_never_happens() -> Any:
    draft = attrs.evolve(orders().statuses[0], deletable=False)
    planned = attrs.evolve(healthy.VISITS.statuses[0], deletable=False)
    lifecycle = orders(statuses=(draft, *orders().statuses[1:]))
    visits = attrs.evolve(healthy.VISITS, statuses=(planned, healthy.VISITS.statuses[1]))
    visit = attrs.evolve(healthy.register_subjects(), lifecycle=visits)
    return sample_module(
        registers("register_order_types", healthy.order_type(lifecycle=lifecycle)),
        registers("register_subjects", visit),
    )


@seeded("rights_are_asked", "Anybody may edit: remarks a sample.order")
def lets_anybody_edit() -> Any:
    record = healthy.order_type(permissions={"edit": ""})
    return sample_module(registers("register_order_types", record))


@seeded("rights_are_asked", "Anybody may read a sample.visit")
def lets_anybody_read() -> Any:
    visit = attrs.evolve(healthy.register_subjects(), permissions={"read": ""})
    return sample_module(registers("register_subjects", visit))


@seeded("checks_only_read", "check_order writes: UPDATE ol_sample_size")
def writes_while_deciding() -> Any:
    def check_order(order: Any, reading: Any) -> None:
        reading.execute(healthy.MORE, {"at": order.id, "count": 0})

    return sample_module(check_order)


@seeded("decisions_are_repeatable", "came out differently")
def prices_by_chance() -> Any:
    count = itertools.count(1)

    def price_line(order: Any) -> Any:
        return LinePrice(Price(Decimal(next(count)), order.currency), "next")

    return sample_module(price_line)


@seeded("explanations_are_given", "Asked whether judge is possible, it fails")
def needs_options_to_explain() -> Any:
    def check_action(action: Any, options: Any) -> None:
        if action.name == "judge":
            bool(options.good)

    return sample_module(check_action)


def refusing(problem: Problem) -> Any:
    def check_order(order: Any) -> Any:
        return problem if not order.lines else None

    return sample_module(check_order)


@seeded("problems_are_well_made", "The code of problem empty could be any module's")
def answers_a_bare_code() -> Any:
    return refusing(Problem("empty", "It has no lines. To place it, add one."))


@seeded("problems_are_well_made", "is not filled in: {what} are missing")
def forgets_its_parameters() -> Any:
    return refusing(Problem("sample.empty", "{what} are missing. To place it, add some."))


@seeded("problems_are_well_made", "does not say what to do: No lines!")
def gives_no_remedy() -> Any:
    return refusing(Problem("sample.empty", "No lines!"))


@seeded("problems_are_well_made", "tells an amount to whoever may not see prices, too: 0.00 EUR")
def writes_out_an_amount() -> Any:
    return refusing(Problem("sample.empty", "0.00 EUR is too little. To place it, add a line."))


class TooLate(Conflict):
    def __init__(self, hour: int, minute: int) -> None:
        super().__init__(f"It is {hour}:{minute}.")


@seeded("problems_are_well_made", "TooLate of on_order_edited cannot be handed")
def raises_what_cannot_travel() -> Any:
    def on_order_edited(order: Any) -> None:
        if order.remarks:
            raise TooLate(12, 30)

    return sample_module(on_order_edited)
