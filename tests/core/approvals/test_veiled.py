"""What the other side is told when an order comes back from where it could not see it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from orderloom import (
    Module,
    Notification,
    Recipient,
    SetLine,
    Template,
    hookimpl,
)
from orderloom.testing.webhooks import WebhookSink
from orderloom.worker import Worker


def everybody(event: Any, order: Any, reading: Any) -> list[Recipient]:
    return [Recipient(user="sven"), Recipient(user="omar")]


def telling() -> Any:
    """A module that tells both sides of what happens to an order."""
    template = Template(subject="{order.number}", text="by {actor.name}: {reason}|")

    @hookimpl
    def register_notifications() -> list[Notification]:
        return [
            Notification(
                key=f"tells.{on}", title="Told", type="market.order", on=on,
                recipients=everybody, channels=("inbox",), template=template,
            )
            for on in ("refused", "drop")
        ]  # fmt: skip

    module = Module("tells", title="Tells", requires="market", touches="market.order")
    return SimpleNamespace(
        __name__="tells", module=module, register_notifications=register_notifications
    )


@pytest.fixture
def told(make_market: Any) -> Any:
    """A market whose orderers may order for 500, with a module that tells both sides."""
    shop = make_market(beside=telling())
    shop.allow("omar", "500")
    return shop


def sent_back(shop: Any) -> Any:
    """An order its supplier had, which waits again for more than was approved."""
    order = shop.place("omar", "400")
    return shop.edit("omar", order, SetLine(line=1, price="900"))


def seen(shop: Any, order: Any, user: str = "sven") -> Any:
    with shop.reader(user) as reader:
        return reader.history(order)[-1]


def test_a_refusal_is_told_the_other_side_as_what_it_sees_happen(told: Any) -> None:
    order = told.refuse("hana", sent_back(told), reason="far too dear")

    event = seen(told, order)

    assert (event.name, event.action, event.actor) == ("moved", "", "")
    assert (event.source, event.target, event.reason) == ("", "pending", "")
    assert "refuse" not in str(event)
    assert not {"omar", "hana"} & set(str(event.body).replace("'", " ").split())


def test_its_own_side_is_told_who_refused_and_why(told: Any) -> None:
    order = told.refuse("hana", sent_back(told), reason="far too dear")

    event = seen(told, order, "omar")

    assert (event.name, event.action, event.actor) == ("refused", "refuse", "hana")
    assert event.reason == "far too dear"


def test_a_withdrawal_is_the_doing_of_who_withdrew(told: Any) -> None:
    order = sent_back(told)
    with told.desk("hugo") as desk:
        order = desk.perform(order, "drop", reason="changed our mind")

    event = seen(told, order)

    assert (event.action, event.actor, event.source) == ("drop", "hugo", "")
    assert event.reason == ""


def test_what_was_approved_is_the_doing_of_who_asked_for_it(told: Any) -> None:
    order = told.approve("hana", sent_back(told), reason="just this once")

    event = seen(told, order)

    assert (event.actor, event.reason) == ("omar", "")


def test_an_inbox_names_no_refuser_to_the_other_side(told: Any) -> None:
    told.refuse("hana", sent_back(told), reason="far too dear")

    texts = {}
    for user in ("sven", "omar"):
        with told.reader(user) as reader:
            texts[user] = [one.text for one in reader.inbox().items]

    assert texts == {"sven": ["by : |"], "omar": ["by Hana: far too dear|"]}


def test_a_webhook_of_the_other_side_hears_no_refusal(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECURE", "yes")
    order = sent_back(told)
    with WebhookSink() as sink:
        with told.desk("root") as desk:
            desk.webhooks.add("theirs", f"{sink.url}s1", ("*",), "market.supplier@party:s1")
            desk.webhooks.add("ours", f"{sink.url}o1", ("*",), "market.orderer@party:o1")
            refusals = ("market.order.refused",)
            desk.webhooks.add("alert", f"{sink.url}no", refusals, "market.supplier@party:s1")
        told.refuse("hana", order)
        Worker(told.loom).once(tenant=told.tenant)
        heard = {one.path: one.json() for one in sink.requests}

    assert set(heard) == {"/s1", "/o1"}
    assert "refuse" not in json.dumps(heard["/s1"])
    assert heard["/s1"]["data"]["event"]["name"] == "moved"
    assert heard["/o1"]["data"]["event"]["name"] == "refused"
