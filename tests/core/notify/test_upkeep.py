from __future__ import annotations

from datetime import timedelta

import pytest

from orderloom.notify import (
    DEAD,
    DONE,
    MAIL,
    OWED,
    Resting,
    counts,
    lease,
    list_deliveries,
    owe,
    purge,
    resend,
)
from orderloom.store.engine import writing


@pytest.fixture
def connection(engine, tenant, another_order):
    """A transaction in which there are two orders."""
    with writing(engine, tenant) as connection:
        yield connection


@pytest.fixture
def keeping(connection, tenant):
    """Owes deliveries in the transaction and answers them."""

    def keep(*deliveries):
        owe(connection, tenant, deliveries)
        return deliveries

    return keep


@pytest.fixture
def three(keeping, delivery, noon):
    """One of each state; what came to rest did so at noon."""
    return keeping(
        delivery(1, state=OWED, attempts=2, next_at=noon + timedelta(hours=1)),
        delivery(2, state=DONE, attempts=1, done_at=noon),
        delivery(3, state=DEAD, attempts=8, done_at=noon, error="no such user"),
    )


def test_deliveries_are_listed_newest_first(connection, tenant, three):
    ids = [each.id for each in list_deliveries(connection, tenant, None, 2)]

    assert ids == [three[2].id, three[1].id]


def test_deliveries_are_listed_by_state(connection, tenant, three):
    assert list_deliveries(connection, tenant, DEAD, 10) == (three[2],)


def test_every_state_is_counted(connection, tenant, three):
    assert counts(connection, tenant) == {OWED: 1, DONE: 1, DEAD: 1}


def test_states_without_deliveries_count_zero(connection, tenant):
    assert counts(connection, tenant) == {OWED: 0, DONE: 0, DEAD: 0}


def test_a_dead_delivery_is_owed_again_under_its_old_id(connection, tenant, three, noon):
    later = noon + timedelta(minutes=30)

    assert resend(connection, tenant, [three[2].id], later) == 1

    (again,) = lease(connection, tenant, "one", later, MAIL, 10)
    assert (again.id, again.attempts, again.error) == (three[2].id, 0, "")
    assert (again.next_at, again.done_at) == (later, None)


def test_a_delivery_that_was_sent_can_be_sent_again(connection, tenant, three, noon):
    resend(connection, tenant, [three[1].id], noon)

    assert counts(connection, tenant) == {OWED: 2, DONE: 0, DEAD: 1}


def test_what_is_still_owed_keeps_its_turn(connection, tenant, three, noon):
    assert resend(connection, tenant, [three[0].id], noon) == 0
    assert list_deliveries(connection, tenant, OWED, 10) == (three[0],)


def test_all_dead_deliveries_can_be_sent_again(connection, tenant, three, noon):
    assert resend(connection, tenant, Resting(), noon) == 1
    assert counts(connection, tenant) == {OWED: 2, DONE: 1, DEAD: 0}


def test_the_dead_ones_of_one_source_or_subject_can_be_sent_again(
    connection, tenant, keeping, delivery, another_order, noon
):
    keeping(
        delivery(1, state=DEAD, done_at=noon),
        delivery(2, state=DEAD, done_at=noon, source="audit:after_order_event"),
        delivery(3, state=DEAD, done_at=noon, subject=another_order),
    )

    assert resend(connection, tenant, Resting(source="audit:after_order_event"), noon) == 1
    assert resend(connection, tenant, Resting(subject=another_order), noon) == 1
    assert counts(connection, tenant) == {OWED: 2, DONE: 0, DEAD: 1}


def test_what_is_owed_does_not_rest():
    with pytest.raises(ValueError, match="'state' must be in"):
        Resting(state=OWED)


def test_done_deliveries_past_their_time_are_purged(connection, tenant, three, noon):
    assert purge(connection, tenant, noon) == 0
    assert purge(connection, tenant, noon + timedelta(seconds=1)) == 1
    assert counts(connection, tenant) == {OWED: 1, DONE: 0, DEAD: 1}


def test_dead_deliveries_are_purged_only_if_asked_for(connection, tenant, three, noon):
    assert purge(connection, tenant, noon + timedelta(seconds=1), DEAD) == 1
    assert counts(connection, tenant) == {OWED: 1, DONE: 1, DEAD: 0}


def test_one_that_was_due_long_ago_is_kept_from_when_it_was_sent(
    connection, tenant, keeping, delivery, noon
):
    keeping(delivery(next_at=noon - timedelta(days=100), state=DONE, done_at=noon))

    assert purge(connection, tenant, noon - timedelta(days=90)) == 0


def test_what_is_owed_is_never_purged(connection, tenant, three, noon):
    with pytest.raises(ValueError, match="owed are not purged"):
        purge(connection, tenant, noon, OWED)


def test_another_tenants_deliveries_stay_as_they_are(connection, tenant, three, noon):
    later = noon + timedelta(days=1)

    assert resend(connection, "somebody-else", [three[2].id], later) == 0
    assert resend(connection, "somebody-else", Resting(), later) == 0
    assert purge(connection, "somebody-else", later) == 0
    assert counts(connection, tenant) == {OWED: 1, DONE: 1, DEAD: 1}
