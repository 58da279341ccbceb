import sqlite3

import pytest

from orderloom import Module, hookimpl
from orderloom.cli import Session
from orderloom.cli.main import cli

BROKEN = []


class Till:
    """A module whose hook fails as long as BROKEN holds something."""

    __name__ = "till_hook"
    module = Module("tillhook", title="Till", requires="shop", touches="shop.order")

    @staticmethod
    @hookimpl
    def after_order_event(event, order):
        if BROKEN:
            raise ConnectionError("the till is on fire")


@pytest.fixture
def failing(shell, shop, order, folder, monkeypatch):
    """The hook of `tillhook` is in quarantine: its last attempt of eight was made."""
    BROKEN.append(True)
    monkeypatch.setattr(cli, "session", lambda: Session([shop, Till]))
    shell("module", "on", "tillhook", "--yes")
    shell("order", "edit", order, "--title", "Park")
    raw = sqlite3.connect(folder / "orderloom.db")
    raw.execute("UPDATE ol_delivery SET attempts = 7 WHERE channel = 'hook'")
    raw.commit()
    raw.close()
    yield shell
    BROKEN.clear()


def test_what_is_in_quarantine_is_listed_with_its_error_and_events(failing, order):
    assert "1 put into quarantine." in failing("dispatch").stdout

    (one,) = failing.lines("module", "quarantine")
    assert (one["module"], one["hook"], one["waiting"]) == ("tillhook", "after_order_event", 1)
    assert "the till is on fire" in one["error"]
    assert f"(order {order}, event 2)" in one["first"][0]
    assert (
        "To call them again: orderloom module replay MODULE"
        in failing("module", "quarantine").stdout
    )


def test_the_list_of_modules_says_so(failing):
    failing("dispatch")

    (till,) = [one for one in failing.lines("module", "list") if one["module"] == "tillhook"]
    assert till["reason"].startswith("after_order_event is not called, since it kept failing")


def test_it_is_replayed(failing):
    failing("dispatch")
    BROKEN.clear()

    assert failing.json("module", "replay", "tillhook") == {"module": "tillhook", "owed": 1}
    assert "hook  sent  tillhook:after_order_event" in failing("dispatch").stdout
    assert failing.lines("module", "quarantine") == []


def test_an_event_is_skipped(failing):
    failing("dispatch")
    id = failing.lines("module", "quarantine")[0]["first"][0].split()[0]

    assert failing.json("module", "replay", "tillhook", "--skip", id)["owed"] == 0


def test_what_is_not_in_quarantine_is_not_replayed(failing):
    failing("dispatch")

    assert "tillhook" in failing("module", "replay", "tillhok", code=2).stderr
