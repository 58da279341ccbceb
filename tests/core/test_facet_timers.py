"""Timers of a facet: they run by the facet's status, whatever the subject's own is."""

from datetime import timedelta

import pytest

from orderloom import Timer
from orderloom.worker import Worker


@pytest.fixture
def dunned(make_toy, make_module):
    """The toy with a timer of its facet `payment`: what is unpaid for a week counts as paid."""

    def extend_lifecycle(lifecycle):
        if lifecycle.name != "toy.order":
            return None
        week = timedelta(days=7)
        return lifecycle.with_timer(Timer("waive", action="pay", source="unpaid", after=week))

    return make_toy(make_module("dunning", extend_lifecycle=extend_lifecycle))


def work(toy, **move):
    toy.clock.move(**move)
    done = Worker(toy.loom).once(tenant=toy.tenant)
    return [one.about.partition(" ")[0] for one in done if one.what == "timer"]


def test_a_timer_of_a_facet_fires_and_leaves_the_subjects_own_status(dunned):
    order = dunned.place()

    assert work(dunned, days=6) == []
    assert work(dunned, days=1) == ["waive"]

    assert dict(dunned.get(order).facets) == {"payment": "paid"}
    assert dunned.get(order).status == "draft"


def test_a_move_of_the_subject_does_not_wind_it_up_again(dunned):
    order = dunned.place()
    dunned.clock.move(days=6)
    dunned.perform(order, "send")

    assert work(dunned, days=1) == ["waive"]


def test_leaving_the_facets_status_stops_it(dunned):
    dunned.perform(dunned.place(), "pay")

    assert work(dunned, days=9) == []
