from __future__ import annotations

import random

import attrs
import pytest

from orderloom.lifecycle import Action, Overlay, Status
from orderloom.modules import CLOSING, FAULTED, OFF, ON, Catalogue, assemble
from orderloom.modules.contributions import (
    CommandGroup,
    Demo,
    DocumentType,
    Field,
    Importer,
    Notification,
    OrderType,
    Permission,
    Role,
    SubjectType,
    Template,
)


def _assemble(*fakes, stored=None, overlays=None, **states):
    enabled = {each.module.key: ON for each in fakes} | states
    return assemble(Catalogue.of(fakes), enabled, stored or {}, overlays or {})


def _permission(key):
    return lambda: Permission(key, key)


def _field(key, type):
    return lambda: Field(key=key, title=key, type=type, of=lambda subject: "")


def _inspection(lifecycle):
    if lifecycle.name == "apples.order":
        inspect = Action("inspect", source="draft", target="inspected")
        inspected = Status("inspected", "Inspected", stage="open")
        return (
            lifecycle.with_status(inspected).with_action(inspect).also_from("finish", "inspected")
        )
    return None


# ── what a set adds up to ──────────────────────────────────────────────────────────────────


def test_everything_modules_register_is_there_by_key(owning, order_type):
    type = "apples.order"
    need = attrs.evolve(order_type("apples.need").lifecycle)
    apples = owning(
        "apples",
        roles=[Role(key="apples.picker", title="Picker")],
        register_subjects=lambda: SubjectType(key="apples.need", title="Need", lifecycle=need),
        register_documents=lambda: DocumentType(
            key="apples.label", title="Label", type=type, build=lambda inputs, reading: ()
        ),
        register_notifications=lambda: Notification(
            key="apples.ripe",
            title="Ripe",
            type=type,
            on="placed",
            recipients=lambda event, subject, reading: (),
            template=Template(subject="x", text="y"),
        ),
        register_fields=_field("apples.colour", type),
        register_permissions=_permission("apples.pick"),
        register_commands=lambda: CommandGroup(name="apples", help="Apples.", target="a:b"),
        register_demos=lambda: Demo(key="apples", title="A harvest", target="a:b"),
        register_importers=lambda: Importer(
            key="apples.trees",
            title="Trees",
            columns=(),
            read=lambda cells, desk: None,
            store=lambda records, desk: 0,
        ),
    )

    assembly = _assemble(apples)

    assert assembly.faults == ()
    assert list(assembly.order_types) == ["apples.order"]
    assert list(assembly.subject_types) == ["apples.need"]
    assert (
        sorted(assembly.lifecycles) == sorted(assembly.engines) == ["apples.need", "apples.order"]
    )
    assert list(assembly.documents) == ["apples.label"]
    assert list(assembly.notifications) == ["apples.ripe"]
    assert [field.key for field in assembly.fields["apples.order"]] == ["apples.colour"]
    assert list(assembly.permissions) == ["apples.pick"]
    assert list(assembly.roles) == ["admin", "apples.picker"]
    assert list(assembly.commands) == ["apples"]
    assert list(assembly.demos) == ["apples"]
    assert list(assembly.importers) == ["apples.trees"]
    assert assembly.owners == {"apples.order": "apples", "apples.need": "apples"}
    assert assembly.types == {"apples": {"apples.order", "apples.need"}}


def test_an_extension_of_another_modules_lifecycle_is_merged_with_its_provenance(fake, owning):
    inspection = fake("inspection", extend_lifecycle=_inspection, touches="apples.order")

    assembly = _assemble(inspection, owning("apples"), owning("pears"))

    merged = assembly.lifecycles["apples.order"]
    assert assembly.faults == ()
    assert merged.provenance.of_edge("finish", "inspected") == "inspection"
    assert merged.provenance.of_action("finish") == "apples"
    inspect = merged.lifecycle.action("inspect")
    assert assembly.engines["apples.order"].step("draft", inspect, None, None) == "inspected"


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_installation_changes_nothing(fake, owning, seed):
    fakes = [
        owning("apples"),
        owning("pears", requires="apples"),
        fake("bees", touches="apples.order", before="apples"),
        fake("inspection", extend_lifecycle=_inspection, touches="apples.order"),
    ]
    random.Random(seed).shuffle(fakes)

    assembly = _assemble(*fakes)

    assert assembly.order == ("bees", "apples", "inspection", "pears")
    assert list(assembly.order_types) == ["apples.order", "pears.order"]


