import pytest

from orderloom.testing.webhooks import WebhookSink


@pytest.fixture
def sink(monkeypatch):
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECURE", "yes")
    with WebhookSink() as listening:
        yield listening


@pytest.fixture
def hooked(shell, sink):
    """The shop's events are told to the sink."""
    shell("webhook", "add", "erp", sink.url, "--event", "shop.order")
    return shell


def test_one_is_added_and_its_secret_is_shown_once(shell, sink):
    added = shell.json("webhook", "add", "erp", sink.url, "--event", "shop.order.placed")
    listed = shell.json("webhook", "list")
    shown = shell.json("webhook", "show", "erp")

    assert added.pop("secret").startswith("whsec_")
    assert listed == {
        "name": "erp", "url": sink.url, "events": ["shop.order.placed"],
        "hears_as": "admin in tenant", "state": "on", "failing_since": None, "reason": "",
    }  # fmt: skip
    assert added == shown == listed


def test_people_are_told_to_keep_the_secret(shell, sink):
    said = shell("webhook", "add", "erp", sink.url).stdout

    assert "\nsecret    whsec_" in said
    assert said.endswith("Keep the secret: it is not shown again.\n")


def test_events_are_sent_by_dispatch(hooked, sink, order):
    said = hooked("dispatch").stdout

    assert "main  webhook  sent  webhook:erp\n" in said
    assert said.endswith("1 sent, 0 to be tried again, 0 given up.\n")
    assert sink.requests[0].json()["type"] == "shop.order.placed"


def test_a_test_message_tells_what_came_of_it(hooked, sink):
    sink.answer(204, 503)

    assert hooked.json("webhook", "test", "erp") == {
        "name": "erp", "arrived": True, "reason": "",
    }  # fmt: skip
    failed = hooked.json("webhook", "test", "erp", code=1)
    assert failed == {"name": "erp", "arrived": False, "reason": "It answered 503."}
    assert [one.json()["type"] for one in sink.requests] == ["webhook.test"] * 2


def test_a_secret_is_replaced(hooked):
    told = hooked.json("webhook", "rotate", "erp", "--overlap", "1")

    assert told["name"] == "erp"
    assert told["secret"].startswith("whsec_")


def test_what_a_disabled_one_was_owed_is_resent_as_the_answer_says(hooked, sink, order):
    assert hooked.json("webhook", "disable", "erp")["given_up"] == 1
    assert hooked.json("webhook", "show", "erp")["state"] == "disabled"
    said = hooked("webhook", "enable", "erp").stdout
    command = said.splitlines()[-1].removeprefix("orderloom ").split()

    assert hooked.json(*command) == {"owed_again": 1}
    assert "webhook  sent  webhook:erp" in hooked("dispatch").stdout


def test_one_is_removed_after_asking(hooked):
    hooked("webhook", "remove", "erp", input="n\n", code=2)
    hooked("webhook", "remove", "erp", "--yes")

    assert hooked.lines("webhook", "list") == []


def test_everything_wrong_is_told_at_once(shell):
    told = shell.json(
        "webhook", "add", "A b", "http://127.0.0.1/", "--event", "shop.odrer", "--grant", "x@y:z",
        code=2,
    )  # fmt: skip

    codes = [one["code"] for one in told["problems"]]
    assert codes == ["key.malformed", "webhook.url", "webhook.unknown_type", "scope.malformed"]


def test_only_who_manages_the_tenant_may(shell):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    assert "Not allowed" in shell("--as", "bob", "webhook", "list", code=2).stderr
