import pytest

from orderloom import AddLine, Conflict, NewLine, NewSubject, RecordQuantity, SetLine, SetOrder


def test_an_edit_is_a_new_version_with_one_event(toy):
    order = toy.place()

    after = toy.edit(order, SetLine(line=1, quantity=100), AddLine(NewLine("Tent", 1)))

    assert after.version == 2
    assert toy.get(after) == after
    assert toy.names(order) == ["place", "edited"]
    assert list(toy.history(order)[1].body["changes"]) == ["lines_added", "lines_changed"]


def test_an_edit_that_changes_nothing_writes_nothing(toy):
    order = toy.place()

    assert toy.edit(order, SetLine(line=1, quantity="200.0"), SetOrder(remarks="")) == order
    assert toy.names(order) == ["place"]


def test_an_older_version_is_a_conflict_with_both_values(toy):
    order = toy.place()
    newer = toy.edit(order, SetOrder(title="Theirs"))

    with pytest.raises(Conflict, match="you saw version 1, it is now version 2") as conflict:
        toy.edit(order, SetOrder(title="Mine"))

    assert (conflict.value.seen, conflict.value.current) == (order, newer)
    assert not conflict.value.retryable


def test_an_id_means_whatever_it_is_now(toy):
    order = toy.place()
    toy.edit(order, SetOrder(title="Theirs"))

    with toy.desk() as desk:
        assert desk.edit(order.id, SetOrder(remarks="Mine")).title == "Theirs"
        assert desk.edit(str(order.id), SetOrder(remarks="Ours")).version == 4


def test_a_subject_that_is_no_order_is_edited(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off"))

    assert toy.edit(visit, SetOrder(title="Closing")).title == "Closing"


def test_what_was_received_is_stored_and_told(toy):
    order = toy.place()

    after = toy.edit(order, RecordQuantity(1, "received", 150))

    assert toy.get(order).line(1).happened("received") == 150
    changed = toy.history(after)[1].body["changes"]["lines_changed"]
    assert changed[0]["quantities"] == [None, [["received", "150"]]]


def test_a_reason_is_kept_with_the_event(toy):
    order = toy.place()

    with toy.desk() as desk:
        desk.edit(order, SetOrder(title="x"), reason="They asked for it")

    assert toy.history(order)[1].reason == "They asked for it"
