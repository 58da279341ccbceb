"""Statuses that show to one side only (`Status.visible_to`)."""

import pytest

from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    Grant,
    Lifecycle,
    NewLine,
    NewOrder,
    NotFound,
    OrderType,
    Query,
    Role,
    Scope,
    SetOrder,
    Status,
)

VENDOR = Actor("vendor", (Grant("hid.user", Scope("party", "v1")),))
BUYER = Actor("buyer", (Grant("hid.user", Scope("party", "b1")),))
HOUSE = Actor("house", (Grant("hid.user", Scope("project", "summer")),))


def lifecycle(draft="draft", renamed=()):
    return Lifecycle(
        "hid.order",
        statuses=(
            Status(
                draft, "Draft", stage="draft", visible_to={"buyer"}, editable_by={EVERYONE},
                deletable=True,
            ),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target=draft),
            Action("finish", source=draft, target="done"),
            Action("take_back", source="done", target=draft),
            Action("touch", source="done", target="done"),
        ),
        renamed=renamed,
    )  # fmt: skip


def hiding(make_module, declared):
    return make_module(
        "hid",
        touches=set(),
        register_order_types=lambda: OrderType(
            key="hid.order", title="Hidden", lifecycle=declared, buyer="B", seller="S"
        ),
        roles=(Role(key="hid.user", title="User", permissions={"hid.order.*"}),),
    )


@pytest.fixture
def toy(make_toy, make_module):
    return make_toy(hiding(make_module, lifecycle()))


@pytest.fixture
def draft(toy):
    new = NewOrder(
        "hid.order", buyer="b1", seller="v1", project="summer", lines=[NewLine("x", "1")]
    )
    return toy.place(new)


def found(toy, actor):
    with toy.reader(actor) as reader:
        assert reader.count().value == len(reader.find().items)
        return [order.id for order in reader.find().items]


def test_lists_leave_out_what_does_not_show_to_the_side(toy, draft):
    assert found(toy, VENDOR) == []
    assert found(toy, BUYER) == [draft.id]
    assert found(toy, HOUSE) == [draft.id]


def test_it_shows_again_in_another_status(toy, draft):
    toy.perform(draft, "finish")

    assert found(toy, VENDOR) == [draft.id]


def test_no_door_knows_of_what_does_not_show(toy, draft):
    looks = (
        lambda reader: reader.get(draft.id),
        lambda reader: reader.history(draft),
        lambda reader: reader.at(draft, 1),
        lambda reader: reader.documents(draft),
        lambda reader: reader.explain(draft),
        lambda reader: reader.preview(draft, "finish"),
    )

    for look in looks:
        with toy.reader(BUYER) as reader:
            look(reader)
        with toy.reader(VENDOR) as reader, pytest.raises(NotFound):
            look(reader)


def test_nothing_is_done_with_what_does_not_show(toy, draft):
    commands = (
        lambda desk: desk.edit(draft.id, SetOrder(title="x")),
        lambda desk: desk.perform(draft.id, "finish"),
        lambda desk: desk.delete(draft.id),
        lambda desk: desk.note(draft.id, "x"),
        lambda desk: desk.copy(draft),
    )

    for command in commands:
        with toy.desk(VENDOR) as desk, pytest.raises(NotFound):
            command(desk)


def test_a_repeated_command_does_not_show_what_is_hidden_by_now(toy, draft):
    done = toy.perform(draft, "finish")
    with toy.desk(VENDOR) as desk:
        desk.perform(done.id, "touch", key="k")
    with toy.desk(VENDOR) as desk:
        assert desk.perform(done.id, "touch", key="k").status == "done"
    toy.perform(done.id, "take_back")

    with toy.desk(VENDOR) as desk, pytest.raises(NotFound):
        desk.perform(done.id, "touch", key="k")


def test_who_plays_both_sides_sees_what_shows_to_either(toy, draft):
    both = Actor("both", (*VENDOR.grants, *BUYER.grants))

    assert found(toy, both) == [draft.id]


def test_a_status_hides_under_its_former_name_too(toy, draft, make_module):
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    later = hiding(make_module, lifecycle("planned", renamed={"draft": "planned"}))
    plugins = [later if plugin.module.key == "hid" else plugin for plugin in plugins]
    toy.loom = type(toy.loom)(toy.loom.engine, modules=plugins, clock=toy.clock)

    assert found(toy, VENDOR) == []
    with toy.reader(BUYER) as reader:
        assert [order.id for order in reader.find(Query(status="planned")).items] == [draft.id]
        assert reader.find(Query(status="draft")).items == ()


@pytest.mark.parametrize(("visible_to", "sees"), [("buyer", False), ((), True)])
def test_a_status_that_went_with_its_module_shows_as_it_last_did(
    make_toy, make_module, visible_to, sees
):
    def extend_lifecycle(lifecycle):
        if lifecycle.name == "toy.order":
            status = Status("inspected", "Inspected", stage="open", visible_to=visible_to)
            inspect = Action("inspect", source="draft", target="inspected")
            extended = lifecycle.with_status(status).with_action(inspect)
            return extended.also_from("cancel", "inspected")
        return None

    toy = make_toy(make_module("inspection", extend_lifecycle=extend_lifecycle))
    order = toy.perform(toy.place(), "inspect")
    bare = make_module("inspection", touches={"toy.order"})
    toys = toy.loom.catalogue.loaded["toy"].plugin
    toy.loom = type(toy.loom)(toy.loom.engine, modules=[toys, bare], clock=toy.clock)

    with toy.reader(toy.actor("toy.user", "party", "v1")) as reader:
        assert len(reader.find().items) == sees
        if sees:
            assert reader.get(order.id).status == "inspected"
        else:
            with pytest.raises(NotFound):
                reader.get(order.id)
