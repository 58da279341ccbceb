import pytest
import sqlalchemy as sa

from orderloom import (
    AddLine,
    Conflict,
    ModuleFault,
    NewLine,
    NewSubject,
    Refused,
    SetLine,
    SetOrder,
)

ON = (
    "on_order_placed", "on_order_edited", "on_order_deleted", "on_lines_changed",
    "on_status_changed", "on_subject_placed", "on_subject_edited",
)  # fmt: skip


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ears(make_toy, make_module, heard):
    """Two modules that note which hooks they hear."""

    def ear(module, name):
        return lambda writing: heard.append(f"{module}.{name}")

    first = make_module("zeta", **{name: ear("zeta", name) for name in ON})
    second = make_module("alpha", requires={"zeta"}, **{name: ear("alpha", name) for name in ON})
    return make_toy(first, second)


def test_hooks_run_in_module_order_content_before_status(ears, heard):
    order = ears.perform(ears.place(), "send")
    assert heard == [
        "zeta.on_order_placed", "alpha.on_order_placed",
        "zeta.on_lines_changed", "alpha.on_lines_changed",
        "zeta.on_status_changed", "alpha.on_status_changed",
    ]  # fmt: skip
    heard.clear()

    ears.perform(order, "counter", options={"price": "9"})

    assert heard[::2] == [
        "zeta.on_order_edited",
        "zeta.on_lines_changed",
        "zeta.on_status_changed",
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (SetOrder(title="x"), ["zeta.on_order_edited"]),
        (SetLine(line=1, note="x"), ["zeta.on_order_edited", "zeta.on_lines_changed"]),
        (AddLine(NewLine("x", 1)), ["zeta.on_order_edited", "zeta.on_lines_changed"]),
        (SetOrder(), []),
    ],
)
def test_edits_are_told_by_what_they_change(ears, heard, edit, expected):
    order = ears.place()
    heard.clear()

    ears.edit(order, edit)

    assert heard[::2] == expected


def test_deleting_and_restoring_are_told(ears, heard):
    order = ears.place()
    heard.clear()

    with ears.desk() as desk:
        desk.restore(desk.delete(order))

    assert heard[::2] == ["zeta.on_order_deleted", "zeta.on_order_deleted"]


def test_subjects_that_are_no_orders_have_hooks_of_their_own(ears, heard):
    visit = ears.place(NewSubject("toy.visit", "Kick-off"))
    visit = ears.edit(visit, SetOrder(title="x"))
    ears.perform(visit, "make")

    assert heard[::2] == [
        "zeta.on_subject_placed",
        "zeta.on_subject_edited",
        "zeta.on_status_changed",
    ]


@pytest.mark.parametrize("hook", ["on_order_placed", "on_lines_changed"])
def test_a_failing_hook_rolls_everything_back_even_if_swallowed(make_toy, make_module, hook):
    toy = make_toy(make_module("faulty", **{hook: lambda order: 1 / 0}))

    def swallows():
        with toy.desk() as desk, pytest.raises(ModuleFault, match="ZeroDivisionError"):
            desk.place(toy.new())

    with pytest.raises(ModuleFault) as fault:
        swallows()

    assert (fault.value.module, fault.value.hook) == ("faulty", hook)
    assert toy.count() == 0
    assert toy.verified().ok


def test_a_spoilt_desk_takes_no_further_command(make_toy, make_module):
    toy = make_toy(make_module("faulty", on_status_changed=lambda: 1 / 0))
    order = toy.place()

    def goes_on():
        with toy.desk() as desk:
            with pytest.raises(ModuleFault):
                desk.perform(order, "send")
            with pytest.raises(ModuleFault):
                desk.place(toy.new())

    with pytest.raises(ModuleFault):
        goes_on()

    assert toy.get(order) == order
    assert toy.count() == 1


def test_a_hook_that_runs_after_the_write_may_not_refuse(make_toy, make_module):
    def on_order_placed(order):
        raise Refused([])

    toy = make_toy(make_module("late", on_order_placed=on_order_placed))

    with pytest.raises(ModuleFault, match="answer problems from a check_"):
        toy.place()


def test_a_hook_that_lost_a_race_is_a_conflict(make_toy, make_module):
    def on_order_placed(order):
        raise Conflict("Somebody was faster.", retryable=True)

    toy = make_toy(make_module("late", on_order_placed=on_order_placed))

    with pytest.raises(Conflict, match="Somebody was faster"):
        toy.place()
    assert toy.count() == 0


def test_a_hook_of_a_type_its_module_does_not_touch_is_not_run(make_toy, make_module, heard):
    module = make_module(
        "shy", touches={"toy.visit"}, on_order_placed=lambda order: heard.append("order")
    )

    make_toy(module).place()

    assert heard == []


def test_an_error_of_the_database_is_never_committed_over(make_toy, make_module):
    """On PostgreSQL the transaction is lost by then, and COMMIT would silently roll back."""
    wrong = sa.select(sa.column("missing")).select_from(
        sa.table("ol_missing", sa.column("tenant_id"), sa.column("missing"))
    )

    def check_action(action, reading):
        if action.name == "send":
            reading.rows(wrong)

    toy = make_toy(make_module("faulty", check_action=check_action))

    def swallows():
        with toy.desk() as desk:
            order = desk.place(toy.new())
            with pytest.raises(Refused):
                desk.perform(order, "send")

    if toy.loom.engine.dialect.name == "postgresql":
        with pytest.raises(Refused):
            swallows()
        assert toy.count() == 0
    else:
        swallows()
        assert toy.count() == 1
