from datetime import date

import pytest

from orderloom import RecordQuantity, Refused, SetOrder
from orderloom_supplier import (
    AcceptAndSchedule,
    SupplierData,
    accepted_of,
    is_struck,
    progress,
)
from orderloom_supplier.checking import action_problems
from orderloom_supplier.lifecycle import ORDERS
from orderloom_supplier.rights import SCHEDULE


def test_accepting_takes_the_whole_order_on(market):
    order = market.do(market.order(), "accept", {"note": "With pleasure."})

    assert order.status == "accepted"
    assert [str(line.happened("accepted")) for line in order.lines] == ["12", "2"]


def test_a_struck_line_stays_on_the_order_with_nothing_accepted(market):
    order = market.do(market.order(), "accept", {"strike": [2]})

    milk, bread = order.lines
    assert order.status == "partially_accepted"
    assert (str(bread.quantity), str(bread.happened("accepted"))) == ("2", "0")
    assert (is_struck(order, milk), is_struck(order, bread)) == (False, True)


def test_a_reduced_line_is_accepted_in_part(market):
    order = market.do(market.order(), "accept", {"reduce": [{"line": 1, "quantity": "6"}]})

    assert order.status == "partially_accepted"
    assert [str(one) for one in accepted_of(order).values()] == ["6", "2"]


def test_the_sums_stay_those_of_what_was_ordered(market):
    order = market.do(market.order(), "accept", {"strike": [2]})

    assert str(order.totals.total) == "20.40 EUR"  # 12 × 1.20 + 2 × 3.00


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"strike": [1, 2]}, ("supplier.accept.nothing_kept",)),
        ({"strike": [3]}, ("supplier.line.unknown",)),
        ({"strike": [0]}, ("supplier.line.unknown",)),
        ({"strike": [1, 1]}, ("supplier.line.twice",)),
        ({"strike": [1], "reduce": [{"line": 1, "quantity": 6}]}, ("supplier.line.twice",)),
        ({"reduce": [{"line": 9, "quantity": 6}]}, ("supplier.line.unknown",)),
        ({"reduce": [{"line": 1, "quantity": 12}]}, ("supplier.accept.quantity",)),
        ({"reduce": [{"line": 1, "quantity": 13}]}, ("supplier.accept.quantity",)),
        ({"reduce": [{"line": 1, "quantity": 0}]}, ("supplier.accept.quantity",)),
        ({"reduce": [{"line": 1, "quantity": -1}]}, ("supplier.accept.quantity",)),
        ({"strike": [2, 3]}, ("supplier.line.unknown",)),
    ],
)
def test_what_is_no_answer_to_the_order_is_refused(market, options, codes):
    order = market.order()

    with pytest.raises(Refused) as refused:
        market.do(order, "accept", options)

    assert refused.value.codes == codes
    assert market.now(order) == order


def test_a_quantity_that_is_no_number_is_refused_with_its_place(market):
    order = market.order()

    with pytest.raises(Refused) as refused:
        market.do(order, "accept", {"reduce": [{"line": 1, "quantity": "some"}]})

    assert [one.field for one in refused.value.problems] == ["reduce[0].quantity"]


def test_accepting_and_scheduling_are_one_step(market):
    options = {"strike": [1], "tomorrow": True}

    order = market.do(market.order(), "accept_and_schedule", options)

    assert order.status == "scheduled"
    assert [str(one) for one in accepted_of(order).values()] == ["0", "2"]


def test_accepting_and_scheduling_says_all_that_is_wrong_at_once(market):
    order = market.order()

    with pytest.raises(Refused) as refused:
        market.do(order, "accept_and_schedule", {"strike": [7], "on": "2026-06-30"})

    assert refused.value.codes == ("supplier.line.unknown", "supplier.schedule.past")


def test_what_a_supplier_enters_for_an_outlet_is_accepted_whole(market):
    order = market.order(action="place_on_behalf")

    assert order.status == "accepted"
    assert order.number.startswith("PO-2026-")
    assert [str(one) for one in accepted_of(order).values()] == ["12", "2"]


@pytest.mark.parametrize("name", ["accepted", "received"])
@pytest.mark.parametrize("who", ["outlet", "house"])
def test_what_becomes_of_an_order_cannot_be_edited_in(market, who, name):
    order = market.order()
    by = market.who("outlet_admin", "cafe") if who == "outlet" else market.house

    with market.desk(by) as desk, pytest.raises(Refused) as refused:
        desk.edit(order, RecordQuantity(1, name, 12))

    assert refused.value.codes == ("supplier.order.forged",)


def test_an_outlet_cannot_edit_in_a_whole_acceptance_or_schedule(market):
    order = market.order()
    forged = SupplierData(
        order=order.id, accepted_on=date(2026, 7, 1), scheduled_for=date(2026, 7, 2)
    )

    with market.desk(market.who("outlet_admin", "cafe")) as desk, pytest.raises(Refused) as refused:
        desk.edit(order, [RecordQuantity(1, "accepted", 12), SetOrder(data=forged)])

    assert refused.value.codes == ("supplier.order.forged",)


def test_the_days_of_acceptance_and_receipt_are_kept(market):
    order = market.do(market.order(), "accept")
    market.clock.move(days=2)

    completed = market.do(order, "complete")

    days = progress(completed)
    assert (days.accepted_on, days.received_on) == (date(2026, 7, 1), date(2026, 7, 3))


class _Without:
    """A reading of somebody who lacks one permission."""

    def __init__(self, reading, permission):
        self._reading, self._permission = reading, permission

    def __getattr__(self, name):
        return getattr(self._reading, name)

    def scopes(self, permission):
        return () if permission == self._permission else self._reading.scopes(permission)


def test_to_accept_and_schedule_takes_the_right_to_schedule_too(market):
    order = market.order()
    accept = ORDERS.action("accept_and_schedule")

    with market.reader(market.who("supplier_manager", "dairy")) as reader:
        options, clerk = AcceptAndSchedule(tomorrow=True), _Without(reader.reading, SCHEDULE)
        lacking = [one.code for one in action_problems(accept, order, options, clerk)]
        held = [*action_problems(accept, order, options, reader.reading)]

    assert (lacking, held) == (["right.missing"], [])
