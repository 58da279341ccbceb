"""Webhooks on their way: when, how often, in which shape."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks

from orderloom import Order, Orderloom, SetOrder, from_plain
from orderloom.notify.webhooks import sending
from orderloom.testing.webhooks import WebhookSink
from orderloom.worker import Worker


def accepted(request, secret):
    """What a receiver reads, after checking the signature."""
    id, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{stamp}.".encode() + request.body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(digest).decode()}"
    assert wanted in request.headers["webhook-signature"].split(" ")
    return request.json()


def deliveries(toy, state=None):
    with toy.reader() as reader:
        return [one for one in reader.deliveries(state) if one.channel == "webhook"]


def test_an_event_arrives_signed_with_the_order_of_that_event(hooked, sink, work):
    toy, secret = hooked
    order = toy.place(title="first")
    toy.edit(order, SetOrder(title="second"))  # at the very same instant

    assert work(toy) == [("webhook:erp", "sent")] * 2

    (placed, edited) = sink.requests
    told = accepted(placed, secret)
    assert (placed.method, placed.headers["content-type"]) == ("POST", "application/json")
    assert (told["type"], told["timestamp"]) == ("toy.order.placed", "2026-07-01T12:00:00+00:00")
    assert told["data"]["event"]["name"] == "placed"
    assert from_plain(Order, told["data"]["subject"]) == order
    told = accepted(edited, secret)
    assert (told["type"], told["data"]["subject"]["title"]) == ("toy.order.edited", "second")


def test_the_id_is_the_deliverys_and_the_time_that_of_the_attempt(hooked, sink, work):
    toy, _ = hooked
    toy.place()
    work(toy, minutes=3)

    (request,) = sink.requests
    (delivery,) = deliveries(toy)
    assert request.headers["webhook-id"] == str(delivery.id)
    assert int(request.headers["webhook-timestamp"]) == int(toy.clock.now.timestamp())


def test_the_library_of_the_scheme_takes_it(hooked, sink, work):
    toy, secret = hooked
    toy.clock.now = datetime.now(UTC)
    toy.place()
    work(toy)

    (request,) = sink.requests
    assert standardwebhooks.Webhook(secret).verify(request.body, request.headers) == request.json()
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(request.body + b" ", request.headers)


def test_nothing_is_told_of_what_was_rolled_back(hooked, sink, work):
    toy, _ = hooked

    def fails():
        with toy.desk() as desk:
            desk.place(toy.new())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fails()

    assert work(toy) == []
    assert sink.requests == []


def test_it_hears_only_what_it_wants(insecure, make_toy, sink, add, work):
    toy = make_toy()
    add(toy, sink.url, "toy.order.moved.send", "toy.order.edited")
    order = toy.place()
    order = toy.edit(order, SetOrder(title="x"))
    toy.perform(order, "send", "finish")

    work(toy)

    types = [request.json()["type"] for request in sink.requests]
    assert sorted(types) == ["toy.order.edited", "toy.order.moved.send"]


def test_the_tenants_own_affairs_are_told_to_nobody(hooked, sink, work):
    toy, _ = hooked
    with toy.desk() as desk:
        desk.admin.set("core", {"mail_sender": "orders@buyer.example"})

    assert work(toy) == []


def test_two_endpoints_get_a_delivery_each(hooked, sink, add, work):
    toy, _ = hooked
    add(toy, sink.url + "second", name="second")
    toy.place()

    assert work(toy) == [("webhook:erp", "sent"), ("webhook:second", "sent")]
    assert {request.path for request in sink.requests} == {"/", "/second"}
    assert len({request.headers["webhook-id"] for request in sink.requests}) == 2


def test_eight_attempts_in_four_hours_with_the_same_id_and_body(hooked, sink, work):
    toy, secret = hooked
    sink.answer(*[500] * 8)
    start = toy.clock.now
    toy.place()

    outcomes = work(toy)
    while owed := deliveries(toy, "owed"):
        toy.clock.now = owed[0].next_at
        outcomes += work(toy)

    assert [outcome for _, outcome in outcomes] == ["retry"] * 7 + ["dead", "disabled"]
    assert timedelta(hours=3, minutes=30) < toy.clock.now - start <= timedelta(hours=4)
    assert len(sink.requests) == 8
    assert len({(one.headers["webhook-id"], one.body) for one in sink.requests}) == 1
    assert all(accepted(one, secret) for one in sink.requests)
    (dead,) = deliveries(toy, "dead")
    assert dead.error == "It answered 500."


def test_what_was_given_up_is_sent_again_on_demand_under_the_same_id(hooked, sink, work):
    toy, _ = hooked
    sink.answer(410)
    toy.place()
    work(toy)
    (dead,) = deliveries(toy, "dead")

    with toy.desk() as desk:
        desk.webhooks.enable("erp")
        desk.admin.resend([dead.id])

    assert work(toy) == [("webhook:erp", "sent")]
    assert [one.headers["webhook-id"] for one in sink.requests] == [str(dead.id)] * 2


def test_410_disables_at_once(hooked, sink, work):
    toy, _ = hooked
    sink.answer(410)
    toy.place()
    toy.place()

    assert work(toy) == [("webhook:erp", "dead"), ("webhook:erp", "disabled")]

    with toy.desk() as desk:
        (one,) = desk.webhooks.list()
    assert (one.state, one.reason) == ("disabled", "It answered 410: it wants no more messages.")
    assert len(deliveries(toy, "dead")) == 2
    toy.place()
    assert work(toy) == []
    assert len(sink.requests) == 1


def test_one_that_works_now_and_then_is_not_disabled(hooked, sink, work):
    toy, _ = hooked
    sink.answer(500, 500, 200)
    order = toy.place()
    work(toy)
    toy.edit(order, SetOrder(title="x"))

    outcomes = [outcome for _ in range(3) for _, outcome in work(toy, hours=2)]

    assert "disabled" not in outcomes
    with toy.desk() as desk:
        assert desk.webhooks.get("erp").failing_since is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(hooked, sink, work, status):
    toy, _ = hooked
    sink.answer(status)
    toy.place()

    assert work(toy) == [("webhook:erp", "retry")]
    assert len(sink.requests) == 1
    assert f"{status}, a redirect" in deliveries(toy)[0].error


def test_one_poisonous_message_holds_up_no_other(hooked, sink, work):
    toy, _ = hooked
    sink.answer(500)
    toy.place()
    toy.place()

    assert sorted(work(toy)) == [("webhook:erp", "retry"), ("webhook:erp", "sent")]


def test_one_that_cannot_be_reached_costs_one_attempt_at_a_time(insecure, make_toy, add, work):
    toy = make_toy()
    with WebhookSink() as sink:
        url = sink.url
    add(toy, url)
    for _ in range(5):
        toy.place()

    assert work(toy) == [("webhook:erp", "retry")]
    assert work(toy, seconds=5) == []
    assert work(toy, seconds=5) == [("webhook:erp", "retry")]
    assert work(toy, seconds=5) == []
    assert sum(one.attempts for one in deliveries(toy)) == 2


def test_after_a_rotation_both_secrets_sign_for_a_while(hooked, sink, work):
    toy, old = hooked
    with toy.desk() as desk:
        new = desk.webhooks.rotate("erp", timedelta(hours=1))
    toy.place()
    work(toy)
    toy.clock.move(hours=1)
    toy.place()
    work(toy)

    first, second = sink.requests
    assert old != new
    assert accepted(first, old) == accepted(first, new)
    assert len(first.headers["webhook-signature"].split(" ")) == 2
    assert accepted(second, new)
    with pytest.raises(AssertionError):
        accepted(second, old)


def test_the_body_is_canonical_json(hooked, sink, work):
    toy, _ = hooked
    toy.place(title="Grüße")
    work(toy)

    (request,) = sink.requests
    again = json.dumps(request.json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert request.body == again.encode()


def test_what_was_owed_to_a_removed_endpoint_is_given_up(hooked, sink, work):
    toy, _ = hooked
    toy.place()
    with toy.desk() as desk:
        assert desk.webhooks.remove("erp") == 1

    assert work(toy) == []
    (dead,) = deliveries(toy, "dead")
    with toy.desk() as desk:
        desk.admin.resend([dead.id])
    assert work(toy) == [("webhook:erp", "dead")]
    assert deliveries(toy)[0].error == "There is no such webhook."
    assert sink.requests == []


def test_two_workers_send_each_delivery_once(hooked, sink):
    from concurrent.futures import ThreadPoolExecutor

    toy, _ = hooked
    for _ in range(30):
        toy.place()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: Worker(toy.loom).once(tenant=toy.tenant), range(2)))

    ids = [request.headers["webhook-id"] for request in sink.requests]
    assert len(ids) == len(set(ids)) == 30


def test_a_wrong_setting_holds_up_webhooks_and_not_hooks(
    insecure, make_toy, make_module, sink, add, monkeypatch
):
    heard = []

    def after_order_event(event, order):
        heard.append(order.title)

    toy = make_toy(make_module("ear", after_order_event=after_order_event))
    add(toy, sink.url)
    toy.place(title="a")
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECUR", "yes")
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    toy.loom = Orderloom(toy.loom.engine, modules=plugins, clock=toy.clock)

    done = [one for one in Worker(toy.loom).once() if one.tenant == toy.tenant]

    (told,) = [one for one in done if one.what == "webhook"]
    assert (told.outcome, "webhook_insecur" in told.reason) == ("refused", True)
    assert heard == ["a"]


def test_one_that_is_slow_loses_its_turn(hooked, sink, add, work, monkeypatch):
    toy, _ = hooked
    add(toy, sink.url, name="second")
    for _ in range(2):
        toy.place()
    monkeypatch.setattr(sending, "TURN", -1.0)  # every answer takes longer

    assert work(toy) == [("webhook:erp", "sent"), ("webhook:second", "sent")]
    assert work(toy) == [("webhook:erp", "sent"), ("webhook:second", "sent")]
    assert work(toy) == []


def test_one_that_is_down_holds_up_no_other(hooked, sink, add, work):
    toy, _ = hooked
    with WebhookSink() as gone:
        add(toy, gone.url, name="down")
    for _ in range(3):
        toy.place()

    assert work(toy) == [("webhook:down", "retry"), *[("webhook:erp", "sent")] * 3]


def test_what_was_sent_before_a_crash_comes_again_under_its_id(hooked, sink, work, monkeypatch):
    toy, _ = hooked
    for _ in range(2):
        toy.place()

    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(sending.Sending, "_settled", killed)
        with pytest.raises(SystemExit):
            work(toy)
    assert work(toy, minutes=4) == []

    assert work(toy, minutes=2) == [("webhook:erp", "sent")] * 2
    ids = [one.headers["webhook-id"] for one in sink.requests]
    assert ids[:2] == ids[2:]


@pytest.mark.parametrize("as_given", [lambda id: id, str, lambda id: [str(id)], lambda id: {id}])
def test_one_delivery_is_named_by_its_id_alone_or_among_others(hooked, sink, work, as_given):
    toy, _ = hooked
    toy.place()
    work(toy)
    (done,) = deliveries(toy, "done")

    with toy.desk() as desk:
        assert desk.admin.resend(as_given(done.id)) == 1

    assert work(toy) == [("webhook:erp", "sent")]
