from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from orderloom.cli.commands.order.listing import query_of


@pytest.fixture
def three(shell):
    """Three orders: One (draft, 10.00), Two (sent, 20.00), Three (draft, 30.00)."""
    ids = {}
    for title, price in (("One", 10), ("Two", 20), ("Three", 30)):
        made = shell.json("order", "place", "--line", f"Tent=1@{price}", "--title", title)
        ids[title] = made["id"]
    shell("order", "do", ids["Two"], "send")
    return ids


def titles(shell, *flags):
    return [one["title"] for one in shell.json("order", "list", *flags)["items"]]


def test_orders_are_listed_newest_first(shell, three):
    assert titles(shell) == ["Three", "Two", "One"]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--status", "sent"], ["Two"]),
        (["--status", "sent", "--status", "draft"], ["Three", "Two", "One"]),
        (["--stage", "draft"], ["Three", "One"]),
        (["--number", "S-1"], ["Two"]),
        (["--text", "thre"], ["Three"]),
        (["--total-from", "20"], ["Three", "Two"]),
        (["--total-from", "10.01", "--total-until", "29.99"], ["Two"]),
        (["--type", "shop.order"], ["Three", "Two", "One"]),
        (["--from", "2020-01-01", "--until", "2021-01-01"], []),
        (["--from", "2020-01-01"], ["Three", "Two", "One"]),
    ],
)
def test_every_filter_narrows_the_list(shell, three, flags, expected):
    assert titles(shell, *flags) == expected


def test_a_page_says_where_the_next_one_begins(shell, three):
    first = shell.json("order", "list", "--limit", "2")
    second = shell.json("order", "list", "--limit", "2", "--after", first["next"])

    assert [one["title"] for one in first["items"]] == ["Three", "Two"]
    assert [one["title"] for one in second["items"]] == ["One"]
    assert second["next"] is None


def test_people_are_told_how_to_see_more(shell, three):
    assert "--after " in shell("order", "list", "--limit", "1").stdout


def test_deleted_orders_are_listed_if_asked_for(shell, three):
    shell("order", "delete", three["One"], "--yes")

    assert titles(shell) == ["Three", "Two"]
    assert titles(shell, "--deleted") == ["Three", "Two", "One"]
    assert "Draft (deleted)" in shell("order", "list", "--deleted").stdout


def test_counting_counts(shell, three):
    assert shell.json("order", "list", "--count", "--stage", "draft") == {"count": 2, "more": False}
    assert shell("order", "list", "--count").stdout == "count  3\n"


def test_a_day_begins_in_the_zone_of_the_tenant():
    given = {"created_from": "2027-07-01", "created_until": "2027-07-01T00:00:00+00:00"}

    query = query_of(given, ZoneInfo("Europe/Vienna"))

    assert query.created_from == datetime(2027, 6, 30, 22, tzinfo=UTC)
    assert query.created_until == datetime(2027, 7, 1, tzinfo=UTC)


def test_wrong_filters_are_told_together(shell, three):
    told = shell.json("order", "list", "--from", "2027-13-01", "--total-from", "1e5", code=2)

    assert [one["field"] for one in told["problems"]] == ["created_from", "total_from"]


def test_a_bad_cursor_is_refused(shell, three):
    told = shell.json("order", "list", "--after", "AAAA", code=2)

    assert told["problems"][0]["code"] == "find.bad_cursor"


def test_texts_of_orders_cannot_act_on_the_terminal(shell, three, folder):
    import sqlite3

    with sqlite3.connect(folder / "orderloom.db") as raw:
        raw.execute("UPDATE ol_subject SET title = 'x' || char(27) || '[2J' WHERE title = 'One'")
    raw.close()

    assert "x\\x1b[2J" in shell("order", "list").stdout
