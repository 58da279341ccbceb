"""A receiver confirms deliveries without seeing what they cost."""

from __future__ import annotations

import pytest

from orderloom import Forbidden, Query, Refused, SetLine
from orderloom.orders import codec
from orderloom_supplier import ORDER_TYPE
from orderloom_supplier.rights import OUTLET_RECEIVER, OUTLET_SUBSCRIBER, PRICES, ROLES


@pytest.fixture
def receiver(market):
    return market.who("outlet_receiver", "cafe")


def test_every_role_that_sees_anything_but_the_receiver_sees_prices():
    seeing = [role for role in ROLES if role.permissions]

    assert {role.key for role in seeing if PRICES not in role.permissions} == {OUTLET_RECEIVER}
    assert OUTLET_SUBSCRIBER in {role.key for role in ROLES}


def test_a_receiver_completes_an_order_without_seeing_a_price(market, receiver):
    order = market.do(market.order(), "accept")

    with market.desk(receiver) as desk:
        seen = desk.get(order.ref)
        done = desk.perform(seen, "complete", {"note": "all there", "exclude": [2]})
        history = codec.dumps(codec.to_plain(desk.history(order)))

    assert (done.status, done.hidden) == ("completed", ("prices",))
    assert "totals" not in codec.to_plain(done)
    assert not any(word in history for word in ('"price"', '"total', '"tax', "20.40"))
    whole = market.now(order)
    assert str(whole.totals) == str(order.totals)
    assert [line.happened("received") for line in whole.lines] == [12, 0]


def test_a_receiver_has_the_notes_of_deliveries_and_no_purchase_order(market, receiver):
    order = market.do(market.do(market.order(), "accept"), "complete")
    with market.desk(market.who("supplier_manager", "dairy")) as desk:
        desk.issue(order.ref, "supplier.delivery_note")

    with market.reader(receiver) as reader:
        (issued,) = reader.documents(order)
        note = reader.render(issued, "text").content.decode()
        receipt = reader.draft(order, "supplier.goods_receipt", "text").content.decode()
        for document in ("supplier.purchase_order", "supplier.ubl_order"):
            with pytest.raises(Forbidden) as refused:
                reader.draft(order, document)
            assert refused.value.codes == ("document.hidden",)

    assert "Milk" in note
    assert "Milk" in receipt


def test_a_receiver_filters_by_no_total_and_sets_no_price(market, receiver):
    order = market.order()

    with market.reader(receiver) as reader, pytest.raises(Forbidden):
        reader.find(Query(type=ORDER_TYPE, total_from=1))
    with market.desk(receiver) as desk, pytest.raises(Refused) as refused:
        desk.edit(order.ref, SetLine(line=1, price="1"))

    assert "field.hidden" in refused.value.codes


def test_a_supplier_and_an_orderer_see_prices_as_ever(market):
    order = market.order()

    for role, party in (("supplier_manager", "dairy"), ("outlet_orderer", "cafe")):
        with market.reader(market.who(role, party)) as reader:
            assert reader.get(order.ref).totals == order.totals
