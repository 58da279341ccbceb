from datetime import UTC, date, datetime, time

import pytest

from orderloom import Refused
from orderloom_supplier import Terms, progress, set_terms, terms_of
from orderloom_supplier.terms.days import cut_off_of, days_of, first_day, next_day

WORKDAYS = Terms(cut_off=time(14, 30), days={0, 1, 2, 3, 4})


@pytest.mark.parametrize(
    ("options", "day"),
    [({"tomorrow": True}, date(2026, 7, 2)), ({"on": "2026-07-01"}, date(2026, 7, 1)),
     ({"on": "2026-12-24"}, date(2026, 12, 24))],
)  # fmt: skip
def test_a_delivery_is_scheduled_for_tomorrow_or_a_day_from_today_on(market, options, day):
    order = market.do(market.in_status("accepted"), "schedule", options)

    assert (order.status, progress(order).scheduled_for) == ("scheduled", day)


def test_what_was_accepted_in_part_can_be_scheduled_too(market):
    order = market.do(market.in_status("partially_accepted"), "schedule", {"tomorrow": True})

    assert order.status == "scheduled"


def test_a_scheduled_delivery_gets_another_day(market):
    order = market.do(market.in_status("scheduled"), "reschedule", {"on": "2026-07-09"})

    assert (order.status, progress(order).scheduled_for) == ("scheduled", date(2026, 7, 9))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (None, "supplier.schedule.day"),
        ({"tomorrow": True, "on": "2026-07-02"}, "supplier.schedule.day"),
        ({"on": "2026-06-30"}, "supplier.schedule.past"),
    ],
)
def test_a_day_that_is_missing_double_or_past_is_refused(market, options, code):
    order = market.in_status("accepted")

    with pytest.raises(Refused) as refused:
        market.do(order, "schedule", options)

    assert refused.value.codes == (code,)


def test_a_delivery_is_not_moved_to_the_day_it_has(market):
    order = market.in_status("scheduled")

    with pytest.raises(Refused) as refused:
        market.do(order, "reschedule", {"on": "2026-07-01"})

    assert refused.value.codes == ("supplier.schedule.same_day",)


def test_tomorrow_and_today_are_those_of_the_tenants_zone(open_market):
    market = open_market("Pacific/Auckland")  # noon in UTC is midnight there
    order = market.in_status("accepted")

    scheduled = market.do(order, "schedule", {"tomorrow": True})
    with pytest.raises(Refused) as refused:
        market.do(scheduled, "reschedule", {"on": "2026-07-01"})

    assert progress(scheduled).scheduled_for == date(2026, 7, 3)
    assert refused.value.codes == ("supplier.schedule.past",)


def test_a_day_without_delivery_is_refused_with_the_next_one_there_is(market):
    with market.desk() as desk:
        set_terms(desk, "dairy", WORKDAYS)
    order = market.in_status("accepted")

    with pytest.raises(Refused) as refused:
        market.do(order, "schedule", {"on": "2026-07-04"})

    assert str(refused.value.problems[0]) == (
        "on: 2026-07-04 is a Saturday, and Sample Dairy delivers on Monday, Tuesday, Wednesday, "
        "Thursday, Friday. To schedule it, choose 2026-07-06 or another of these days."
    )


def _at(hour, minute, day=1):
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (_at(14, 30), date(2026, 7, 2)),  # just in time for Thursday
        (_at(14, 31), date(2026, 7, 3)),  # too late: Friday
        (_at(14, 31, day=2), date(2026, 7, 6)),  # too late for Friday: Monday
        (_at(9, 0, day=3), date(2026, 7, 6)),  # on Friday for Saturday, which is none
    ],
)
def test_the_cut_off_moves_the_first_day(now, first):
    assert first_day(WORKDAYS, now) == first


def test_without_a_cut_off_the_first_day_is_today():
    assert first_day(Terms(), _at(23, 59)) == date(2026, 7, 1)


def test_a_delivery_day_is_its_own_next_day():
    assert next_day(WORKDAYS, date(2026, 7, 3)) == date(2026, 7, 3)


@pytest.mark.parametrize(
    ("raw", "days"), [(["mon", "Thursday"], {0, 3}), ([], set(range(7))), ([" FRI "], {4})]
)
def test_weekdays_are_read_by_their_names(raw, days):
    assert days_of(raw) == days


@pytest.mark.parametrize("raw", ["sunnyday", "x", "mo"])
def test_what_is_no_weekday_is_refused(raw):
    with pytest.raises(Refused) as refused:
        days_of([raw])

    assert refused.value.codes == ("supplier.terms.weekday",)


@pytest.mark.parametrize("raw", ["25:00", "noon", "14", "14:60"])
def test_what_is_no_time_of_day_is_refused(raw):
    with pytest.raises(Refused) as refused:
        cut_off_of(raw)

    assert refused.value.codes == ("supplier.terms.cut_off",)


def test_the_terms_are_kept_and_replaced(market):
    with market.desk(market.who("supplier_admin", "dairy")) as desk:
        set_terms(desk, "dairy", WORKDAYS)
        set_terms(desk, "dairy", Terms(days={6}))

    with market.reader() as reader:
        assert terms_of(reader.reading, "dairy") == Terms(days={6})
        assert terms_of(reader.reading, "bakery") == Terms()
