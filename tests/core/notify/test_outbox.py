from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import attrs
import pytest

from orderloom.notify import (
    DEAD,
    DONE,
    HOOK,
    MAIL,
    OWED,
    Dead,
    Retry,
    lease,
    list_deliveries,
    owe,
)
from orderloom.notify.outbox import wait_after
from orderloom.store import due
from orderloom.store.engine import writing

REFUSED_NOW = Retry("The mail server answered 451: try again later")


@pytest.fixture
def stored(engine, tenant):
    """The deliveries as they are now, oldest first."""

    def run():
        with writing(engine, tenant) as connection:
            return list_deliveries(connection, tenant, None, 100)[::-1]

    return run


def test_a_delivery_comes_back_as_it_was_owed(owing, delivery, stored):
    (owed,) = owing(delivery(payload={"subject": "Grüße — 椅子", "text": "a\nb", "name": ""}))

    assert stored() == (owed,)


def test_what_is_rolled_back_is_not_owed(engine, tenant, order, delivery, stored):
    with writing(engine, tenant) as connection:
        owe(connection, tenant, [delivery()])
        connection.rollback()

    assert stored() == ()


def test_nothing_owed_writes_nothing(engine, tenant, stored):
    with writing(engine, tenant) as connection:
        owe(connection, tenant, [])

    assert stored() == ()


def test_a_lease_names_the_worker_and_its_end(owing, delivery, leased, noon):
    (owed,) = owing(delivery())

    assert leased("one", noon) == (
        attrs.evolve(owed, worker="one", leased_until=noon + timedelta(minutes=5)),
    )


def test_what_is_leased_is_not_given_out_again(owing, delivery, leased, noon):
    owing(delivery())
    leased("one", noon)

    assert leased("two", noon + timedelta(minutes=4, seconds=59)) == ()


def test_an_expired_lease_goes_to_the_next_worker(owing, delivery, leased, noon):
    (owed,) = owing(delivery())
    leased("one", noon)

    (again,) = leased("two", noon + timedelta(minutes=5))

    assert (again.id, again.worker) == (owed.id, "two")


def test_what_is_not_due_is_left(owing, delivery, leased, noon):
    owing(delivery(next_at=noon + timedelta(seconds=1)))

    assert leased("one", noon) == ()


def test_the_longest_due_are_leased_first_up_to_the_limit(owing, delivery, leased, noon):
    late, early, middle = owing(
        delivery(1, next_at=noon),
        delivery(2, next_at=noon - timedelta(hours=2)),
        delivery(3, next_at=noon - timedelta(hours=1)),
    )

    assert [each.id for each in leased("one", noon, limit=2)] == [early.id, middle.id]
    assert [each.id for each in leased("one", noon, limit=2)] == [late.id]


def test_another_tenants_deliveries_are_not_leased(engine, owing, delivery, noon):
    owing(delivery())

    with writing(engine, "somebody-else") as connection:
        assert lease(connection, "somebody-else", "one", noon, MAIL, 10) == ()


