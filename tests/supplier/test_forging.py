"""What only this module writes on an order: nobody else can."""

from datetime import date
from uuid import uuid4

import attrs
import pytest

from orderloom import NewLine, NewOrder, Refused, SetLine, SetOrder
from orderloom_invoicing import handed_over
from orderloom_supplier import ORDER_TYPE, Dropped, ReorderData, SupplierData, reorder

DROPPED = Dropped(position=1, name="Milk", reason="It was sour.")
REMEDY = (
    "Only a reorder says which order it repeats. To order one again, perform its action reorder "
    "(orderloom supplier reorder ORDER); to go on here, leave that out."
)


def _refused(market, work):
    with market.desk(market.who("outlet_admin", "cafe")) as desk, pytest.raises(Refused) as refused:
        work(desk)
    return [(one.code, one.field, one.message) for one in refused.value.problems]


def _placing(data, supplier="dairy", lines=(("milk", "12"), ("bread", "2"))):
    new = NewOrder(
        ORDER_TYPE,
        buyer="cafe",
        seller=supplier,
        lines=[NewLine("", quantity, product=product) for product, quantity in lines],
        data=(data,),
    )
    return lambda desk: desk.place(new)


def _claim(order, **changes):
    return attrs.evolve(ReorderData(of=order.id, number=order.number), **changes)


@pytest.mark.parametrize(
    "changes", [{"number": "PO-FAKE"}, {"dropped": (DROPPED,)}, {"of": uuid4()}]
)
def test_a_reorder_that_never_was_is_refused(market, changes):
    order = market.in_status("completed")

    problems = _refused(market, _placing(_claim(order, **changes)))

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]


def test_other_lines_than_those_that_would_be_ordered_again_are_refused(market):
    order = market.in_status("completed")

    problems = _refused(market, _placing(_claim(order), lines=(("milk", "600"),)))

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]


def test_the_order_of_another_supplier_is_not_repeated(market):
    order = market.in_status("completed")

    problems = _refused(market, _placing(_claim(order), supplier="bakery"))

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]


def test_the_order_of_another_outlet_is_refused_like_one_that_is_not_there(market):
    foreign = market.order(outlet="bistro")
    nobodys = attrs.evolve(foreign, id=uuid4())

    told = [_refused(market, _placing(_claim(one))) for one in (foreign, nobodys)]

    assert told[0] == told[1] == [("supplier.reorder.forged", "data", REMEDY)]


def test_an_invoice_is_not_repeated(market):
    order = market.do(market.order(), "accept")
    with market.reader() as reader:
        invoice = handed_over(order, reader.reading).invoice

    problems = _refused(market, _placing(ReorderData(of=invoice, number="")))

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]


def test_an_edit_does_not_say_so_either(market):
    done, order = market.in_status("completed"), market.order()

    problems = _refused(market, lambda desk: desk.edit(order, SetOrder(data=_claim(done))))

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]


def test_a_reorder_keeps_what_it_says_of_itself(market):
    order = market.in_status("completed")
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        made = reorder(desk, order)

    problems = _refused(
        market, lambda desk: desk.edit(made, SetOrder(data=_claim(order, number="PO-FAKE")))
    )
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        changed = desk.edit(made, [SetLine(line=1, quantity=24), SetOrder(remarks="Ring")])

    assert problems == [("supplier.reorder.forged", "data", REMEDY)]
    assert changed.data[ReorderData] == _claim(order)


def test_a_reorder_that_waited_takes_effect_though_the_list_has_changed(market):
    order = market.in_status("completed")
    market.held()  # from now on whatever the manager orders waits
    market.sell(product="milk", available=False)
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        made = reorder(desk, order)
    market.sell(product="milk", pack="6", least="6")

    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        approved = desk.approve(made.ref)

    assert (made.status, approved.status) == ("needs_approval", "pending")
    assert [one.name for one in approved.data[ReorderData].dropped] == ["Milk"]


@pytest.mark.parametrize("own", [True, False])
def test_how_far_a_delivery_is_cannot_be_placed(market, own):
    order = market.in_status("completed")
    data = SupplierData(order=order.id if own else uuid4(), accepted_on=date(2026, 7, 1))

    problems = _refused(market, _placing(data))

    assert problems == [
        (
            "supplier.order.forged",
            "data",
            "What becomes of an order is stated by its actions. To place it, leave that out.",
        )
    ]


def test_what_is_said_of_another_order_cannot_be_edited_in(market):
    order = market.order()
    data = SupplierData(order=uuid4(), accepted_on=date(2026, 7, 1))

    problems = _refused(market, lambda desk: desk.edit(order, SetOrder(data=data)))

    assert [code for code, *_ in problems] == ["supplier.order.forged"]


def test_a_copy_is_no_reorder_and_nothing_has_become_of_it(market):
    order = market.in_status("completed_after_dispute")
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        again = reorder(desk, order)
        copies = [desk.copy(one) for one in (order, again)]

    assert SupplierData in order.data
    assert ReorderData in again.data
    assert [one.status for one in copies] == ["pending", "pending"]
    assert [list(one.data) for one in copies] == [[], []]


def test_a_reorder_of_a_reorder_repeats_the_last_one(market):
    order = market.in_status("completed")
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        first = reorder(desk, order)
    for action in ("accept", "complete"):
        first = market.do(first, action)
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        second = reorder(desk, first)

    assert second.data[ReorderData] == _claim(first)
    assert list(second.data) == ["supplier.reorder"]
