from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest

from orderloom import Orderloom, Problem, SetOrder, Timer
from orderloom.worker import Worker


def work(toy, **move):
    toy.clock.move(**move)
    done = Worker(toy.loom).once(tenant=toy.tenant)
    return [one.outcome for one in done if one.what == "timer"]


@pytest.fixture
def sent(toy):
    return toy.perform(toy.place(), "send")


def test_a_timer_fires_when_its_time_has_come(toy, sent):
    assert work(toy, days=2, hours=23) == []
    assert work(toy, hours=1) == ["run"]

    assert toy.get(sent).status == "canceled"
    event = toy.history(sent)[-1]
    assert (event.actor, event.action, event.reason) == (
        "system:timer:lapse",
        "cancel",
        "timer lapse",
    )
    assert work(toy, days=9) == []


def test_an_edit_does_not_wind_it_up_again(toy, sent):
    toy.clock.move(days=2)
    toy.edit(sent, SetOrder(title="x"))

    assert work(toy, days=1) == ["run"]


def test_leaving_the_status_stops_it(toy, sent):
    toy.perform(sent, "finish")

    assert work(toy, days=9) == []


def test_two_threads_fire_it_once(toy):
    orders = [toy.perform(toy.place(), "send") for _ in range(5)]
    toy.clock.move(days=3)

    with ThreadPoolExecutor(2) as pool:
        rounds = list(pool.map(lambda _: Worker(toy.loom).once(tenant=toy.tenant), range(2)))

    outcomes = [one.outcome for each in rounds for one in each if one.what == "timer"]
    assert outcomes.count("run") == 5
    assert set(outcomes) <= {"run", "passed"}
    assert all(toy.names(order).count("cancel") == 1 for order in orders)
    assert toy.verified().ok


def test_one_that_is_refused_asks_later(make_toy, make_module):
    stopped = [True]

    def check_action(action):
        if action.name == "cancel" and stopped:
            yield Problem("stop.it", "Not yet. To cancel it, ask Kim.")

    toy = make_toy(make_module("stop", check_action=check_action))
    order = toy.perform(toy.place(), "send")

    assert work(toy, days=3) == ["refused"]
    assert work(toy) == []
    assert toy.get(order) == order
    stopped.clear()
    assert work(toy, minutes=15) == ["run"]


def test_one_whose_module_fails_does_not_stop_the_others(make_toy, make_module):
    def check_action(action, order):
        if action.name == "cancel" and order.title == "bad":
            raise KeyError

    toy = make_toy(make_module("faulty", check_action=check_action))
    for title in ("bad", "good"):
        toy.perform(toy.place(title=title), "send")

    assert sorted(work(toy, days=3)) == ["refused", "run"]


def test_in_safe_mode_timers_wait(toy, sent):
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    toys = toy.loom
    toy.loom = Orderloom(toys.engine, modules=[], clock=toy.clock)

    assert work(toy, days=3) == ["refused"]

    toy.loom = Orderloom(toys.engine, modules=plugins, clock=toy.clock)
    assert work(toy, minutes=15) == ["run"]


@pytest.fixture
def dated(make_toy, make_module):
    """A toy whose drafts, which may be deleted, lapse after a day."""

    def extend_lifecycle(lifecycle):
        if lifecycle.name != "toy.order":
            return None
        timer = Timer("stale", action="cancel", source="draft", after=timedelta(days=1))
        return attrs.evolve(lifecycle, timers=(*lifecycle.timers, timer))

    return make_toy(make_module("dated", extend_lifecycle=extend_lifecycle))


def test_a_deleted_subject_rests_until_it_is_restored(dated):
    order = dated.place()
    with dated.desk() as desk:
        order = desk.delete(order)

    assert work(dated, days=9) == []
    with dated.desk() as desk:
        desk.restore(order)
    assert work(dated, hours=23) == []
    assert work(dated, hours=1) == ["run"]
