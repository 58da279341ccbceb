"""Files attached to orders without any action: the outlet's kinds are the outlet's."""

from io import BytesIO

import pytest
from PIL import Image

from orderloom import Forbidden, Refused, Upload

PDF = b"%PDF-1.4\n%%EOF\n"


def invoice(name="bill.pdf"):
    return Upload("invoice", name, PDF)


def image(name="van.png"):
    file = BytesIO()
    Image.new("RGB", (4, 3)).save(file, "PNG")
    return Upload("image", name, file.getvalue())


def refusal(market, by, order, *files):
    with market.desk(by) as desk, pytest.raises(Refused) as caught:
        desk.attach(order.ref, list(files))
    return caught.value


def test_an_order_holds_one_invoice_by_hand_whoever_brings_it(market):
    order = market.do(market.in_status("accepted"), "complete", files=[invoice()])

    for role in ("outlet_admin", "outlet_manager", "outlet_orderer", "outlet_receiver"):
        told = refusal(market, market.who(role, "cafe"), order, invoice("more.pdf"))

        assert told.codes == ("attachment.too_many",)
        assert "1 there already" in str(told)


def test_what_is_there_is_named_only_to_those_who_may_see_it(market):
    order = market.do(market.in_status("accepted"), "complete", files=[invoice()])

    admin = refusal(market, market.who("outlet_admin", "cafe"), order, invoice("x.pdf"))
    receiver = refusal(market, market.who("outlet_receiver", "cafe"), order, invoice("x.pdf"))

    assert "(1 there already: bill.pdf)" in str(admin)
    assert "(1 there already)" in str(receiver)


def test_an_order_holds_three_images_by_hand(market):
    order = market.do(market.in_status("accepted"), "complete", files=[image()] * 2)
    admin = market.who("outlet_admin", "cafe")
    with market.desk(admin) as desk:
        desk.attach(order.ref, image("crate.png"))

    told = refusal(market, market.who("outlet_receiver", "cafe"), order, image())

    assert "number 4 of at most 3" in str(told)
    assert market.do(order, "dispute", files=[image()] * 3).status == "in_dispute"


def test_the_supplier_attaches_no_invoice_of_the_outlet(market):
    order = market.in_status("accepted")
    by = market.who("supplier_admin", "dairy")

    told = refusal(market, by, order, invoice(), image())
    with market.desk(by) as desk:
        desk.attach(order.ref, Upload("file", "bill.pdf", PDF))

    assert isinstance(told, Forbidden)
    assert told.codes == ("right.side", "right.side")
    assert "only the Outlet may attach one" in str(told)


def test_nothing_of_a_delivery_is_attached_to_an_abandoned_order(market):
    order = market.in_status("abandoned")

    told = refusal(market, market.who("outlet_admin", "cafe"), order, image(), invoice())

    assert told.codes == ("attachment.dropped", "attachment.dropped")


def test_finance_can_tell_which_invoice_came_with_the_confirmation(market):
    order = market.in_status("accepted")
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        desk.attach(order.ref, invoice("early.pdf"))
    market.do(order, "complete", files=[invoice("paper.pdf")])

    with market.reader(market.who("outlet_finance", "cafe")) as reader:
        found = {one.name: one.action for one in reader.attachments(order.ref)}

    assert found == {"early.pdf": "", "paper.pdf": "complete"}
