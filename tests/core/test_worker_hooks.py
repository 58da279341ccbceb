import pytest

from orderloom import Orderloom, SetOrder
from orderloom.worker import Worker


def work(toy, **move):
    toy.clock.move(**move)
    done = Worker(toy.loom).once(tenant=toy.tenant)
    return [(one.about, one.outcome) for one in done if one.what == "hook"]


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ear(make_module, heard):
    def after_order_event(event, order, tenant):
        heard.append((event.name, order.version, order.title))

    return make_module("ear", after_order_event=after_order_event)


def test_a_hook_hears_every_event_in_order_with_the_order_of_that_event(make_toy, ear, heard):
    toy = make_toy(ear)
    order = toy.place(title="a")
    order = toy.edit(order, SetOrder(title="b"))
    with toy.desk() as desk:
        desk.note(order, "x")
    toy.edit(order, SetOrder(title="c"))

    assert work(toy) == [("ear:after_order_event", "sent")] * 4
    assert heard == [("placed", 1, "a"), ("edited", 2, "b"), ("noted", 2, "b"), ("edited", 3, "c")]
    assert work(toy) == []


def test_it_hears_nothing_of_what_was_rolled_back(make_toy, ear, heard):
    toy = make_toy(ear)

    def fails():
        with toy.desk() as desk:
            desk.place(toy.new())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert work(toy) == []


def test_one_that_fails_is_tried_again_in_order_and_holds_up_nobody_else(
    make_toy, make_module, ear, heard
):
    broken, seen = [True], []

    def after_order_event(event, order):
        if broken and order.title == "bad":
            raise ConnectionError
        seen.append((order.title, event.name))

    toy = make_toy(ear, make_module("shaky", after_order_event=after_order_event))
    bad, good = toy.place(title="bad"), toy.place(title="good")
    for order in (bad, good):
        toy.perform(order, "pay")

    outcomes = work(toy)

    assert outcomes.count(("ear:after_order_event", "sent")) == 4
    assert outcomes.count(("shaky:after_order_event", "retry")) == 1
    assert seen == [("good", "placed"), ("good", "moved")]
    broken.clear()
    work(toy, hours=1)
    assert seen[2:] == [("bad", "placed"), ("bad", "moved")]


def test_a_status_hook_hears_moves_only(make_toy, make_module, heard):
    def after_status_changed(event, subject):
        heard.append((event.action, subject.status))

    toy = make_toy(make_module("ear", after_status_changed=after_status_changed))
    toy.perform(toy.place(), "send", "finish")

    work(toy)

    assert heard == [("send", "sent"), ("finish", "done")]


def test_what_a_module_could_not_hear_waits_until_it_runs_again(make_toy, ear, heard):
    toy = make_toy(ear)
    toy.place(title="a")
    with_ear = toy.loom
    toys = toy.loom.catalogue.loaded["toy"].plugin
    toy.loom = Orderloom(toy.loom.engine, modules=[toys], clock=toy.clock)

    assert [work(toy, hours=2) for _ in range(10)] == [[("ear:after_order_event", "retry")]] * 10

    toy.loom = with_ear
    assert work(toy, hours=1) == [("ear:after_order_event", "sent")]
    assert heard == [("placed", 1, "a")]


def test_a_slow_hook_is_not_run_by_another_worker_too(make_toy, make_module, heard):
    toys = []

    def after_order_event(order):
        heard.append(order.title)
        toys[0].clock.move(minutes=3)
        if len(heard) == 3:
            work(toys[0])  # another worker, nine minutes after the first hook began

    toys.append(make_toy(make_module("ear", after_order_event=after_order_event)))
    for title in ("a", "b", "c"):
        toys[0].place(title=title)

    work(toys[0])

    assert sorted(heard) == ["a", "b", "c"]
