import io

import pytest
from PIL import Image

from orderloom import Refused, Upload


def _picture(color):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(file, "PNG")
    return file.getvalue()


IMAGE = _picture("red")


def _images(count):
    return [Upload("image", f"van-{index}.png", IMAGE) for index in range(count)]


def _kept(market, order):
    with market.reader() as reader:
        return sorted((one.action, one.kind, one.name) for one in reader.attachments(order))


def test_images_an_invoice_and_a_note_come_with_a_completed_order(market):
    files = [*_images(3), Upload("invoice", "invoice.png", IMAGE)]

    order = market.do(
        market.in_status("scheduled"), "complete", {"note": "All there."}, files=files
    )

    assert _kept(market, order) == [
        ("complete", "image", "van-0.png"), ("complete", "image", "van-1.png"),
        ("complete", "image", "van-2.png"), ("complete", "invoice", "invoice.png"),
    ]  # fmt: skip
    with market.reader(market.who("supplier_manager", "dairy")) as reader:
        assert [note.text for note in reader.notes(order)] == ["All there."]


@pytest.mark.parametrize(
    ("status", "action", "files"),
    [
        ("accepted", "complete", _images(4)),
        ("completed", "dispute", _images(4)),
        ("accepted", "complete", [Upload("invoice", f"{one}.png", IMAGE) for one in "ab"]),
        ("completed", "dispute", [Upload("invoice", "a.png", IMAGE)]),
        ("accepted", "complete", [Upload("image", "van.svg", b"<svg onload='x()'/>")]),
    ],
)
def test_one_file_too_many_or_of_another_kind_is_refused_and_nothing_is_kept(
    market, status, action, files
):
    order = market.in_status(status)

    with pytest.raises(Refused):
        market.do(order, action, files=files)

    assert (market.now(order).status, _kept(market, order)) == (status, [])


def test_images_come_with_a_dispute(market):
    order = market.do(market.in_status("completed"), "dispute", files=_images(1))

    assert _kept(market, order) == [("dispute", "image", "van-0.png")]


def test_a_second_dispute_takes_three_images_again(market):
    order = market.do(market.in_status("completed"), "dispute", files=_images(3))
    order = market.do(order, "resolve")

    order = market.do(order, "dispute", files=_images(3))

    assert len(_kept(market, order)) == 6


def test_what_the_supplier_attaches_by_hand_is_not_in_the_outlets_way(market):
    order = market.in_status("scheduled")
    invoice = Upload("invoice", "invoice.png", IMAGE)
    with market.desk(market.who("supplier_manager", "dairy")) as desk:
        desk.attach(order.ref, Upload("file", "invoice.png", IMAGE))

    market.do(order, "complete", files=[invoice])

    assert [action for action, *_ in _kept(market, order)] == ["", "complete"]


def test_a_receiver_hands_the_invoice_in_and_is_not_shown_it(market):
    receiver = market.who("outlet_receiver", "cafe")
    files = [*_images(1), Upload("invoice", "invoice.png", IMAGE)]

    order = market.do(market.in_status("scheduled"), "complete", by=receiver, files=files)

    with market.reader(receiver) as reader:
        assert [one.kind for one in reader.attachments(order)] == ["image"]
    with market.reader(market.who("outlet_finance", "cafe")) as reader:
        assert [one.kind for one in reader.attachments(order)] == ["image", "invoice"]
