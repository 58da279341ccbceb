"""The bench, the builders and the fakes."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from kit_sample.healthy import SampleSettings, sample_module

from orderloom import Forbidden, Grant, Party, Project, Scope, Unit, User
from orderloom.testing import (
    FakeClock,
    MemoryDirectory,
    WebhookSink,
    a_party,
    a_product,
    a_stranger,
    an_actor,
    bench_fixture,
    open_bench,
)

bench = bench_fixture(sample_module())


def post(url: str, body: bytes) -> int:
    request = Request(url + "orders", data=body, headers={"X-Kit": "yes"}, method="POST")
    with urlopen(request, timeout=5) as answer:
        return answer.status


# ── bench ──────────────────────────────────────────────────────────────────────────────────


def test_an_order_is_placed_by_naming_its_type(bench):
    order = bench.place("sample.order")

    assert order.seller.name == "Sample Vendor"
    assert [line.name for line in order.lines] == ["Folding chair", "Marquee"]


def test_what_is_done_on_a_bench_is_in_the_history(bench):
    order = bench.perform(bench.place("sample.order"), "send")

    assert [one.action or one.name for one in bench.history(order)] == ["place", "send", "issued"]


def test_what_is_mailed_is_in_the_mailbox(bench):
    bench.perform(bench.place("sample.order"), "send")

    bench.work()

    (mail,) = bench.mail.to("desk@vendor.example")
    assert (mail.subject, mail.text) == ("Slip S-2026-0001", "Dear Sample Vendor, please see it.")
    assert mail.attachments[0][1].startswith(b"%PDF")


def test_a_mailbox_can_be_emptied(bench):
    bench.perform(bench.place("sample.order"), "send")
    bench.work()

    bench.mail.clear()

    assert len(bench.mail) == 0


def test_strangers_are_refused_on_a_bench(bench):
    with pytest.raises(Forbidden):
        bench.place("sample.order", by=a_stranger())


def test_each_bench_starts_empty(bench):
    with open_bench([sample_module()]) as another:
        another.place("sample.order")

    with bench.reader() as reader:
        assert reader.count().value == 0


def test_settings_hold_on_a_bench_from_the_next_command_on(bench):
    bench.set("sample", greeting="Good day")

    with bench.reader() as reader:
        assert reader.reading.settings(SampleSettings).greeting == "Good day"


# ── fakes ──────────────────────────────────────────────────────────────────────────────────


def test_a_clock_stands_still_until_it_is_moved():
    clock = FakeClock(datetime(2026, 1, 31, 23, tzinfo=UTC))

    clock.move(hours=2)

    assert clock() == datetime(2026, 2, 1, 1, tzinfo=UTC)


def test_a_sink_keeps_what_it_is_sent():
    with WebhookSink() as sink:
        status = post(sink.url, b'{"order": "S-1"}')

    (request,) = sink.wait(1)
    assert status == 200
    assert (request.method, request.path, request.headers["x-kit"]) == ("POST", "/orders", "yes")
    assert request.json() == {"order": "S-1"}


def test_a_sink_answers_as_it_is_told():
    with WebhookSink() as sink:
        sink.answer(503)
        with pytest.raises(HTTPError, match="503") as refused:
            post(sink.url, b"")
        refused.value.close()

        assert post(sink.url, b"") == 200


def test_a_sink_says_what_it_waited_for_in_vain():
    with WebhookSink() as sink, pytest.raises(TimeoutError, match="0 of 1 requests"):
        sink.wait(1, timeout=0.01)


def test_a_stopped_sink_has_no_url():
    sink = WebhookSink().start()
    sink.stop()

    with pytest.raises(RuntimeError, match="start"):
        print(sink.url)  # noqa: T201 - the program under test prints


def test_the_sink_of_a_bench_stops_with_it():
    with open_bench([sample_module()]) as opened:
        sink = opened.webhooks
        post(sink.url, b"{}")

    with pytest.raises(RuntimeError):
        print(sink.url)  # noqa: T201 - the program under test prints


def test_orders_are_placed_with_a_directory_in_memory():
    directory = MemoryDirectory().add(
        "acme", a_party("vendor", name="Host Vendor"), Project("summer", "Summer")
    )

    with open_bench([sample_module()], directory=directory) as opened:
        order = opened.place("sample.order")

    assert order.seller.name == "Host Vendor"


def test_a_directory_in_memory_answers_like_the_stand_alone_one():
    scope = Scope("project", "summer")
    directory = MemoryDirectory().add(
        "acme",
        Party("b", "Beta", roles={"vendor"}),
        Party("a", "alpha"),
        a_product("chair"),
        Unit("CTN", "ctn", "Carton", 0),
        User(id="ann", grants=[Grant("buyer", scope)]),
        User(id="bob", grants=[Grant("buyer")], active=False),
        User(id="cat", grants=[Grant("buyer")]),
    )
    asked = (None, "acme")

    assert [one.id for one in directory.parties(*asked)] == ["a", "b"]
    assert [one.id for one in directory.parties(*asked, role="vendor")] == ["b"]
    assert [one.id for one in directory.products(*asked, text="CHA")] == ["chair"]
    assert list(directory.units(*asked)) == ["CTN"]
    assert [one.id for one in directory.users_with(*asked, "buyer", scope)] == ["ann", "cat"]
    assert directory.party(None, "other", "a") is None


def test_a_builder_takes_what_the_test_is_about():
    party = a_party("tent_maker", language="de")

    assert (party.name, party.language) == ("Sample Tent Maker", "de")
    assert party.primary_contact.email == "desk@tent-maker.example"
    assert an_actor("bob", "sample.viewer").grants == (Grant("sample.viewer"),)
