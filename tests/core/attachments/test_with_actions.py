import hashlib

import pytest
from PIL import Image

from orderloom import Forbidden, Problem, Refused, Upload


def codes(error):
    return [(problem.field, problem.code) for problem in error.value.problems]


def attached(toy, order):
    with toy.reader() as reader:
        return reader.attachments(order)


def test_files_come_with_an_action(filed, sent, files):
    uploads = [Upload("image", "van.jpg", files.jpeg), Upload("invoice", "bill.pdf", files.pdf)]

    after = filed.perform(sent, "hand_over", files=uploads)

    image, invoice = attached(filed, sent)
    assert (image.kind, image.name, image.media) == ("image", "van.jpg", "image/jpeg")
    assert (invoice.kind, invoice.name, invoice.media) == ("invoice", "bill.pdf", "application/pdf")
    assert (invoice.action, invoice.by, invoice.at) == ("hand_over", "ann", filed.clock.now)
    assert (invoice.size, invoice.sha256) == (
        len(files.pdf),
        hashlib.sha256(files.pdf).hexdigest(),
    )
    assert after.version == sent.version + 1


def test_a_file_is_read_byte_for_byte(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))

    with filed.reader() as reader:
        (invoice,) = reader.attachments(sent)
        assert reader.file(invoice) == files.pdf
        assert reader.file(invoice.id) == reader.file(str(invoice.id)) == files.pdf


def test_the_event_of_the_action_tells_of_the_files(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))

    (invoice,) = attached(filed, sent)
    event = filed.history(sent)[-1]
    assert (event.action, event.id) == ("hand_over", invoice.event)
    assert event.body["files"] == [
        {
            "id": str(invoice.id),
            "kind": "invoice",
            "media": "application/pdf",
            "size": len(files.pdf),
            "sha256": hashlib.sha256(files.pdf).hexdigest(),
        }
    ]
    assert event.body["file_names"] == ["bill.pdf"]


def test_an_action_without_files_says_nothing_of_them(filed, sent):
    filed.perform(sent, "hand_over")

    assert not {"files", "file_names"} & filed.history(sent)[-1].body.keys()


def test_every_problem_of_every_file_is_told_at_once(filed, sent, files, lying):
    uploads = [
        Upload("image", "van.jpg", files.jpeg[:40]),
        Upload("invoice", "bill.pdf", files.pdf),
        Upload("invoice", "again.pdf", files.pdf),
        Upload("image", "plan.pdf", files.pdf),
        Upload("video", "van.mp4", b"..."),
    ]

    with pytest.raises(Refused) as caught:
        filed.perform(sent, "hand_over", files=uploads)

    assert codes(caught) == [
        ("files[0]", "attachment.unreadable"),
        ("files[2]", "attachment.too_many"),
        ("files[3]", "attachment.media"),
        ("files[4]", "attachment.kind"),
    ]
    assert attached(filed, sent) == ()
    assert lying() == []


def test_a_fourth_image_is_refused_with_the_limit(filed, sent, files):
    image = Upload("image", "van.jpg", files.jpeg)

    with pytest.raises(Refused) as caught:
        filed.perform(sent, "hand_over", files=[image] * 4)

    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("files[3]", "attachment.too_many")
    assert problem.message == "Images: this would be number 4 of at most 3. To go on, leave it out."


def test_every_performance_of_an_action_has_room_of_its_own(filed, sent, files):
    image = Upload("image", "van.jpg", files.jpeg)
    after = filed.perform(sent, "hand_over", files=[image] * 3)

    filed.perform(after, "hand_over", files=[image] * 3)

    assert len(attached(filed, sent)) == 6


def test_what_was_attached_by_hand_is_in_no_actions_way(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)
    with filed.desk() as desk:
        desk.attach(sent, bill)

    filed.perform(sent, "hand_over", files=bill)

    assert [one.action for one in attached(filed, sent)] == ["", "hand_over"]


def test_each_action_has_room_of_its_own(filed, sent, files):
    image = Upload("image", "van.jpg", files.jpeg)
    after = filed.perform(sent, "hand_over", files=[image] * 3)

    filed.perform(after, "weigh", files=image)

    assert [one.action for one in attached(filed, sent)] == ["hand_over"] * 3 + ["weigh"]


def test_an_action_that_takes_no_files_refuses_them(filed, sent, files):
    with pytest.raises(Refused) as caught:
        filed.perform(sent, "finish", files=Upload("image", "van.jpg", files.jpeg))

    assert codes(caught) == [("files[0]", "attachment.kind")]
    assert "attach it by hand" in caught.value.problems[0].message


def test_nothing_is_opened_for_whoever_may_not_do_it(filed, sent, files, monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    viewer = filed.actor("toy.viewer")

    with pytest.raises(Forbidden), filed.desk(viewer) as desk:
        desk.perform(sent, "hand_over", files=Upload("image", "van.jpg", files.jpeg))


def test_more_files_than_there_is_room_for_are_not_opened(filed, sent, files, monkeypatch):
    opened, real = [], Image.open
    monkeypatch.setattr(Image, "open", lambda *a, **k: opened.append(1) or real(*a, **k))

    with pytest.raises(Refused) as caught:
        filed.perform(sent, "hand_over", files=[Upload("image", "a.jpg", files.jpeg)] * 50)

    assert len(opened) == 3
    assert len(caught.value.problems) == 47


@pytest.mark.parametrize("given", [7, ["van.jpg"], "van.jpg"])
def test_what_is_no_upload_is_refused(filed, sent, given):
    with pytest.raises(Refused) as caught:
        filed.perform(sent, "hand_over", files=given)

    assert caught.value.problems[0].code == "input.unfit"


def test_a_preview_looks_at_the_files_and_keeps_none(filed, sent, files, lying):
    good, bad = Upload("image", "a.jpg", files.jpeg), Upload("image", "a.svg", b"<svg/>")

    with filed.reader() as reader:
        allowed = reader.preview(sent, "hand_over", files=good)
        refused = reader.preview(sent, "hand_over", files=[good, bad])

    assert allowed.allowed
    assert [one.field for one in refused.problems] == ["files[1]"]
    assert lying() == []


def test_the_tenants_own_caps_hold(filed, sent, files):
    with filed.desk() as desk:
        desk.admin.set("core", {"attachment_most_megapixels": 1, "attachment_most_megabytes": 1})
    large = files.drawn("PNG", size=(1001, 1000))

    with pytest.raises(Refused) as caught:
        filed.perform(
            sent,
            "hand_over",
            files=[
                Upload("image", "a.png", large),
                Upload("invoice", "a.pdf", files.pdf + bytes(1_000_000)),
            ],
        )

    assert codes(caught) == [
        ("files[0]", "attachment.too_many_pixels"),
        ("files[1]", "attachment.too_big"),
    ]


def test_a_guard_sees_the_files_that_come_with_an_action(make_filed, make_module, files):
    def check_action(action, files):
        if action.name == "weigh" and files is not None and not files:
            return Problem("proof.missing", "Nobody saw it. To weigh it, show a picture.", "files")

    filed = make_filed(make_module("proof", check_action=check_action))
    order = filed.perform(filed.place(), "send")

    with filed.reader() as reader:
        explained = {view.action.name: view.allowed for view in reader.explain(order)}
    with pytest.raises(Refused) as caught:
        filed.perform(order, "weigh")
    filed.perform(order, "weigh", files=Upload("image", "scale.jpg", files.jpeg))

    assert explained["weigh"]
    assert codes(caught) == [("files", "proof.missing")]
    assert filed.names(order)[-1] == "weigh"
