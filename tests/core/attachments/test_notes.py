import pytest

from orderloom import NotFound


def test_notes_by_hand_and_of_actions_are_read_together(filed, sent):
    after = filed.perform(sent, "hand_over", options={"note": "Two crates"})
    filed.clock.move(hours=1)
    with filed.desk() as desk:
        desk.note(after, "One of them is wet.")

    with filed.reader() as reader:
        first, second = reader.notes(sent)

    assert (first.text, first.action, first.by) == ("Two crates", "hand_over", "ann")
    assert (second.text, second.action, second.at) == ("One of them is wet.", "", filed.clock.now)


def test_an_action_without_a_note_says_nothing(filed, sent):
    filed.perform(sent, "hand_over", options={"note": ""})

    with filed.reader() as reader:
        assert reader.notes(sent) == ()


def test_erasing_personal_data_takes_the_notes(filed, sent):
    filed.perform(sent, "hand_over", options={"note": "Call Sam"})

    with filed.desk() as desk:
        desk.erase_personal(sent, reason="asked to")
        assert desk.notes(sent) == ()


def test_whoever_may_not_read_the_order_reads_no_note(filed, sent):
    stranger = filed.actor("toy.user", "party", "v2")

    with filed.reader(stranger) as reader, pytest.raises(NotFound):
        reader.notes(sent)
