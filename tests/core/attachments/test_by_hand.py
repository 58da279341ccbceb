import pytest

from orderloom import Forbidden, Refused, Upload


def codes(error):
    return [(problem.field, problem.code) for problem in error.value.problems]


def attached(toy, order):
    with toy.reader() as reader:
        return reader.attachments(order)


def test_a_file_is_attached_by_hand(filed, sent, files):
    with filed.desk() as desk:
        (made,) = desk.attach(sent, Upload("file", "plan.png", files.png))

    assert attached(filed, sent) == (made,)
    assert (made.kind, made.action) == ("file", "")
    event = filed.history(sent)[-1]
    assert (event.name, event.id, event.version) == ("attached", made.event, sent.version)
    assert event.body["file_names"] == ["plan.png"]


def test_a_kind_of_an_action_may_come_by_hand_and_counts(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)
    with filed.desk() as desk:
        desk.attach(sent.id, bill)

    with pytest.raises(Refused) as caught, filed.desk() as desk:
        desk.attach(sent, bill)

    assert codes(caught) == [("files[0]", "attachment.too_many")]
    assert caught.value.problems[0].message == (
        "Invoice: this would be number 2 of at most 1 (1 there already: bill.pdf). "
        "To go on, leave it out."
    )


def test_what_came_with_an_action_counts_by_hand(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)
    filed.perform(sent, "hand_over", files=bill)

    with pytest.raises(Refused) as caught, filed.desk() as desk:
        desk.attach(sent.id, bill)

    assert codes(caught) == [("files[0]", "attachment.too_many")]
    assert [one.action for one in attached(filed, sent)] == ["hand_over"]


def test_what_came_by_hand_does_not_count_with_an_action(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)
    with filed.desk() as desk:
        desk.attach(sent.id, bill)

    filed.perform(sent, "hand_over", files=bill)

    assert [one.action for one in attached(filed, sent)] == ["", "hand_over"]


def test_what_others_attached_counts_too(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)
    with filed.desk() as desk:
        desk.attach(sent.id, bill)

    with pytest.raises(Refused) as caught, filed.desk(filed.actor("toy.user")) as desk:
        desk.attach(sent.id, bill)

    assert codes(caught) == [("files[0]", "attachment.too_many")]


def test_of_any_other_file_everybody_has_room_of_his_own(filed, sent, files):
    with filed.desk() as desk:
        desk.admin.set("core", {"attachment_most_by_hand": 1})
        desk.attach(sent.id, Upload("file", "a.pdf", files.pdf))

    with filed.desk(filed.actor("toy.user")) as desk:
        desk.attach(sent.id, Upload("file", "b.pdf", files.pdf))

    assert [one.name for one in attached(filed, sent)] == ["a.pdf", "b.pdf"]


def test_a_message_names_but_some_of_many(filed, sent, files):
    with filed.desk() as desk:
        desk.admin.set("core", {"attachment_most_by_hand": 4})
        desk.attach(sent.id, [Upload("file", f"{name}.pdf", files.pdf) for name in "abcd"])

    with pytest.raises(Refused) as caught, filed.desk() as desk:
        desk.attach(sent, Upload("file", "e.pdf", files.pdf))

    assert "number 5 of at most 4 (4 there already: a.pdf, b.pdf, c.pdf, …)" in str(caught.value)


def test_to_what_was_dropped_no_kind_of_an_action_is_attached(filed, sent, files):
    order = filed.perform(sent, "cancel")
    bill = Upload("invoice", "bill.pdf", files.pdf)

    with filed.desk() as desk:
        with pytest.raises(Refused) as caught:
            desk.attach(order, bill)
        desk.attach(order, Upload("file", "bill.pdf", files.pdf))

    assert codes(caught) == [("files[0]", "attachment.dropped")]
    assert str(caught.value.problems[0].message) == (
        "Invoice: none belongs to what is Canceled. To keep it here, attach it as a file."
    )


def test_by_hand_the_largest_room_of_a_kind_counts(filed, sent, files):
    image = Upload("image", "van.jpg", files.jpeg)

    with filed.desk() as desk:
        desk.attach(sent, [image] * 3)
        with pytest.raises(Refused) as caught:
            desk.attach(sent, image)

    assert "number 4 of at most 3" in caught.value.problems[0].message


def test_files_by_hand_have_a_limit_too(filed, sent, files):
    with filed.desk() as desk:
        desk.admin.set("core", {"attachment_most_by_hand": 1})

    with pytest.raises(Refused) as caught, filed.desk() as desk:
        desk.attach(sent, [Upload("file", "a.pdf", files.pdf), Upload("file", "b.pdf", files.pdf)])

    assert codes(caught) == [("files[1]", "attachment.too_many")]


def test_attaching_by_hand_needs_the_right_to_notes(filed, sent, files):
    with pytest.raises(Forbidden) as caught, filed.desk(filed.actor("toy.viewer")) as desk:
        desk.attach(sent, Upload("file", "a.pdf", files.pdf))

    assert "toy.order.note" in caught.value.problems[0].message


def test_nothing_is_attached_to_what_is_deleted(filed, files):
    order = filed.place()
    with filed.desk() as desk:
        gone = desk.delete(order)

    with pytest.raises(Refused) as caught, filed.desk() as desk:
        desk.attach(gone, Upload("file", "a.pdf", files.pdf))

    assert codes(caught) == [("", "subject.deleted")]
