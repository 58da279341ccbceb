import pytest

from orderloom import Forbidden, Money, Refused, Scope
from orderloom_supplier import ReorderData, latest_reorder, reorder


def _reorder(market, order, by=None):
    with market.desk(by or market.who("outlet_orderer", "cafe")) as desk:
        return reorder(desk, order)


@pytest.mark.parametrize("status", ["completed", "completed_after_dispute"])
def test_a_reorder_is_a_new_order_with_the_same_items(market, status):
    order = market.in_status(status)

    made = _reorder(market, order)

    assert (made.status, made.id != order.id, made.number != order.number) == (
        "pending", True, True,
    )  # fmt: skip
    assert [(line.product, str(line.quantity)) for line in made.lines] == [
        ("milk", "12"), ("bread", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["completed", "completed_after_dispute"])
def test_the_source_stays_as_it_is_to_the_last_event(market, status):
    order = market.in_status(status)
    with market.reader() as reader:
        told = reader.history(order)

    market.clock.move(days=1)
    _reorder(market, order)

    with market.reader() as reader:
        assert (reader.get(order.ref), reader.history(order)) == (order, told)


def test_the_new_order_says_which_one_it_repeats(market):
    order = market.in_status("completed")

    made = _reorder(market, order)

    assert made.data[ReorderData].of == order.id
    assert made.data[ReorderData].number == order.number


def test_prices_are_those_of_today(market):
    order = market.in_status("completed")
    market.sell(product="milk", price="1.50", pack="6", least="6")

    made = _reorder(market, order)

    assert str(made.totals.total) == "24.00 EUR"  # 12 × 1.50 + 2 × 3.00
    assert str(market.now(order).totals.total) == "20.40 EUR"


def test_what_cannot_be_had_any_more_is_dropped_and_told(market):
    order = market.in_status("completed")
    market.sell(product="milk", available=False)

    made = _reorder(market, order)

    (dropped,) = made.data[ReorderData].dropped
    assert [line.product for line in made.lines] == ["bread"]
    assert (dropped.position, dropped.name) == (1, "Milk")
    assert dropped.reason.startswith("Milk is not available at Sample Dairy now.")


def test_a_line_that_misses_a_new_pack_size_is_dropped_too(market):
    order = market.in_status("completed")
    market.sell(product="bread", price="3", pack="4")

    made = _reorder(market, order)

    assert [one.name for one in made.data[ReorderData].dropped] == ["Bread"]


def test_nothing_left_is_refused(market):
    order = market.in_status("completed")
    for product in ("milk", "bread"):
        market.sell(product=product, available=False)

    with pytest.raises(Refused) as refused:
        _reorder(market, order)

    assert refused.value.codes == ("supplier.reorder.nothing_left",)
    said = str(refused.value)
    assert "Line 1: Milk is not available at Sample Dairy now." in said
    assert "Line 2: Bread is not available at Sample Dairy now." in said


def test_the_plain_action_places_the_new_order_too(market):
    order = market.in_status("completed")

    with market.desk(market.who("outlet_orderer", "cafe")) as desk:
        after = desk.perform(order, "reorder")
        (made,) = desk.brought

    assert (after, made.status) == (order, "pending")
    with market.reader() as reader:
        assert latest_reorder(reader, order) == made


@pytest.mark.parametrize("status", ["declined", "abandoned"])
def test_a_dropped_order_is_ordered_again_the_same_way(market, status):
    order = market.in_status(status)

    made = _reorder(market, order)

    assert (made.status, market.now(order)) == ("pending", order)
    assert made.data[ReorderData].of == order.id


def test_an_order_under_way_cannot_be_ordered_again(market):
    with pytest.raises(Refused) as refused:
        _reorder(market, market.in_status("accepted"))

    assert refused.value.codes == ("action.illegal",)


def test_a_receiver_has_no_right_to_order_again(market):
    order = market.in_status("completed")

    with pytest.raises(Forbidden):
        _reorder(market, order, market.who("outlet_receiver", "cafe"))


def test_the_same_key_reorders_once(market):
    order = market.in_status("completed")

    made = []
    for _ in range(2):
        with market.desk(market.who("outlet_admin", "cafe")) as desk:
            made.append(reorder(desk, order.id, key="k1").id)

    assert made[0] == made[1]


def test_the_supplier_cannot_tell_that_a_reorder_waits_for_approval(market):
    order = market.in_status("completed")
    sue, manager = market.who("supplier_admin", "dairy"), market.who("outlet_manager", "cafe")
    with market.desk() as desk:
        scope = Scope("party", "cafe")
        desk.approvals.allow(
            manager.id, Money.zero("EUR"), limit="supplier.purchasing", scope=scope
        )
        grant = "supplier.supplier_admin@party:dairy"
        desk.webhooks.add("dairy", "https://8.8.8.8/hook", ["supplier.order"], grant)

    def known():
        with market.reader(sue) as reader:
            listed = reader.find().items
            return reader.get(order.ref), reader.history(order), listed, reader.count().value

    def owed():
        with market.reader() as reader:
            return [one for one in reader.deliveries("owed") if one.channel == "webhook"]

    before = known()
    market.clock.move(days=1)
    made = _reorder(market, order, manager)

    assert made.status == "needs_approval"
    assert (known(), owed()) == (before, [])
