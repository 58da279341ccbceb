from contextlib import suppress

import pytest

from orderloom import (
    Action,
    Conflict,
    ModuleFault,
    NotFound,
    Orderloom,
    Query,
    Refused,
    Remedy,
    SetOrder,
    Status,
)
from orderloom.desk import administration


def extend_lifecycle(lifecycle):
    if lifecycle.name == "toy.order":
        status = Status("inspected", "Inspected", stage="open")
        inspect = Action("inspect", source="sent", target="inspected")
        return lifecycle.with_status(status).with_action(inspect).also_from("finish", "inspected")
    return None


@pytest.fixture
def module(make_module):
    return make_module("inspection", extend_lifecycle=extend_lifecycle, touches={"toy.order"})


@pytest.fixture
def inspected(make_toy, module):
    """A toy with an order in a status of the module `inspection`."""
    toy = make_toy(module)
    order = toy.perform(toy.place(), "send", "inspect")
    return toy, order


def switch(toy, module, state, *remedies):
    with toy.desk() as desk:
        return desk.admin.switch(module, state, remedies)


def test_a_plan_shows_what_would_be_stranded_and_does_nothing(inspected):
    toy, order = inspected

    with toy.desk() as desk:
        plan = desk.admin.plan("inspection", "off")

    (group,) = plan.groups
    assert (group.type, group.status, group.count) == ("toy.order", "inspected", 1)
    assert "sent" in group.targets
    assert toy.perform(order, "finish").status == "done"


def test_without_a_remedy_it_stays_on(inspected):
    toy, _ = inspected

    with pytest.raises(Refused, match=r"1 toy\.order in “Inspected” would be stranded"):
        switch(toy, "inspection", "off")


def test_stranded_orders_are_mapped_with_an_event_each(inspected):
    toy, order = inspected

    switch(toy, "inspection", "off", Remedy(
        type="toy.order", status="inspected", kind="map", target="sent"
    ))  # fmt: skip

    after = toy.get(order)
    assert (after.status, after.version) == ("sent", order.version + 1)
    assert toy.history(order)[-1].body == {"mapped": ["inspected", "sent"]}
    assert toy.perform(after, "finish").status == "done"
    assert toy.verified().ok


def test_parked_orders_are_frozen_and_readable_and_come_back(inspected):
    toy, order = inspected
    switch(toy, "inspection", "off", Remedy(type="toy.order", status="inspected", kind="park"))

    assert toy.get(order).parked
    with toy.reader() as reader:
        assert reader.count(Query(status="inspected")).value == 1
    for command in (
        lambda desk: desk.edit(order.id, SetOrder(title="x")),
        lambda desk: desk.perform(order.id, "finish"),
        lambda desk: desk.delete(order.id),
        lambda desk: desk.restore(order.id),
        lambda desk: desk.note(order.id, "x"),
        lambda desk: desk.issue(order.id, "toy.slip"),
    ):
        with toy.desk() as desk, pytest.raises(Refused) as refused:
            command(desk)
        assert "subject.parked" in refused.value.codes

    switch(toy, "inspection", "on")
    assert toy.perform(toy.get(order), "finish").status == "done"
    assert toy.verified().ok


def test_closing_lets_them_run_out_and_off_follows(inspected):
    toy, order = inspected
    switch(toy, "inspection", "closing")

    toy.perform(order, "finish")

    assert switch(toy, "inspection", "off").groups == ()


def test_a_required_module_stays_on(inspected):
    toy, _ = inspected

    with pytest.raises(Refused) as refused:
        switch(toy, "toy", "off")

    assert "switch.required" in refused.value.codes


def test_what_a_module_requires_has_to_be_on(make_toy, make_module):
    wood = make_module("wood", requires=set(), touches=set())
    fire = make_module("fire", requires={"wood"}, touches=set())
    toy = make_toy(off=(wood, fire))

    with pytest.raises(Refused, match="requires wood"):
        switch(toy, "fire", "on")

    with toy.desk() as desk:  # each switch sees the one before
        desk.admin.switch("wood", "on")
        desk.admin.switch("fire", "on")


