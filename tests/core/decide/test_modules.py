import pytest

from orderloom import (
    Action,
    ModuleFault,
    NewLine,
    NewSubject,
    Orderloom,
    Problem,
    Refused,
    SetOrder,
    Status,
)


def extend_lifecycle(lifecycle):
    if lifecycle.name == "toy.order":
        inspect = Action("inspect", source="sent", target="inspected", side="buyer")
        status = Status("inspected", "Inspected", stage="open")
        return lifecycle.with_status(status).with_action(inspect).also_from("finish", "inspected")
    return None


def check_action(action, order):
    if action.name == "finish" and order.status == "sent":
        return Problem("inspection.missing", "Not inspected. To finish it, inspect it first.")
    return None


@pytest.fixture
def inspected(make_toy, make_module):
    hooks = {"extend_lifecycle": extend_lifecycle, "check_action": check_action}
    return make_toy(make_module("inspection", **hooks))


def test_one_status_with_one_guard_in_fifteen_lines(inspected):
    order = inspected.perform(inspected.place(), "send")

    with pytest.raises(Refused, match="inspect it first"):
        inspected.perform(order, "finish")

    assert inspected.perform(order, "inspect", "finish").status == "done"


@pytest.mark.parametrize(
    "hook",
    ["claim_rows", "check_order", "check_line", "price_line", "tax_line", "adjust_order"],
)
def test_a_hook_that_fails_while_deciding_names_its_module(make_toy, make_module, hook):
    toy = make_toy(make_module("faulty", **{hook: lambda: 1 / 0}))

    with pytest.raises(ModuleFault) as fault:
        toy.place(lines=[NewLine("Chair", 1)])

    assert (fault.value.module, fault.value.hook) == ("faulty", hook)
    assert toy.count() == 0


def test_a_route_that_fails_names_its_module(make_toy, make_module):
    def extend(lifecycle):
        if lifecycle.name != "toy.order":
            return None
        wrong = Action("wrong", source="draft", target=("sent", "done"), route=bad_route)
        return lifecycle.with_action(wrong)

    toy = make_toy(make_module("faulty", extend_lifecycle=extend))
    order = toy.place()

    with pytest.raises(ModuleFault) as fault:
        toy.perform(order, "wrong")

    assert (fault.value.module, fault.value.hook) == ("faulty", "route of wrong")


def bad_route(order, options):
    return order.missing


def test_a_faulted_module_blocks_commands_on_what_it_touches_and_nothing_else(
    make_toy, make_module
):
    def broken(lifecycle):
        raise KeyError("oops")

    good = make_module("inspection", check_action=check_action, touches={"toy.order"})
    toy = make_toy(good)
    order = toy.place()
    bad = make_module("inspection", extend_lifecycle=broken, touches={"toy.order"})
    toy.loom = Orderloom(toy.loom.engine, modules=[_toy(toy), bad], clock=toy.clock)

    with toy.desk() as desk:
        for command in (
            lambda: desk.place(toy.new()),
            lambda: desk.edit(order, SetOrder(title="x")),
            lambda: desk.perform(order, "send"),
            lambda: desk.delete(order),
            lambda: desk.preview(order, "send"),
            lambda: desk.note(order, "x"),
            lambda: desk.issue(order, "toy.slip"),
        ):
            with pytest.raises(ModuleFault, match="inspection"):
                command()
        assert desk.get(order.id) == order
        assert desk.place(NewSubject("toy.visit", "Kick-off")).status == "planned"


def test_explain_tells_the_fault_at_every_action(make_toy, make_module):
    def fails(action):
        if action.name != "place":
            raise KeyError("oops")

    toy = make_toy(make_module("faulty", check_action=fails))
    order = toy.place()

    with toy.reader() as reader:
        views = {view.action.name: view for view in reader.explain(order)}

    assert [each.code for each in views["send"].problems] == ["module.fault"]
    assert views["send"].problems[0].module == "faulty"


def test_a_module_that_is_closing_takes_nothing_new_and_finishes_the_rest(toy):
    order = toy.place()
    with toy.desk() as desk:
        desk.admin.switch("toy", "closing")

    with pytest.raises(Refused) as refused:
        toy.place()

    assert refused.value.codes == ("module.closing",)
    assert toy.perform(order, "send", "finish").status == "done"


def _toy(toy):
    return toy.loom.catalogue.loaded["toy"].plugin
