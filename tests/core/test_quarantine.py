"""Hooks that keep failing for a tenant: not called there any more until they are replayed."""

from types import SimpleNamespace

import pytest

from orderloom import Forbidden, NotFound, Refused
from orderloom.tenants import tenant_ref
from orderloom.worker import Worker


def work(toy, **move):
    toy.clock.move(**move)
    done = Worker(toy.loom).once(tenant=toy.tenant)
    return [(one.about, one.outcome) for one in done if one.what == "hook"]


def until_quarantined(toy):
    """Lets eight attempts pass; answers all outcomes."""
    return [one for _ in range(8) for one in work(toy, hours=2)]


@pytest.fixture
def shaky(make_module):
    """A module that fails for orders titled "bad" until it is mended, and what it has heard."""
    heard, broken = [], [True]

    def after_order_event(event, order, tenant):
        if broken and order.title == "bad":
            raise ConnectionError("the till is on fire")
        heard.append((tenant.key, order.title, event.action))

    module = make_module("shaky", after_order_event=after_order_event)
    return SimpleNamespace(module=module, heard=heard, mend=broken.clear)


@pytest.fixture
def ear(make_module):
    heard = []

    def after_order_event(event, order):
        heard.append((order.title, event.action))

    def after_status_changed(event, subject):
        heard.append((subject.title, "status"))

    hooks = {"after_order_event": after_order_event, "after_status_changed": after_status_changed}
    return SimpleNamespace(module=make_module("ear", **hooks), heard=heard)


@pytest.fixture
def toy(make_toy, shaky):
    return make_toy(shaky.module)


def quarantined(toy):
    with toy.desk() as desk:
        return desk.reactions.list()


def replay(toy, *args, **kwargs):
    with toy.desk() as desk:
        return desk.reactions.replay(*args, **kwargs)


def test_after_eight_failed_attempts_the_hook_is_in_quarantine(toy, shaky):
    order = toy.place(title="bad")

    outcomes = until_quarantined(toy)

    assert [outcome for _, outcome in outcomes] == ["retry"] * 7 + ["quarantined"]
    (one,) = quarantined(toy)
    assert (one.module, one.hook, one.waiting) == ("shaky", "after_order_event", 1)
    assert "the till is on fire" in one.error
    assert one.since == toy.clock.now
    assert [(each.subject, each.seq) for each in one.first] == [(order.ref, 1)]


def test_no_event_of_the_tenant_is_tried_while_it_lasts(toy, shaky):
    bad = toy.place(title="bad")
    until_quarantined(toy)
    toy.perform(bad, "pay")
    toy.place(title="good")

    assert work(toy) == []
    assert work(toy, days=30) == []
    assert shaky.heard == []
    assert quarantined(toy)[0].waiting == 3


def test_nothing_looks_as_if_it_waited_for_a_worker(toy):
    toy.place(title="bad")
    until_quarantined(toy)

    done = Worker(toy.loom).once()

    assert [one for one in done if one.tenant == toy.tenant] == []


def test_replayed_it_hears_everything_in_the_order_it_happened(toy, shaky):
    bad = toy.place(title="bad")
    until_quarantined(toy)
    bad = toy.perform(bad, "pay")
    good = toy.place(title="good")
    toy.perform(bad, "send")
    toy.perform(good, "pay")
    shaky.mend()

    assert replay(toy, "shaky") == 6  # of "send" the issue of the slip, too
    assert len(work(toy)) == 6

    told = [(title, action) for _, title, action in shaky.heard]
    assert [action for title, action in told if title == "bad"] == ["place", "pay", "send", ""]
    assert [action for title, action in told if title == "good"] == ["place", "pay"]
    assert quarantined(toy) == ()


def test_one_that_still_fails_comes_back_with_all_its_attempts(toy):
    toy.place(title="bad")
    until_quarantined(toy)

    replay(toy, "shaky")

    assert [outcome for _, outcome in until_quarantined(toy)] == ["retry"] * 7 + ["quarantined"]


def test_one_event_may_be_skipped(toy, shaky):
    bad = toy.place(title="bad")
    until_quarantined(toy)
    toy.place(title="good")
    (one,) = quarantined(toy)
    (failed,) = [each for each in one.first if each.subject == bad.ref]

    assert replay(toy, "shaky", skipping=[failed.id]) == 1
    assert work(toy) == [("shaky:after_order_event", "sent")]

    with toy.reader() as reader:
        (dead,) = reader.deliveries("dead")
    assert dead.id == failed.id


def test_other_modules_hooks_and_tenants_go_on(make_toy, shaky, ear):
    toy, other = make_toy(shaky.module, ear.module), make_toy(shaky.module, ear.module)
    bad = toy.place(title="bad")
    until_quarantined(toy)
    toy.perform(bad, "send")
    other.place(title="good")

    assert set(work(toy)) == {
        ("ear:after_order_event", "sent"), ("ear:after_status_changed", "sent"),
    }  # fmt: skip
    assert ("shaky:after_order_event", "sent") in work(other)
    assert ear.heard.count(("bad", "status")) == 1
    assert shaky.heard == [(other.tenant, "good", "place")]


def test_what_was_resent_or_purged_leaves_what_waits_alone(toy, shaky):
    toy.place(title="bad")
    until_quarantined(toy)
    with toy.desk() as desk:
        (one,) = desk.reactions.list()
        assert desk.admin.resend([one.first[0].id]) == 0

    work(toy, days=400)

    assert quarantined(toy)[0].waiting == 1


def test_a_replay_is_an_event_of_the_tenant(toy):
    toy.place(title="bad")
    until_quarantined(toy)

    replay(toy, "shaky", "after_order_event")

    with toy.reader() as reader:
        last = reader.history(tenant_ref(toy.tenant))[-1]
    assert (last.body["what"], last.body["id"]) == ("reaction", "shaky:after_order_event")


def test_what_is_not_in_quarantine_cannot_be_replayed(toy):
    toy.place(title="bad")
    until_quarantined(toy)

    with pytest.raises(NotFound, match="shaky"):
        replay(toy, "shakey")
    with pytest.raises(NotFound):
        replay(toy, "shaky", "after_status_changed")
    with pytest.raises(Refused) as caught:
        replay(toy, "shaky", skipping=[toy.place().id])
    assert caught.value.codes == ("reaction.unknown",)


def test_only_who_manages_the_tenant_sees_and_replays(toy):
    toy.place(title="bad")
    until_quarantined(toy)

    with toy.desk(toy.actor("toy.user")) as desk:
        with pytest.raises(Forbidden):
            desk.reactions.list()
        with pytest.raises(Forbidden):
            desk.reactions.replay("shaky")


def test_two_failing_at_once_are_one_quarantine(toy):
    toy.place(title="bad")
    toy.place(title="bad")

    outcomes = until_quarantined(toy)

    assert [outcome for _, outcome in outcomes].count("quarantined") <= 2
    assert [one.waiting for one in quarantined(toy)] == [2]