@pytest.mark.parametrize(
    ("module", "state", "error"), [("tooy", "on", NotFound), ("toy", "idle", Refused)]
)
def test_a_module_or_state_that_is_not_there_is_refused(toy, module, state, error):
    with pytest.raises(error, match=r"Did you mean toy|on, closing, off"):
        switch(toy, module, state)


def test_a_switch_is_an_event_and_is_seen_by_other_looms(inspected, module):
    toy, _ = inspected
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    other = Orderloom(toy.loom.engine, modules=plugins, clock=toy.clock)
    order = toy.perform(toy.place(), "send")
    with other.desk(toy.tenant, toy.ann) as desk:
        assert desk.preview(order, "inspect").allowed

    switch(toy, "inspection", "off", Remedy(type="toy.order", status="inspected", kind="park"))

    with other.desk(toy.tenant, toy.ann) as desk:
        assert not desk.preview(order, "inspect").allowed
    with other.desk(toy.tenant, toy.ann) as desk:
        desk.admin.update(title="Changed there")
    with toy.reader() as reader:
        assert reader.tenant.title == "Changed there"


def test_a_refused_switch_leaves_the_desk_as_it_was(inspected):
    toy, order = inspected

    with toy.desk() as desk:
        with pytest.raises(Refused):
            desk.admin.switch("inspection", "off", [Remedy(
                type="toy.order", status="inspected", kind="map", target="nowhere"
            )])  # fmt: skip
        desk.note(order, "still here")

    assert toy.get(order).status == "inspected"


def test_a_status_that_went_with_an_update_is_mapped_by_hand(inspected, make_module):
    toy, order = inspected
    bare = make_module("inspection", touches={"toy.order"})
    toys = toy.loom.catalogue.loaded["toy"].plugin
    toy.loom = Orderloom(toy.loom.engine, modules=[toys, bare], clock=toy.clock)

    for command in (
        lambda desk: desk.perform(order, "finish"),
        lambda desk: desk.edit(order, SetOrder(title="x")),
        lambda desk: desk.delete(order),
    ):
        with toy.desk() as desk, pytest.raises(Refused) as refused:
            command(desk)
        assert refused.value.codes == ("subject.parked",)

    with toy.desk() as desk:
        assert desk.admin.map_status("toy.order", "inspected", "sent") == 1
    assert toy.perform(toy.get(order), "finish").status == "done"


def test_in_safe_mode_orders_can_be_read_and_nothing_else(toy, monkeypatch):
    order = toy.place()
    monkeypatch.setenv("ORDERLOOM_SAFE_MODE", "1")
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    toy.loom = Orderloom(toy.loom.engine, modules=plugins, clock=toy.clock)

    with toy.desk() as desk:
        assert desk.get(order.id) == order
        assert desk.find().items == (order,)
        assert desk.explain(order) == ()
        with pytest.raises(ModuleFault, match="Safe mode"):
            desk.perform(order, "send")
        with pytest.raises(ModuleFault):
            desk.place(toy.new())


# ── at once ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def several_writers(engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")


@pytest.fixture
def fire(make_toy, make_module):
    """A toy with a module `wood` that is on, and one that requires it and is off."""
    wood = make_module("wood")
    toy = make_toy(wood, off=(make_module("fire", requires={"toy", "wood"}),))
    switch(toy, "wood", "closing")
    switch(toy, "wood", "on")
    return toy


def impatient(toy, module, state):
    """Switch a module, waiting for nobody."""
    with toy.desk() as desk:
        desk.reading.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        desk.admin.switch(module, state)


def test_two_switches_at_once_are_planned_one_after_the_other(several_writers, fire, monkeypatch):
    conflicts, real = [], administration.set_state

    def set_state(*args):
        monkeypatch.setattr(administration, "set_state", real)
        try:
            impatient(fire, "fire", "on")  # after our own plan, before anything of it is written
        except Conflict as conflict:
            conflicts.append(conflict)
        return real(*args)

    monkeypatch.setattr(administration, "set_state", set_state)
    switch(fire, "wood", "off")

    assert [conflict.retryable for conflict in conflicts] == [True]
    with pytest.raises(Refused, match="requires wood"):
        switch(fire, "fire", "on")
    with fire.reader() as reader:
        assert not reader.assembly.faults


