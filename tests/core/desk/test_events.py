import pytest

from orderloom import NotFound, RecordQuantity, SetOrder


def test_every_fact_is_one_event_and_every_version_can_be_read_again(toy):
    order = toy.place(remarks="Ring")
    stored = {1: order}
    steps = (
        lambda desk, order: desk.edit(order, SetOrder(title="x", remarks="")),
        lambda desk, order: desk.edit(order, RecordQuantity(1, "received", 5)),
        lambda desk, order: desk.delete(order),
        lambda desk, order: desk.restore(order),
        lambda desk, order: desk.perform(order, "pay"),
        lambda desk, order: desk.perform(order, "send"),
        lambda desk, order: desk.perform(order, "counter", {"price": "2"}),
        lambda desk, order: desk.perform(order, "finish"),
    )
    for step in steps:
        with toy.desk() as desk:
            order = step(desk, order)
            desk.note(order, "noted")
        stored[order.version] = order

    assert sorted(stored) == list(range(1, 10))
    with toy.reader() as reader:
        assert {version: reader.at(order, version) for version in stored} == stored
    names = [name for name in toy.names(order) if name not in ("noted", "issued")]
    assert names == [
        "place", "edited", "edited", "deleted", "restored", "pay", "send", "counter", "finish",
    ]  # fmt: skip
    assert [event.seq for event in toy.history(order)] == list(range(1, 19))
    assert toy.verified().ok


def test_a_version_nobody_wrote_is_not_found(toy):
    order = toy.place()

    with toy.reader() as reader, pytest.raises(NotFound):
        reader.at(order, 2)


def test_an_event_tells_who_when_and_from_where_to_where(toy):
    order = toy.place()
    toy.clock.move(hours=1)
    toy.perform(order, "send")

    _, sent, issued = toy.history(order)

    assert (sent.actor, sent.at, sent.source, sent.target) == (
        "ann",
        toy.clock.now,
        "draft",
        "sent",
    )
    assert sent.body["number"] == "T-2026-0001"
    assert (issued.name, issued.version, issued.cause) == ("issued", 2, sent.id)


def test_the_options_of_an_action_are_kept(toy):
    order = toy.perform(toy.place(), "send")

    toy.perform(order, "counter", options={"price": "2.50"})

    assert toy.history(order)[-1].body["options"] == {"price": "2.5"}


def test_a_move_alone_keeps_no_second_copy_of_the_content(toy):
    order = toy.perform(toy.place(), "cancel")

    placed, canceled = toy.history(order)

    assert placed.record is not None
    assert canceled.record is None


def test_history_is_read_from_where_one_was(toy):
    order = toy.perform(toy.place(), "send", "finish")

    with toy.reader() as reader:
        assert [event.seq for event in reader.history(order, since=2)] == [3, 4]
        assert [event.seq for event in reader.history(order, limit=1)] == [1]
