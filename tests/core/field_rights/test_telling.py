"""Webhooks, mails and inboxes tell nobody what he may not see; documents show it to nobody else."""

from __future__ import annotations

import json

import pytest

from orderloom import Forbidden
from orderloom.notify.templates.formats import formatted
from orderloom.orders.hidden import HIDDEN
from orderloom.testing.webhooks import WebhookSink
from orderloom.worker import Worker


@pytest.fixture
def sink():
    with WebhookSink() as listening:
        yield listening


def owed(shop, order):
    """What is owed by mail and told in inboxes: text and attachment by recipient."""
    with shop.reader(shop.admin) as reader:
        mails = [one for one in reader.deliveries(limit=100) if one.channel == "mail"]
    found = {}
    for one in mails:
        found.setdefault(one.source, {})[one.recipient] = (one.payload["text"], one.document_id)
    return found


@pytest.mark.parametrize("grant", ["shop.porter", "shop.clerk", "shop.porter@party:v1"])
def test_an_endpoint_hears_by_its_grant(shop, sink, monkeypatch, grant):
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECURE", "yes")
    with shop.desk(shop.admin) as desk:
        desk.webhooks.add("erp", sink.url, ["*"], grant)
    order = shop.told_story()
    Worker(shop.loom).once(tenant=shop.tenant)

    heard = [json.loads(request.body) for request in sink.requests]

    subjects = [one["data"]["subject"] for one in heard if "subject" in one["data"]]
    sees = grant == "shop.clerk"
    assert len(subjects) >= len(shop.get(order).lines) + 3
    assert {"totals" in one for one in subjects} == {sees}
    assert {"price" in one["lines"][0] for one in subjects} == {sees}
    told = " ".join(request.body.decode() for request in sink.requests)
    assert any(one in told.replace(".", "") for one in shop.figures(order)) == sees


def test_a_message_to_a_user_says_hidden(shop):
    order = shop.told_story()

    mails = owed(shop, order)["shop.sent"]

    text, attached = mails["porter@example.org"]
    assert text.startswith("hidden / hidden / ")
    assert not any(one in text.replace(".", "") for one in shop.figures(order))
    assert attached is None  # the bill shows prices
    text, attached = mails["clerk@example.org"]
    assert text.startswith("€347,160.49 / 347160.49 EUR")
    assert attached is not None
    assert mails["out@there.example"][1] == attached  # whom the module itself names


def test_values_that_reckon_with_amounts_are_hidden_as_a_whole(shop):
    order = shop.place()

    mails = owed(shop, order)["shop.placed"]

    assert mails["porter@example.org"][0] == "half of it is hidden"
    # the half of 347160.49
    assert mails["clerk@example.org"][0] == "half of it is 173,580.245"


def test_an_inbox_says_the_same(shop):
    shop.told_story()

    with shop.reader(shop.porter) as reader:
        texts = [entry.text for entry in reader.inbox().items]

    assert len(texts) == 2
    assert all("hidden" in text and "98765" not in text for text in texts)


def test_hidden_is_said_in_the_readers_language():
    assert formatted(HIDDEN, "es", "UTC") == "oculto"
    assert formatted(HIDDEN, "en", "UTC") == "hidden"


# ── documents ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", ["shop.bill", "shop.list"])
def test_a_document_that_shows_prices_is_for_who_sees_them(shop, document):
    order = shop.told_story()
    with shop.reader() as reader:
        issued = next(one for one in reader.documents(order) if one.type == document)
        reader.render(issued)
    doors = (
        lambda desk: desk.render(issued),
        lambda desk: desk.draft(order, document),
        lambda desk: desk.issue(order.ref, document),
    )

    for door in doors:
        with shop.desk(shop.porter) as desk, pytest.raises(Forbidden) as refused:
            door(desk)
        (problem,) = refused.value.problems
        assert (problem.code, problem.lifted_by) == ("document.hidden", "role Admin or Clerk")


def test_documents_without_prices_stay(shop):
    order = shop.told_story()

    with shop.desk(shop.porter) as desk:
        (issued,) = desk.documents(order)
        again = desk.issue(order.ref, "shop.slip")
        texts = [desk.render(one, "text").content.decode() for one in (issued, again)]

    assert issued.type == "shop.slip"
    assert again.revision == 2
    assert all("hidden" in text and "3 Chair None" in text for text in texts)


def test_what_a_document_does_not_say_it_shows_it_cannot_show(shop):
    order = shop.told_story()

    with shop.reader() as reader:  # who sees all, too
        text = reader.draft(order, "shop.slip", "text").content.decode()

    assert "hidden" in text
    assert "98765" not in text
