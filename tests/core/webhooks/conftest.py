from __future__ import annotations

import pytest

from orderloom.testing.webhooks import WebhookSink
from orderloom.worker import Worker


@pytest.fixture
def insecure(monkeypatch):
    """The installation lets webhooks go to the loopback."""
    monkeypatch.setenv("ORDERLOOM_CORE__WEBHOOK_INSECURE", "yes")


@pytest.fixture
def sink():
    with WebhookSink() as listening:
        yield listening


@pytest.fixture
def work():
    """Does what is due; answers outcome and source of each webhook delivery."""

    def run(toy, **move):
        toy.clock.move(**move)
        done = Worker(toy.loom).once(tenant=toy.tenant)
        return [(one.about, one.outcome) for one in done if one.what == "webhook"]

    return run


@pytest.fixture
def add():
    """Adds an endpoint; answers its secret."""

    def run(toy, url, *types, name="erp", grant="admin"):
        with toy.desk() as desk:
            _, secret = desk.webhooks.add(name, url, types or ("*",), grant)
        return secret

    return run


@pytest.fixture
def hooked(insecure, make_toy, sink, add):
    """A toy tenant all events of which are told to the sink, and the secret."""
    toy = make_toy()
    return toy, add(toy, sink.url)