def test_what_was_sent_is_done(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    (held,) = leased("one", noon)

    noted = settle(held, "one", noon + timedelta(seconds=2))

    (after,) = stored()
    assert noted
    assert (after.state, after.attempts, after.worker) == (DONE, 1, "")
    assert after.done_at == noon + timedelta(seconds=2)
    assert leased("two", noon + timedelta(days=1)) == ()


def test_a_worker_that_lost_its_lease_cannot_settle(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    (held,) = leased("one", noon)
    later = noon + timedelta(minutes=6)
    leased("two", later)

    assert not settle(held, "one", later)
    assert not settle(held, "one", later, REFUSED_NOW)
    assert [(each.state, each.worker) for each in stored()] == [(OWED, "two")]


def test_a_worker_that_is_late_but_not_replaced_can_settle(
    owing, delivery, leased, settle, stored, noon
):
    owing(delivery())
    (held,) = leased("one", noon)

    assert settle(held, "one", noon + timedelta(minutes=6))
    assert [each.state for each in stored()] == [DONE]


def test_what_failed_waits_for_its_next_attempt(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    (held,) = leased("one", noon)

    settle(held, "one", noon, REFUSED_NOW)

    (after,) = stored()
    assert (after.state, after.attempts, after.error) == (OWED, 1, REFUSED_NOW.reason)
    assert after.next_at == noon + wait_after(1, after.id)
    assert leased("one", after.next_at - timedelta(seconds=1)) == ()
    assert len(leased("one", after.next_at)) == 1


def test_after_eight_failed_attempts_it_is_dead(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    now = noon
    for _ in range(7):
        (held,) = leased("one", now)
        settle(held, "one", now, REFUSED_NOW)
        now += timedelta(hours=2)
    assert [each.state for each in stored()] == [OWED]

    (held,) = leased("one", now)
    settle(held, "one", now, REFUSED_NOW)

    (after,) = stored()
    assert (after.state, after.attempts, after.done_at) == (DEAD, 8, now)
    assert after.error == REFUSED_NOW.reason
    assert leased("one", now + timedelta(days=30)) == ()


def test_what_can_never_arrive_is_dead_at_once(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    (held,) = leased("one", noon)

    settle(held, "one", noon, Dead("The mail server answered 550: no such user"))

    (after,) = stored()
    assert (after.state, after.attempts) == (DEAD, 1)
    assert after.error == "The mail server answered 550: no such user"


def test_a_reason_no_database_takes_is_made_harmless(owing, delivery, leased, settle, stored, noon):
    owing(delivery())
    (held,) = leased("one", noon)

    settle(held, "one", noon, Retry("bad \0 and \udcff here\n" + "x" * 5000))

    (after,) = stored()
    assert after.error.startswith("bad � and � here\nxxx")
    assert len(after.error) == 2000


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 10), (2, 40), (3, 160), (4, 640), (5, 2560), (6, 5460), (40, 5460)],
)
def test_the_wait_quadruples_from_ten_seconds_to_an_hour_and_a_half(attempts, seconds, delivery):
    even = attrs.evolve(delivery()).id
    unshortened = type(even)(int=even.int - even.int % 1000)

    assert wait_after(attempts, unshortened) == timedelta(seconds=seconds)


def test_the_wait_is_shortened_by_less_than_a_tenth_the_same_each_time(delivery):
    id = delivery().id
    most = type(id)(int=id.int - id.int % 1000 + 999)

    assert wait_after(1, most) == timedelta(seconds=10) - timedelta(milliseconds=999)
    assert wait_after(1, most) == wait_after(1, most)


# ── hooks, in order per subject ────────────────────────────────────────────────────────────


@pytest.fixture
def heard(delivery):
    """A delivery to a module's hook about an event."""

    def build(number, seq, source="audit:after_order_event", **changes):
        fixed = {"channel": HOOK, "recipient": "", "payload": {}, "seq": seq, "source": source}
        return delivery(number, **{**fixed, **changes})

    return build


def test_a_module_hears_the_events_of_a_subject_one_by_one(owing, heard, leased, settle, noon):
    second, first = owing(heard(1, seq=2), heard(2, seq=1))

    (held,) = leased("one", noon)
    assert held.id == first.id
    assert leased("two", noon) == ()
    settle(held, "one", noon)

    assert [each.id for each in leased("two", noon)] == [second.id]


def test_a_failed_event_holds_back_the_later_ones(owing, heard, leased, settle, noon):
    first, _ = owing(heard(1, seq=1), heard(2, seq=2))
    (held,) = leased("one", noon)
    settle(held, "one", noon, Retry("the other system is down"))

    assert leased("one", noon + timedelta(seconds=1)) == ()
    assert [each.id for each in leased("one", noon + timedelta(minutes=1))] == [first.id]


def test_eight_attempts_take_almost_four_hours(delivery):
    even = delivery().id
    unshortened = type(even)(int=even.int - even.int % 1000)

    waits = [wait_after(attempts, unshortened) for attempts in range(1, 8)]

    assert sum(waits, timedelta()) == timedelta(hours=3, minutes=58, seconds=50)


def test_what_was_not_even_tried_counts_as_no_attempt(
    owing, delivery, leased, settle, stored, noon
):
    owing(delivery())
    (held,) = leased("one", noon)

    settle(held, "one", noon, Retry("the module is off", counts=False))

    (after,) = stored()
    assert (after.attempts, after.next_at) == (0, noon + timedelta(minutes=5))


def test_modules_and_subjects_do_not_wait_for_each_other(owing, heard, another_order, leased, noon):
    owed = owing(
        heard(1, seq=1),
        heard(2, seq=2, source="ledger:after_order_event"),
        heard(3, seq=3, subject=another_order),
    )

    assert {each.id for each in leased("one", noon)} == {each.id for each in owed}


def test_mails_about_one_subject_do_not_wait_for_each_other(owing, delivery, leased, noon):
    owing(delivery(1, seq=1), delivery(2, seq=2))

    assert len(leased("one", noon)) == 2


# ── many workers ───────────────────────────────────────────────────────────────────────────


def test_two_workers_never_get_the_same_delivery(owing, delivery, leased, noon):
    owed = owing(*(delivery(number) for number in range(1, 121)))
    start = Barrier(4)
    taken: list[tuple[str, object]] = []

    def work(name):
        start.wait()
        while found := leased(name, noon, limit=3):
            taken.extend((name, each.id) for each in found)

    threads = [Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(id for _, id in taken) == [each.id for each in owed]


def test_rows_another_worker_is_taking_are_passed_over(engine, tenant, owing, delivery, noon):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    first, second = owing(delivery(1), delivery(2))

    with writing(engine, tenant) as one, writing(engine, tenant) as two:
        (mine,) = lease(one, tenant, "one", noon, MAIL, 1)
        (yours,) = lease(two, tenant, "two", noon, MAIL, 1)

    assert (mine.id, yours.id) == (first.id, second.id)


# ── which tenants ──────────────────────────────────────────────────────────────────────────


def test_tenants_with_something_to_lease_are_named(engine, tenant, owing, delivery, noon):
    owing(delivery())

    with writing(engine, tenant) as connection:
        assert tenant in due.waiting(connection, noon)
        assert tenant not in due.waiting(connection, noon - timedelta(seconds=1))


def test_a_tenant_whose_work_is_all_leased_is_not_named(engine, tenant, owing, heard, leased, noon):
    owing(heard(1, seq=1), heard(2, seq=2))
    leased("one", noon)

    with writing(engine, tenant) as connection:
        assert tenant not in due.waiting(connection, noon)


def test_a_lease_is_of_one_channel(engine, tenant, owing, delivery, heard, noon):
    mail, hook = owing(delivery(1), heard(2, seq=1))

    with writing(engine, tenant) as connection:
        mails = lease(connection, tenant, "one", noon, MAIL, 10)
        hooks = lease(connection, tenant, "one", noon, HOOK, 10)

    assert ([each.id for each in mails], [each.id for each in hooks]) == ([mail.id], [hook.id])
