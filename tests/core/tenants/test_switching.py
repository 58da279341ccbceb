from types import SimpleNamespace

import pytest

from orderloom.lifecycle import START, Action, Lifecycle, Status
from orderloom.modules import CLOSING, OFF, ON, Catalogue, Module, assemble, hookimpl
from orderloom.modules.contributions import DocumentType, Field, OrderType
from orderloom.tenants import FINISH, MAP, PARK, Counts, Group, Remedy, plan_switch

SHOP = Lifecycle(
    "shop.order",
    statuses=(
        Status("new", "New", stage="draft"),
        Status("sent", "Sent", stage="open"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="new"),
        Action("send", source="new", target="sent"),
        Action("finish", source="sent", target="done"),
    ),
)
REQUIRES = {"shop": frozenset(), "check": frozenset({"shop"})}
NOTHING = Counts({}, {})


def shop_orders():
    return OrderType(key="shop.order", title="Order", lifecycle=SHOP)


def shop_documents():
    return DocumentType(key="shop.slip", title="Slip", type="shop.order", build=lambda *_: ())


def inspected(lifecycle):
    if lifecycle.name == "shop.order":
        inspect = Action("inspect", source="sent", target="inspected")
        added = lifecycle.with_status(Status("inspected", "Inspected", stage="open"))
        return added.with_action(inspect).also_from("finish", "inspected")
    return None


def inspectors():
    return Field(key="check.inspector", title="Inspector", type="shop.order", of=lambda _: "")


CATALOGUE = Catalogue.of(
    [
        SimpleNamespace(
            module=Module("shop", title="Shop"),
            register_order_types=hookimpl(shop_orders),
            register_documents=hookimpl(shop_documents),
        ),
        SimpleNamespace(
            module=Module("check", title="Check", requires="shop", touches="shop.order"),
            extend_lifecycle=hookimpl(inspected),
            register_fields=hookimpl(inspectors),
        ),
    ],
    safe=False,
)


def plan(module, to_state, before, after, counts=NOTHING):
    return plan_switch(
        module,
        to_state,
        before=assemble(CATALOGUE, before, {}, {}),
        after=assemble(CATALOGUE, after, {}, {}),
        counts=counts,
        requires=REQUIRES,
    )


def off_check(counts):
    return plan("check", OFF, {"shop": ON, "check": ON}, {"shop": ON}, counts)


def off_shop(counts=NOTHING):
    return plan("shop", OFF, {"shop": ON}, {}, counts)


def test_subjects_in_a_status_the_module_added_can_be_finished_mapped_or_parked():
    made = off_check(Counts({("shop.order", "inspected"): 3, ("shop.order", "sent"): 5}, {}))

    assert made.groups == (
        Group(
            type="shop.order",
            status="inspected",
            title="Inspected",
            count=3,
            remedies=(FINISH, MAP, PARK),
            targets=("sent", "new", "done"),
        ),
    )


def test_subjects_of_a_type_the_module_owns_cannot_be_mapped():
    made = off_shop(Counts({("shop.order", "new"): 2}, {}))

    assert [(group.count, group.remedies) for group in made.groups] == [(2, (FINISH, PARK))]


def test_what_other_modules_left_behind_is_not_this_modules_matter():
    made = off_check(Counts({("gone.order", "new"): 2, ("shop.order", "lost"): 1}, {}))

    assert made.groups == ()


def test_a_former_status_name_that_is_still_read_is_not_stranded():
    renaming = SimpleNamespace(
        module=Module("shop", title="Shop"),
        register_order_types=hookimpl(
            lambda: OrderType(
                key="shop.order", title="Order", lifecycle=SHOP.with_renamed("inspected", "sent")
            )
        ),
    )
    after = assemble(Catalogue.of([renaming], safe=False), {"shop": ON}, {}, {})

    made = plan_switch(
        "check", OFF,
        before=assemble(CATALOGUE, {"shop": ON, "check": ON}, {}, {}), after=after,
        counts=Counts({("shop.order", "inspected"): 3}, {}), requires=REQUIRES,
    )  # fmt: skip

    assert made.groups == ()


def test_closing_strands_nothing():
    both = {"shop": ON, "check": ON}

    made = plan("check", CLOSING, both, both, Counts({("shop.order", "inspected"): 3}, {}))

    assert (made.groups, made.problems()) == ((), ())


def test_a_module_others_require_cannot_be_switched_off():
    made = plan("shop", OFF, {"shop": ON, "check": ON}, {"check": ON})

    assert made.dependants == ("check",)
    assert "switch.required" in [problem.code for problem in made.problems()]


def test_a_module_cannot_be_switched_on_without_what_it_requires():
    made = plan("check", ON, {}, {"check": ON})

    assert (made.from_state, made.missing) == (OFF, ("shop",))
    assert "switch.requires" in [problem.code for problem in made.problems()]


def test_a_fault_the_switch_would_bring_stops_it():
    made = plan("check", ON, {}, {"check": ON})

    assert [fault.module for fault in made.faults] == ["check"]
    assert "switch.fault" in [problem.code for problem in made.problems()]


def test_switching_on_names_the_parked_subjects_that_come_back():
    counts = Counts({}, {("shop.order", "inspected"): 4, ("gone.order", "new"): 1})

    made = plan("check", ON, {"shop": ON}, {"shop": ON, "check": ON}, counts)

    assert made.returning == ((("shop.order", "inspected"), 4),)
    assert made.problems() == ()


def test_the_plan_names_documents_and_fields_that_go():
    assert off_shop().documents == ("shop.slip",)
    assert off_check(NOTHING).fields == ("check.inspector",)


def test_a_faulted_modules_open_subjects_are_found_by_what_it_blocks():
    stored = {"lost": ["lost.order"]}
    before = assemble(CATALOGUE, {"lost": ON}, stored, {})

    made = plan_switch(
        "lost", OFF, before=before, after=assemble(CATALOGUE, {}, {}, {}),
        counts=Counts({("lost.order", "new"): 2}, {}), requires=REQUIRES,
    )  # fmt: skip

    assert [(group.status, group.title, group.remedies) for group in made.groups] == [
        ("new", "new", (FINISH, PARK))
    ]


STRANDED = Counts({("shop.order", "inspected"): 3}, {})


@pytest.mark.parametrize(
    ("remedies", "codes"),
    [
        ([], ["switch.open_subjects"]),
        ([(FINISH, "")], ["switch.open_subjects"]),
        ([(PARK, "")], []),
        ([(MAP, "sent")], []),
        ([(MAP, "snet")], ["switch.no_such_target"]),
        ([(MAP, "inspected")], ["switch.no_such_target"]),
        ([("shoot", "")], ["switch.no_such_remedy"]),
    ],
)
def test_every_group_needs_a_remedy_that_fits(remedies, codes):
    chosen = [
        Remedy(type="shop.order", status="inspected", kind=kind, target=target)
        for kind, target in remedies
    ]

    problems = off_check(STRANDED).problems(chosen)

    assert [problem.code for problem in problems] == codes


def test_a_remedy_for_nothing_is_refused():
    remedy = Remedy(type="shop.order", status="sent", kind=PARK)

    assert [problem.code for problem in off_check(NOTHING).problems([remedy])] == [
        "switch.no_such_group"
    ]


def test_the_refusal_says_how_many_and_what_to_do():
    assert str(off_check(STRANDED).problems()[0]) == (
        "3 shop.order in “Inspected” would be stranded. To switch the module off, set it to "
        "closing and finish them, or map them to another status (sent, new, done), or park them "
        "until it is on again."
    )
