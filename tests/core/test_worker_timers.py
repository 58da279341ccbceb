from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest
import sqlalchemy as sa

from orderloom import Action, Orderloom, Problem, Refused, SetOrder, Timer
from orderloom.store import schema, timers
from orderloom.store.engine import reading, writing
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


def timers_of(toy):
    table = schema.timers
    statement = sa.select(table.c.timer).where(table.c.tenant_id == toy.tenant)
    with reading(toy.loom.engine, toy.tenant) as connection:
        return list(connection.execute(statement).scalars())


def test_one_whose_subject_moved_on_while_it_was_refused_is_not_set_again(toy, sent, monkeypatch):
    def refused(*args):
        with toy.desk() as desk:
            desk.perform(sent.id, "finish")
        raise Refused([Problem("no", "No. To go on, ask Kim.")])

    monkeypatch.setattr(toy.loom, "run", refused)

    assert work(toy, days=3) == ["refused"]
    assert timers_of(toy) == []


def test_a_bug_in_one_timer_does_not_stop_the_others(toy, monkeypatch):
    orders = [toy.perform(toy.place(), "send") for _ in range(2)]
    real, broken = toy.loom.run, [True]

    def run(*args):
        if broken.pop() if broken else False:
            raise ZeroDivisionError
        return real(*args)

    monkeypatch.setattr(toy.loom, "run", run)

    assert work(toy, days=3) == ["failed", "run"]
    assert work(toy, minutes=15) == ["run"]
    assert {toy.get(order).status for order in orders} == {"canceled"}


def test_the_subject_is_locked_before_its_timer(make_toy, make_module):
    free = []

    def check_action(action, order):
        if action.name == "cancel":  # here every command holds its subject already
            table = schema.timers
            statement = sa.select(table.c.timer).where(table.c.subject_id == order.id)
            with writing(toys[0].loom.engine, toys[0].tenant) as other:
                found = other.execute(statement.with_for_update(nowait=True)).scalars()
                free.extend(found)

    toys = [make_toy(make_module("looking", check_action=check_action))]
    if toys[0].loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    toys[0].perform(toys[0].place(), "send")

    assert work(toys[0], days=3) == ["run"]
    assert free == ["lapse"]


@pytest.mark.parametrize(
    ("meanwhile", "outcome", "status"),
    [
        (lambda desk, order: desk.edit(order.id, SetOrder(title="x")), "run", "canceled"),
        (lambda desk, order: desk.perform(order.id, "finish"), "passed", "done"),
    ],
)
def test_who_is_faster_is_seen(make_toy, make_module, monkeypatch, meanwhile, outcome, status):
    first = []

    def claim_rows(command, before):
        if first and before is not None:  # what is claimed is asked before anything is locked
            order = first.pop()
            with toys[0].desk() as desk:
                meanwhile(desk, order)

    monkeypatch.setattr("orderloom.loom.time.sleep", lambda seconds: None)
    toys = [make_toy(make_module("claiming", claim_rows=claim_rows))]
    if toys[0].loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    order = toys[0].perform(toys[0].place(), "send")
    first.append(order)

    assert work(toys[0], days=3) == [outcome]
    assert toys[0].get(order).status == status


def test_one_that_leaves_its_subject_where_it_is_fires_once(make_toy, make_module):
    def extend_lifecycle(lifecycle):
        if lifecycle.name != "toy.order":
            return None
        remind = Action("remind", source="sent", target="sent")
        timer = Timer("reminder", action="remind", source="sent", after=timedelta(days=1))
        more = lifecycle.with_action(remind)
        return attrs.evolve(more, timers=(*more.timers, timer))

    toy = make_toy(make_module("reminding", extend_lifecycle=extend_lifecycle))
    order = toy.perform(toy.place(), "send")

    assert work(toy, days=1) == ["run"]
    assert work(toy, hours=1) == []
    assert toy.names(order).count("remind") == 1


# ── kills and clocks ───────────────────────────────────────────────────────────────────────


def once(toy, **move):
    """Lets another worker, who knows nothing of the first, do what is due."""
    toy.clock.move(**move)
    done = Worker(toy.loom, name="another").once(tenant=toy.tenant)
    return [one.outcome for one in done if one.what == "timer"]


@pytest.mark.parametrize("step", ["stands", "take"])
def test_who_is_killed_half_way_leaves_the_timer_to_the_next(toy, sent, monkeypatch, step):
    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(timers, step, killed)
        with pytest.raises(SystemExit):
            work(toy, days=3)
    assert toy.get(sent) == sent
    assert timers_of(toy) == ["lapse"]

    assert once(toy) == ["run"]
    assert toy.names(sent).count("cancel") == 1


def test_who_is_killed_after_the_commit_has_fired_it(toy, sent, monkeypatch):
    real = toy.loom.run

    def run(*args):
        real(*args)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(toy.loom, "run", run)
        with pytest.raises(SystemExit):
            work(toy, days=3)

    assert once(toy) == []
    assert toy.names(sent).count("cancel") == 1


def test_a_clock_set_back_fires_nothing_twice(make_toy, make_module):
    """The reminder leaves its subject where it is, so only the timer itself can tell."""

    def extend_lifecycle(lifecycle):
        if lifecycle.name != "toy.order":
            return None
        remind = Action("remind", source="sent", target="sent")
        timer = Timer("reminder", action="remind", source="sent", after=timedelta(days=1))
        more = lifecycle.with_action(remind)
        return attrs.evolve(more, timers=(*more.timers, timer))

    toy = make_toy(make_module("reminding", extend_lifecycle=extend_lifecycle))
    order = toy.perform(toy.place(), "send")
    assert work(toy, days=1) == ["run"]

    assert work(toy, days=-1) == []
    assert once(toy, hours=25) == []
    assert toy.names(order).count("remind") == 1


def test_a_clock_set_back_before_its_time_makes_it_wait(toy, sent):
    assert work(toy, days=-2) == []
    assert work(toy, days=4, hours=23) == []

    assert work(toy, hours=1) == ["run"]


def test_a_clock_that_was_ahead_for_a_moment_has_fired_it_once(toy, sent):
    assert work(toy, days=365) == ["run"]

    assert once(toy, days=-365) == []
    assert once(toy, days=3) == []
    assert toy.names(sent).count("cancel") == 1
    assert toy.verified().ok


def test_two_workers_whose_clocks_differ_fire_it_once(toy, sent):
    ahead = Orderloom(
        toy.loom.engine,
        modules=[each.plugin for each in toy.loom.catalogue.loaded.values()],
        clock=lambda: toy.clock.now + timedelta(minutes=10),
    )
    toy.clock.move(days=3, minutes=-5)

    early = Worker(ahead).once(tenant=toy.tenant)

    assert [one.outcome for one in early if one.what == "timer"] == ["run"]
    assert work(toy, minutes=5) == []
    assert toy.names(sent).count("cancel") == 1
