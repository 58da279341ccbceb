"""The images of a dispute, as the supplier gets them.

Source: systems.md 1.1 (dispute: the supplier is e-mailed with them).
"""

from io import BytesIO

import attrs
import pytest
from PIL import Image

from orderloom import Recipient, Upload
from orderloom.testing import Mailbox
from orderloom.worker import Worker
from orderloom_supplier.demo.cast import shipped

SUPPLIER = {
    "desk@dairy.example", "supplier_admin@dairy.example", "supplier_manager@dairy.example",
}  # fmt: skip


@pytest.fixture
def mailed(market, tmp_path):
    """The files of each mail whose subject has some words, by address."""
    with market.desk() as desk:
        desk.admin.set("core", {"mail_folder": str(tmp_path / "mail")})

    def read(words):
        Worker(market.loom).once(tenant=market.tenant)
        return {one.to: one.attachments for one in Mailbox(tmp_path / "mail")
                if words in one.subject}  # fmt: skip

    return read


def _photo():
    file = BytesIO()
    Image.new("RGB", (40, 30), (90, 60, 30)).save(file, "JPEG")
    return file.getvalue()


def test_the_images_of_a_dispute_are_mailed_to_its_supplier(market, mailed):
    files = [Upload("image", "sour.jpg", _photo()), Upload("image", "c.png", shipped("crate.png"))]

    order = market.do(market.in_status("completed"), "dispute", files=files)

    with market.reader() as reader:
        kept = {one.name: reader.file(one) for one in reader.attachments(order)}
    assert kept["sour.jpg"].startswith(b"\xff\xd8\xff")
    told = mailed("disputes it")
    assert set(told) == SUPPLIER
    assert all(dict(one) == kept for one in told.values())


def test_those_who_pay_are_told_of_the_dispute_without_them(market, mailed):
    image = Upload("image", "sour.jpg", _photo())

    market.do(market.in_status("completed"), "dispute", files=image)

    assert mailed("hold the payment") == {"outlet_finance@cafe.example": ()}


def test_a_picture_that_shows_prices_goes_to_nobody_who_may_not_see_them(
    market, mailed, monkeypatch
):
    """As if a module mailed the files of a delivery to everybody at the outlet."""
    with market.reader() as reader:
        told = reader.assembly.notifications
    everybody = [Recipient(user=f"{role}.cafe") for role in ("outlet_receiver", "outlet_admin")]
    changed = attrs.evolve(
        told["supplier.complete_finance"],
        recipients=lambda *_: everybody,
        files=("image", "invoice"),
    )
    monkeypatch.setitem(told, changed.key, changed)
    files = [Upload("image", "van.jpg", _photo()), Upload("invoice", "paper.jpg", _photo())]

    market.do(market.in_status("accepted"), "complete", files=files)

    names = {to: {name for name, _ in files} for to, files in mailed("it may be paid").items()}
    assert names == {
        "outlet_admin@cafe.example": {"van.jpg", "paper.jpg"},
        "outlet_receiver@cafe.example": {"van.jpg"},
    }