def test_states_are_told_for_every_module_there_is(fake, owning):
    fakes = [owning("apples"), fake("bees"), fake("cider", requires="bees"), fake("dogs")]

    states = _assemble(*fakes, apples=CLOSING, bees=OFF).states

    assert {key: each.state for key, each in states.items()} == {
        "apples": CLOSING,
        "bees": OFF,
        "cider": FAULTED,
        "dogs": ON,
    }


def test_types_of_a_closing_module_take_no_new_subjects(owning):
    assembly = _assemble(owning("apples"), owning("pears"), apples=CLOSING)

    assert assembly.closing("apples.order")
    assert not assembly.closing("pears.order")
    assert not assembly.closing("plums.order")


# ── what goes wrong ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "hook",
    [
        "register_order_types",
        "register_subjects",
        "extend_lifecycle",
        "register_documents",
        "register_notifications",
        "register_fields",
        "register_permissions",
        "register_commands",
        "register_demos",
        "register_importers",
    ],
)
@pytest.mark.parametrize("error", [RuntimeError("worm"), SystemExit("worm")])
def test_a_module_that_raises_at_registration_is_faulted_and_the_rest_goes_on(
    fake, owning, hook, error
):
    scope = {"error": error}
    exec(f"def {hook}(): raise error", scope)
    bad = fake("bad", touches="apples.order", **{hook: scope[hook]})

    assembly = _assemble(owning("apples"), bad, owning("pears"))

    (fault,) = assembly.faults
    assert (fault.module, fault.hook) == ("bad", hook)
    assert "worm" in fault.reason
    assert assembly.states["bad"].state == FAULTED
    assert assembly.blocked("apples.order") is fault
    assert assembly.blocked("pears.order") is None
    assert assembly.order == ("apples", "pears")


@pytest.fixture
def unreached(order_type):
    """A lifecycle with a status that nothing leads to."""
    return order_type("apples.order").lifecycle.with_status(Status("lost", "Lost", stage="open"))


def test_a_fault_of_a_declared_lifecycle_stands_under_the_hook_that_declares_it(fake, unreached):
    order = OrderType(key="apples.order", title="Order", lifecycle=unreached)
    need = attrs.evolve(unreached, name="pears.need")
    subject = SubjectType(key="pears.need", title="Need", lifecycle=need)

    assembly = _assemble(
        fake("apples", register_order_types=lambda: order),
        fake("pears", register_subjects=lambda: subject),
    )

    assert {(fault.module, fault.hook) for fault in assembly.faults} == {
        ("apples", "register_order_types"),
        ("pears", "register_subjects"),
    }


def test_a_fault_in_what_a_module_adds_to_its_own_lifecycle_stands_under_extend_lifecycle(owning):
    def extend_lifecycle(lifecycle):
        return lifecycle.with_status(Status("lost", "Lost", stage="open"))

    (fault,) = _assemble(owning("apples", extend_lifecycle)).faults

    assert (fault.module, fault.hook) == ("apples", "extend_lifecycle")


def test_the_types_a_faulted_module_owns_are_gone_and_blocked(owning):
    def register_fields():
        raise RuntimeError("worm")

    assembly = _assemble(owning("apples", register_fields), owning("pears"))

    assert assembly.blocked("apples.order").module == "apples"
    assert list(assembly.order_types) == ["pears.order"]


def test_a_module_that_cannot_be_imported_blocks_the_types_it_had(installed, owning):
    installed("apples", "raise RuntimeError('worm')")
    catalogue = Catalogue.discover(safe=False)

    assembly = assemble(catalogue, {"apples": ON}, {"apples": ["apples.order"]}, {})

    fault = assembly.blocked("apples.order")
    assert (fault.module, fault.hook, fault.version) == ("apples", "import", "1.0")
    assert assembly.blocked("pears.order") is None


def test_a_module_that_was_removed_blocks_the_types_it_had():
    assembly = assemble(Catalogue.of([]), {"apples": ON}, {"apples": ["apples.order"]}, {})

    assert "It is not installed" in assembly.blocked("apples.order").reason
    assert assembly.states["apples"].state == FAULTED


def test_in_safe_mode_the_types_of_every_enabled_module_are_blocked(owning):
    catalogue = Catalogue.of([owning("apples"), owning("pears")], safe=True)
    stored = {"apples": ["apples.order"], "pears": ["pears.order"]}

    assembly = assemble(catalogue, {"apples": ON}, stored, {})

    assert assembly.blocked("apples.order").hook == "safe mode"
    assert assembly.blocked("pears.order") is None
    assert assembly.states["pears"].state == OFF


def test_a_module_without_what_it_requires_is_faulted_and_says_so(fake, owning):
    cider = owning("cider", requires="apples")

    assembly = _assemble(fake("apples"), cider, apples=OFF, stored={"cider": ["cider.order"]})

    assert assembly.faults[0].hook == "requires"
    assert "It requires apples, which is off." in assembly.faults[0].reason
    assert assembly.blocked("cider.order") is assembly.faults[0]


