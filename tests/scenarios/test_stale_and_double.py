"""Versions somebody changed meanwhile, and commands that arrive twice."""

from __future__ import annotations

import pytest

from orderloom import Conflict, NewLine, Refused, RemoveLine, SetLine, SetOrder
from orderloom_procurement.needs import NewNeed, add_need, change_need


@pytest.fixture
def need(house):
    return house.need()


@pytest.fixture
def order(house, need):
    """As somebody saw it who has looked away since."""
    seen = house.order(need)
    with house.desk() as desk:
        desk.edit(seen, SetOrder(title="Changed meanwhile"))
    return seen


# ── a stale version ────────────────────────────────────────────────────────────────────────

COMMANDS = {
    "edit": lambda desk, order: desk.edit(order, SetLine(line=1, quantity="7")),
    "remove": lambda desk, order: desk.edit(order, RemoveLine(line=1)),
    "perform": lambda desk, order: desk.perform(order, "send"),
    "delete": lambda desk, order: desk.delete(order),
    "issue": lambda desk, order: desk.issue(order, "procurement.rfq"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_stale_order_is_a_conflict_with_both_values(house, order, unchanged, command):
    with unchanged(), pytest.raises(Conflict) as conflict, house.desk() as desk:
        command(desk, order)

    assert str(conflict.value) == (
        "It was changed meanwhile: you saw version 1, it is now version 2. To go on, look at what "
        "changed and do it again."
    )
    assert (conflict.value.seen, conflict.value.current.title) == (order, "Changed meanwhile")
    assert not conflict.value.retryable


@pytest.mark.parametrize("name", ["edit", "perform"])
def test_its_id_means_whatever_it_is_now(house, order, name):
    commands = {
        "edit": lambda desk: desk.edit(order.id, SetOrder(remarks="x")),
        "perform": lambda desk: desk.perform(order.id, "send"),
    }
    with house.desk() as desk:
        assert commands[name](desk).version == 3


def test_a_stale_need_is_a_conflict(house, need, unchanged):
    with house.desk() as desk:
        change_need(desk, need, quantity="300")

    with unchanged(), pytest.raises(Conflict, match="you saw version 1"), house.desk() as desk:
        change_need(desk, need, quantity="100")


# ── a key used twice ───────────────────────────────────────────────────────────────────────


def test_a_key_with_another_payload_is_refused_for_every_command(house, need, unchanged):
    order = house.order(need)
    new = house.new(NewLine("Freight", 1))
    with house.desk() as desk:
        desk.place(new, key="k")
    commands = [
        lambda desk: desk.place(house.new(NewLine("Freight", 2)), key="k"),
        lambda desk: desk.place_many([new, new], key="k"),
        lambda desk: desk.edit(order, SetOrder(title="x"), key="k"),
        lambda desk: desk.perform(order, "send", key="k"),
        lambda desk: desk.delete(order, key="k"),
        lambda desk: add_need(
            desk, NewNeed(project="summer", department="Bar", name="Cup", quantity=1), key="k"
        ),
    ]

    for command in commands:
        with unchanged(), pytest.raises(Refused, match="To ") as refused, house.desk() as desk:
            command(desk)
        assert refused.value.codes == ("idempotency.other_payload",)


def test_the_same_payload_answers_what_was_done_and_does_nothing(house, unchanged):
    new = house.new(NewLine("Freight", 1))
    with house.desk() as desk:
        first = desk.place(new, key="k")

    with unchanged(), house.desk() as desk:
        again = desk.place(new, key="k")

    assert again == first


def test_the_command_line_refuses_a_key_with_another_payload(shell, unchanged):
    place = ("order", "place", "--project", "summer", "--key", "k", "--line")
    shell.does(*place, "Freight=1")

    with unchanged():
        shell.does(*place, "Freight=1")
        told = shell.refused(*place, "Freight=2")

    assert told.codes == ["idempotency.other_payload"]


def test_the_command_line_refuses_a_key_that_belongs_to_another_command(
    house, shell, unchanged, need
):
    order = str(house.order(need).id)
    shell.does("order", "place", "--project", "summer", "--key", "k", "--line", "Freight=1")

    with unchanged():
        sent = shell.refused("order", "do", order, "send", "--key", "k")
        edited = shell.refused("order", "edit", order, "--title", "x", "--key", "k")

    assert sent.codes == edited.codes == ["idempotency.other_payload"]


def test_a_refused_command_leaves_its_key_free(house, shell, unchanged):
    place = ("order", "place", "--project", "summer", "--key", "k", "--line")

    with unchanged():
        shell.refused(*place, "Freight=0")

    assert "was placed" in shell.does(*place, "Freight=1")
