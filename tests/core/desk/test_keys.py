import attrs
import pytest

from orderloom import (
    Actor,
    Forbidden,
    Grant,
    NewLine,
    NotFound,
    Price,
    Refused,
    RemoveLine,
    Scope,
    SetLine,
    SetOrder,
    module_data,
)


@module_data("toy.keyed")
@attrs.frozen
class Extra:
    words: tuple[str, ...] = ()


def test_the_same_key_and_content_give_the_recorded_result(toy):
    with toy.desk() as desk:
        first = desk.place(toy.new(), key="k1")
    toy.edit(first, SetOrder(title="Changed meanwhile"))

    with toy.desk() as desk:
        assert desk.place(toy.new(), key="k1") == first
    assert toy.count() == 1


def test_every_command_takes_a_key(toy):
    new = toy.new(lines=[NewLine("Chair", "2", price=Price("1", "EUR"), data=Extra(("a",)))])
    commands = [
        lambda desk, order: desk.place(new, key="p"),
        lambda desk, order: desk.edit(order, SetLine(line=1, data=Extra(("b",))), key="e"),
        lambda desk, order: desk.perform(order, "send", key="s"),
        lambda desk, order: desk.perform(order.id, "counter", {"price": "3"}, key="c"),
    ]

    order = None
    for command in commands:
        with toy.desk() as desk:
            order_before, order = order, command(desk, order)
        with toy.desk() as desk:
            assert command(desk, order_before) == order

    assert toy.names(order) == ["place", "edited", "send", "issued", "counter"]


def test_delete_and_restore_take_keys(toy):
    order = toy.place()
    for _ in range(2):
        with toy.desk() as desk:
            gone = desk.delete(order.id, key="d")
    for _ in range(2):
        with toy.desk() as desk:
            desk.restore(gone.id, key="r")

    assert toy.names(order) == ["place", "deleted", "restored"]


def test_the_same_key_for_something_else_is_refused(toy):
    order = toy.place()
    with toy.desk() as desk:
        desk.edit(order, RemoveLine(1), key="k1")

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.edit(order, SetLine(line=1), key="k1")

    assert refused.value.codes == ("idempotency.other_payload",)


def test_commands_that_differ_in_nothing_but_their_kind_are_told_apart(toy):
    order = toy.place()
    with toy.desk() as desk:
        desk.delete(order.id, key="k1")

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.restore(order.id, key="k1")

    assert refused.value.codes == ("idempotency.other_payload",)


def test_a_refused_command_does_not_burn_its_key(toy):
    with toy.desk() as desk:
        with pytest.raises(Refused):
            desk.place(toy.new(seller="ghost"), key="k1")
        desk.place(toy.new(), key="k1")

    assert toy.count() == 1


def test_a_rolled_back_command_does_not_burn_its_key(toy):
    def fails():
        with toy.desk() as desk:
            desk.place(toy.new(), key="k1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with toy.desk() as desk:
        desk.place(toy.new(title="Other"), key="k1")

    assert toy.count() == 1


def test_a_key_belongs_to_its_actor(toy):
    for name in ("ann", "bea"):
        with toy.desk(Actor(name, (Grant("admin"),))) as desk:
            desk.place(toy.new(), key="k1")

    assert toy.count() == 2


def test_rights_are_checked_now(toy):
    scope = Scope("project", "summer")
    user, viewer = (Actor("kim", (Grant(role, scope),)) for role in ("toy.user", "toy.viewer"))
    with toy.desk(user) as desk:
        desk.place(toy.new(project="summer"), key="k1")

    with toy.desk(viewer) as desk, pytest.raises(Forbidden):
        desk.place(toy.new(project="summer"), key="k1")


@pytest.mark.parametrize("command", ["edit", "send", "delete"])
def test_rights_of_every_command_are_checked_now(toy, command):
    order = toy.place()
    run = {
        "edit": lambda desk: desk.edit(order.id, SetOrder(title="x"), key="k"),
        "send": lambda desk: desk.perform(order.id, "send", key="k"),
        "delete": lambda desk: desk.delete(order.id, key="k"),
    }[command]
    with toy.desk(Actor("kim", (Grant("toy.user"),))) as desk:
        run(desk)

    with toy.desk(Actor("kim", (Grant("toy.viewer"),))) as desk, pytest.raises(Forbidden):
        run(desk)


def test_who_may_not_read_it_any_more_is_not_told_what_became_of_it(toy):
    order = toy.place()
    with toy.desk(Actor("kim", (Grant("toy.user"),))) as desk:
        desk.edit(order.id, SetOrder(title="x"), key="k")

    with toy.desk(Actor("kim")) as desk, pytest.raises(NotFound):
        desk.edit(order.id, SetOrder(title="x"), key="k")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00"])
def test_a_key_that_is_none_is_refused(toy, key):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.place(toy.new(), key=key)

    assert refused.value.problems[0].field == "key"


def test_many_under_one_key(toy):
    for _ in range(2):
        with toy.desk() as desk:
            made = desk.place_many([toy.new(), toy.new(title="b")], key="k1")

    assert [order.title for order in made] == ["", "b"]
    assert toy.count() == 2


def test_another_reason_is_another_command(toy):
    order = toy.place()
    with toy.desk() as desk:
        desk.perform(order.id, "send", key="k", reason="Kim asked")

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.perform(order.id, "send", key="k", reason="Robin asked")

    assert refused.value.codes == ("idempotency.other_payload",)