def test_a_fault_spreads_to_the_modules_that_require_the_faulted_one(fake):
    def register_permissions():
        raise RuntimeError("worm")

    assembly = _assemble(
        fake("apples", register_permissions),
        fake("cider", requires="apples"),
        fake("vinegar", requires="cider"),
        fake("rocks"),
    )

    assert [fault.module for fault in assembly.faults] == ["apples", "cider", "vinegar"]
    assert "apples, which is faulted" in assembly.faults[1].reason
    assert assembly.order == ("rocks",)


@pytest.mark.parametrize(
    ("hook", "record"),
    [
        ("register_permissions", Permission("apples.pick", "Pick")),
        ("register_commands", CommandGroup(name="pick", help="", target="a:b")),
    ],
)
def test_a_key_registered_twice_faults_the_later_module_and_names_both(fake, hook, record):
    fakes = [fake("apples", **{hook: lambda: record}), fake("pears", **{hook: lambda: record})]

    assembly = _assemble(*reversed(fakes))

    (fault,) = assembly.faults
    assert (fault.module, fault.hook) == ("pears", hook)
    assert "of module pears is registered by module apples already" in fault.reason


def test_a_type_registered_twice_faults_the_later_module(fake, owning, order_type):
    twin = SubjectType(
        key="apples.order", title="Twin", lifecycle=order_type("apples.order").lifecycle
    )

    assembly = _assemble(owning("apples"), fake("pears", register_subjects=lambda: twin))

    assert [fault.module for fault in assembly.faults] == ["pears"]
    assert list(assembly.order_types) == ["apples.order"]


def test_nobody_redefines_the_core_role_admin(fake):
    assembly = _assemble(fake("apples", roles=[Role(key="admin", title="Worm")]))

    assert "admin of module apples is registered by module orderloom" in assembly.faults[0].reason
    assert assembly.roles["admin"].permissions == {"*"}


def test_a_role_that_manages_one_there_is_not_faults_its_module(fake):
    roles = [
        Role(key="apples.picker", title="Picker"),
        Role(key="apples.boss", title="Boss", manages={"apples.picker", "apples.piker"}),
    ]

    (fault,) = _assemble(fake("apples", roles=roles)).faults

    assert (fault.module, fault.hook) == ("apples", "roles")
    assert "apples.boss manages the role apples.piker, which there is not" in fault.reason
    assert "name one there is: apples.picker" in fault.reason


def test_a_role_may_manage_one_of_a_module_that_comes_later(fake):
    boss = Role(key="apples.boss", title="Boss", manages="pears.picker")
    picker = Role(key="pears.picker", title="Picker")

    assembly = _assemble(fake("apples", roles=[boss]), fake("pears", roles=[picker]))

    assert assembly.faults == ()


@pytest.mark.parametrize("culprit", ["apples", "inspection"])
def test_a_lifecycle_that_cannot_be_proved_faults_the_guilty_module(fake, owning, culprit):
    def dead_end(lifecycle):
        trap = Status("trap", "Trap", stage="open")
        fall = Action("fall", source="draft", target="trap")
        return lifecycle.with_status(trap).with_action(fall) if "apples" in lifecycle.name else None

    touching = {} if culprit == "apples" else {"touches": "apples.order"}
    if culprit == "apples":
        fakes = [owning("apples", extend_lifecycle=dead_end), fake("inspection")]
    else:
        fakes = [owning("apples"), fake("inspection", extend_lifecycle=dead_end, **touching)]

    assembly = _assemble(*fakes)

    (fault,) = assembly.faults
    assert fault.module == culprit
    assert "Nothing leads out of trap" in fault.reason
    assert assembly.blocked("apples.order") is fault


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"series": "apples.invoice"}, "It draws from the series apples.invoice, which"),
        ({"issues": "apples.receipt"}, "It issues apples.receipt, which is no document of"),
    ],
)
def test_an_action_that_names_what_its_type_lacks_faults_its_module(fake, owning, declared, reason):
    def extended(lifecycle):
        return lifecycle.with_action(Action("rush", source="draft", target="done", **declared))

    rushing = fake("rushing", extend_lifecycle=extended, touches="apples.order")

    (fault,) = _assemble(owning("apples"), rushing).faults

    assert fault.module == "rushing"
    assert reason in fault.reason


