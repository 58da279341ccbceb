from datetime import date, time

import pytest

from orderloom import Delivery, Refused, SetOrder
from orderloom_supplier import Terms, set_terms


@pytest.fixture
def dairy_until_eleven(market):
    """The dairy delivers on workdays, what was ordered by 11 the day before; it is noon."""
    with market.desk() as desk:
        set_terms(desk, "dairy", Terms(cut_off=time(11), days={0, 1, 2, 3, 4}))
    return market


def _wanted(day):
    return Delivery(on=date.fromisoformat(day))


def test_a_day_past_the_cut_off_is_refused_with_the_next_one_there_is(dairy_until_eleven):
    with pytest.raises(Refused) as refused:
        dairy_until_eleven.order(delivery=_wanted("2026-07-02"))

    assert str(refused.value.problems[0]) == (
        "delivery.on: Sample Dairy takes orders for 2026-07-02 until 11:00 on 2026-07-01. To "
        "order it, ask for 2026-07-03 or later."
    )


def test_a_day_the_supplier_does_not_deliver_is_refused_with_the_next(dairy_until_eleven):
    with pytest.raises(Refused) as refused:
        dairy_until_eleven.order(delivery=_wanted("2026-07-04"))

    (problem,) = refused.value.problems
    assert (problem.code, dict(problem.params)["next"]) == (
        "supplier.delivery.no_delivery",
        "2026-07-06",
    )


def test_a_day_that_keeps_the_cut_off_is_taken(dairy_until_eleven):
    order = dairy_until_eleven.order(delivery=_wanted("2026-07-03"))

    assert order.status == "pending"


def test_the_cut_off_does_not_bind_the_supplier_himself(dairy_until_eleven):
    order = dairy_until_eleven.order(action="place_on_behalf", delivery=_wanted("2026-07-02"))

    assert order.status == "accepted"


def test_without_terms_a_day_that_is_past_is_refused(market):
    with pytest.raises(Refused) as refused:
        market.order(delivery=_wanted("2026-06-30"))

    assert refused.value.codes == ("supplier.delivery.past",)


def test_another_day_is_checked_when_it_is_edited_in_and_an_old_one_is_not(dairy_until_eleven):
    market = dairy_until_eleven
    order = market.order(delivery=_wanted("2026-07-03"))
    market.clock.move(days=1)

    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        kept = desk.edit(order.ref, SetOrder(remarks="Back door"))
        with pytest.raises(Refused) as refused:
            desk.edit(order.ref, SetOrder(delivery=_wanted("2026-07-04")))

    assert kept.remarks == "Back door"
    assert refused.value.codes == ("supplier.delivery.cut_off",)
