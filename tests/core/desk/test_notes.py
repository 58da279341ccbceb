import pytest

from orderloom import Actor, Forbidden, Grant, NewSubject, Refused


def test_a_note_leaves_the_subject_as_it_is(toy):
    order = toy.place()

    with toy.desk() as desk:
        event = desk.note(order, "Call before delivery\n")

    assert event.personal == {"text": "Call before delivery"}
    assert toy.get(order) == order
    assert toy.history(order)[-1].hash == event.hash


def test_a_note_on_a_subject_that_is_no_order(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off"))

    with toy.desk() as desk:
        desk.note(visit, "Bring boots")

    assert toy.names(visit) == ["place", "noted"]


@pytest.mark.parametrize("text", ["", "a\x00", "x" * 10_001])
def test_a_note_that_is_no_text_is_refused(toy, text):
    order = toy.place()

    with toy.desk() as desk, pytest.raises(Refused):
        desk.note(order, text)


def test_a_note_needs_its_right(toy):
    order = toy.place()

    with toy.desk(Actor("vic", (Grant("toy.viewer"),))) as desk, pytest.raises(Forbidden) as no:
        desk.note(order, "x")

    assert no.value.problems[0].lifted_by == "role Admin or User"