def test_an_admin_whose_desk_is_older_than_another_change_tries_again(several_writers, toy):
    def late():
        with toy.desk() as desk:
            with toy.desk() as other:
                other.admin.update(title="Theirs")
            desk.admin.update(currency="USD")

    with pytest.raises(Conflict, match="changed the tenant") as conflict:
        late()

    assert conflict.value.retryable
    with toy.reader() as reader:
        assert (reader.tenant.title, reader.tenant.currency) == ("Theirs", "EUR")


def test_an_order_of_a_module_switched_off_meanwhile_is_not_committed(several_writers, toy):
    def late():
        with toy.desk() as desk:
            switch(toy, "toy", "off")
            desk.place(toy.new())

    with pytest.raises(Conflict, match="switched at this moment") as conflict:
        late()

    assert conflict.value.retryable
    assert toy.count() == 0


def test_an_order_is_not_committed_while_a_module_is_being_switched(several_writers, toy):
    order = toy.place()

    def late():
        with toy.desk() as desk:
            closing = toy.desk()
            other = closing.__enter__()
            other.admin.switch("toy", "closing")
            others.append(closing)
            desk.edit(order, SetOrder(title="x"))

    others = []
    with pytest.raises(Conflict) as conflict:
        late()
    others[0].__exit__(None, None, None)

    assert conflict.value.retryable
    assert toy.get(order).title == ""


def test_a_switch_waits_for_an_order_that_is_being_placed(several_writers, toy):
    with toy.desk() as desk:
        desk.place(toy.new())
        with pytest.raises(Conflict):
            impatient(toy, "toy", "off")

    with pytest.raises(Refused, match=r"1 toy\.order"):
        switch(toy, "toy", "off")


def test_a_switch_waits_for_an_order_that_is_being_edited(several_writers, toy):
    order = toy.place()

    with toy.desk() as desk:
        desk.edit(order, SetOrder(title="x"))
        with pytest.raises(Conflict):
            impatient(toy, "toy", "closing")

    assert toy.get(order).title == "x"


def test_what_was_taken_back_keeps_nobody_from_switching(several_writers, toy):
    order = toy.place()

    def late():
        with toy.desk() as desk:
            with suppress(RuntimeError), desk.together():
                desk.edit(order, SetOrder(title="x"))
                raise RuntimeError
            switch(toy, "toy", "closing")
            desk.note(order, "late")

    with pytest.raises(Conflict, match="switched at this moment"):
        late()


@pytest.mark.parametrize("while_it_lasts", [True, False])
def test_settings_changed_meanwhile_are_in_nobodys_way(several_writers, toy, while_it_lasts):
    order = toy.place()
    other = toy.desk()

    with toy.desk() as desk:
        desk.edit(order, SetOrder(title="x"))
        other.__enter__().admin.set("toy", {"greeting": "Hi"})
        if not while_it_lasts:
            other.__exit__(None, None, None)
    if while_it_lasts:
        other.__exit__(None, None, None)

    assert toy.get(order).title == "x"
    with toy.desk() as desk:
        assert desk.admin.settings("toy").value.greeting == "Hi"


def test_a_desk_that_wrote_nothing_has_nothing_to_try_again(several_writers, toy):
    order = toy.place()

    with toy.desk() as desk:
        switch(toy, "toy", "closing")
        assert desk.get(order.id) == order


def test_a_desk_that_switches_does_not_stand_in_its_own_way(fire):
    with fire.desk() as desk:
        order = desk.place(fire.new())
        desk.admin.switch("fire", "on")
        desk.admin.switch("fire", "closing")
        desk.note(order, "x")

    with fire.reader() as reader:
        assert reader.assembly.states["fire"].state == "closing"
        assert reader.get(order.id) == order
