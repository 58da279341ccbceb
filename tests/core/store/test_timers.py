"""Timers fall due, once."""

from datetime import UTC, datetime, timedelta

import pytest

from orderloom.store import subjects, timers
from orderloom.store.timers import DueTimer

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ref(connection, tenant, make_order, make_row):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    return order.ref


def test_a_timer_is_due_from_its_instant_on(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)

    early = timers.due_timers(connection, tenant, NOW - timedelta(microseconds=1))
    on_time = timers.due_timers(connection, tenant, NOW)

    assert (early, on_time) == ((), (DueTimer(ref, "expire", NOW),))


def test_the_longest_overdue_come_first_up_to_the_limit(connection, tenant, ref):
    for hours, name in ((3, "c"), (1, "a"), (2, "b")):
        timers.set_timer(connection, tenant, ref, name, NOW + hours * HOUR)

    found = timers.due_timers(connection, tenant, NOW + 9 * HOUR, limit=2)

    assert [due.timer for due in found] == ["a", "b"]


def test_setting_a_timer_again_replaces_it(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)

    timers.set_timer(connection, tenant, ref, "expire", NOW + HOUR)

    assert timers.due_timers(connection, tenant, NOW) == ()


def test_a_cleared_timer_is_not_due(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)

    timers.clear_timer(connection, tenant, ref, "expire")

    assert timers.due_timers(connection, tenant, NOW) == ()


def test_a_due_timer_is_taken_once(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)
    (due,) = timers.due_timers(connection, tenant, NOW)

    taken = [timers.take(connection, tenant, due) for _ in range(2)]

    assert taken == [True, False]


def test_a_timer_set_anew_meanwhile_is_not_taken(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)
    (due,) = timers.due_timers(connection, tenant, NOW)
    timers.set_timer(connection, tenant, ref, "expire", NOW + HOUR)

    assert not timers.take(connection, tenant, due)


def test_a_due_timer_is_put_off(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)
    (due,) = timers.due_timers(connection, tenant, NOW)

    assert timers.postpone(connection, tenant, due, NOW + HOUR)

    assert timers.due_timers(connection, tenant, NOW) == ()
    assert timers.due_timers(connection, tenant, NOW + HOUR) == (
        DueTimer(ref, "expire", NOW + HOUR),
    )


def test_a_timer_cleared_meanwhile_is_not_put_off(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)
    (due,) = timers.due_timers(connection, tenant, NOW)
    timers.clear_timer(connection, tenant, ref, "expire")

    assert not timers.postpone(connection, tenant, due, NOW + HOUR)
    assert timers.due_timers(connection, tenant, NOW + HOUR) == ()


def test_a_due_timer_stands_until_it_is_set_anew(connection, tenant, ref):
    timers.set_timer(connection, tenant, ref, "expire", NOW)
    (due,) = timers.due_timers(connection, tenant, NOW)

    before = timers.stands(connection, tenant, due)
    timers.set_timer(connection, tenant, ref, "expire", NOW + HOUR)

    assert (before, timers.stands(connection, tenant, due)) == (True, False)