def test_an_overlay_that_breaks_the_proof_blocks_its_type_and_no_module(owning):
    lonely = Overlay(statuses=[Status("lonely", "Lonely", stage="open")])

    assembly = _assemble(owning("apples"), owning("pears"), overlays={"apples.order": lonely})

    assert assembly.blocked("apples.order").module == "tenant"
    assert "lonely" in assembly.blocked("apples.order").reason
    assert assembly.states["apples"].state == ON
    assert assembly.blocked("pears.order") is None
    assert sorted(assembly.engines) == ["pears.order"]


def test_extending_a_type_without_touching_it_is_a_fault_not_a_silent_no_op(fake, owning):
    inspection = fake("inspection", extend_lifecycle=_inspection, touches="pears.order")

    assembly = _assemble(owning("apples"), owning("pears"), inspection)

    assert "name apples.order in touches=" in assembly.faults[0].reason


def test_hooks_of_a_module_without_types_would_never_run_and_are_a_fault(fake):
    assembly = _assemble(fake("bees", check_order=lambda order: None))

    assert (assembly.faults[0].module, assembly.faults[0].hook) == ("bees", "check_order")
    assert "It would never run" in assembly.faults[0].reason


def test_a_misspelt_type_to_touch_is_a_fault_and_the_nearest_named(fake, owning):
    assembly = _assemble(owning("apples"), fake("bees", touches="apples.ordr"))

    assert "Did you mean apples.order?" in assembly.faults[0].reason


def test_a_type_of_a_module_that_is_off_may_be_touched(fake, owning):
    assembly = _assemble(owning("apples"), fake("bees", touches="apples.order"), apples=OFF)

    assert assembly.faults == ()


def test_a_record_for_a_type_of_others_is_a_fault(fake, owning):
    field = fake("bees", register_fields=_field("bees.honey", "apples.order"))

    assembly = _assemble(owning("apples"), field)

    assert "apples.order, which the module neither owns nor touches" in assembly.faults[0].reason


def test_a_lifecycle_must_be_named_like_its_type(fake, order_type):
    wrong = attrs.evolve(order_type("apples.order"), key="apples.other")

    assembly = _assemble(fake("apples", register_order_types=lambda: wrong))

    assert "lifecycle of apples.other is named apples.order" in assembly.faults[0].reason


def test_a_type_without_a_lifecycle_is_a_fault(fake):
    def register_order_types():
        return OrderType(key="apples.order", title="Apples", lifecycle="draft")

    assert _assemble(fake("apples", register_order_types)).faults[0].module == "apples"


def test_a_contradiction_in_order_faults_who_asks_for_both_and_names_all(fake, owning):
    worm = fake("worm", before="apples", after="apples")

    assembly = _assemble(owning("apples"), worm)

    assert [fault.module for fault in assembly.faults] == ["worm"]
    assert "worm asks to run before apples" in assembly.faults[0].reason
    assert assembly.order == ("apples",)


def test_a_hook_cannot_pass_its_fault_on_to_another_module(fake, owning):
    from orderloom.errors import ModuleFault

    def register_permissions():
        raise ModuleFault("apples", "import", "", "It was him.")

    assembly = _assemble(owning("apples"), fake("worm", register_permissions))

    assert [fault.module for fault in assembly.faults] == ["worm"]


def test_a_kind_of_orders_is_not_what_other_subjects_are_called(fake, order_type):
    crates = SubjectType(key="crates", title="Crate", lifecycle=order_type("crates").lifecycle)
    pears = attrs.evolve(order_type("pears.order"), kind="crates")

    assembly = _assemble(
        fake("apples", register_subjects=lambda: crates),
        fake("pears", register_order_types=lambda: pears),
    )

    (fault,) = assembly.faults
    assert fault.module == "pears"
    assert "kind of pears.order is crates, which other subjects are called" in fault.reason


@pytest.mark.parametrize("kind", ["", "An invoice", "invoicing.invoice", "x" * 65])
def test_a_kind_that_is_no_plain_word_is_a_fault(fake, order_type, kind):
    def register_order_types():
        return attrs.evolve(order_type("apples.order"), kind=kind)

    assert _assemble(fake("apples", register_order_types)).faults[0].module == "apples"


def test_types_are_told_by_their_kind(fake, order_type):
    visits = SubjectType(key="visit", title="Visit", lifecycle=order_type("visit").lifecycle)
    types = [order_type("apples.order"), attrs.evolve(order_type("apples.bill"), kind="bill")]

    assembly = _assemble(
        fake("apples", register_order_types=lambda: types, register_subjects=lambda: visits)
    )

    kinds = {kind: list(assembly.of_kind(kind)) for kind in ("order", "bill", "visit", "other")}
    assert kinds == {
        "order": ["apples.order"], "bill": ["apples.bill"], "visit": ["visit"], "other": [],
    }  # fmt: skip
