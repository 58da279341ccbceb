"""kill -9 of workers while they fire timers: each fires once, whoever dies meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from orderloom.store import schema
from orderloom.store.verify import verify

ORDERS = 150
ROUNDS = 12
MONTH = {"CREW_AHEAD_DAYS": "31"}


@pytest.fixture
def drafts(site, crew):
    """Orders that lapse after a month."""
    with site.desk() as desk:
        desk.admin.switch("clockwork", "on")
    with site.desk() as desk:
        desk.place_many([crew.new_order(f"order {number}") for number in range(ORDERS)])


def _events(site):
    """What happened to each order, in order."""
    table = schema.events
    rows = select(table.c.subject_id, table.c.name).where(
        table.c.tenant_id == site.tenant, table.c.kind == "order"
    )
    told = {}
    with site.raw() as connection:
        for row in connection.execute(rows.order_by(table.c.seq)):
            told.setdefault(row.subject_id, []).append(row.name)
        assert verify(connection, site.tenant).findings == ()
    return list(told.values())


def _due(site):
    table = schema.timers
    with site.raw() as connection:
        found = connection.execute(select(table).where(table.c.tenant_id == site.tenant))
        return len(found.all())


def _check_fired(site):
    assert _due(site) == 0
    assert _events(site) == [["placed", "moved"]] * ORDERS


def test_two_workers_killed_again_and_again_fire_every_timer_once(site, dice, drafts):
    for _ in range(ROUNDS):
        if not _due(site):
            break
        pair = [site.member("work", **MONTH), site.member("work", **MONTH)]
        fired = dice.randrange(1, 2 * ORDERS // ROUNDS)
        goal = max(_due(site) - fired, 0)
        while _due(site) > goal:
            pair[0].listen_for(0.01)
        for worker in pair:
            worker.kill()
    last = site.member("work", **MONTH)
    last.listen_until(lambda one: "round 0" in one.said)
    last.kill()

    _check_fired(site)


def test_a_timer_that_is_taken_before_it_fires_would_be_lost(site, drafts):
    """What protects is that a timer is taken in the transaction of what it does."""
    site.member("work_taking_first", **MONTH).kill_in_the_gap()
    last = site.member("work", **MONTH)
    last.listen_until(lambda one: "round 0" in one.said)

    with pytest.raises(AssertionError):
        _check_fired(site)
