"""The command line shows a porter no price, whichever way he asks."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from orderloom.cli import Session
from orderloom.cli.main import cli

COLUMNS = ("total", "priced lines", "worth", "words")
DOORS = {
    "show": ("order", "show", "{order}"),
    "show as JSON": ("--json", "order", "show", "{order}"),
    "list": ("order", "list"),
    "list as JSON": ("--json", "order", "list"),
    "list as CSV": ("order", "list", "--csv"),
    "history": ("order", "history", "{order}"),
    "history as JSON": ("--json", "order", "history", "{order}"),
    "explain": ("order", "explain", "{order}"),
    "explain as JSON": ("--json", "order", "explain", "{order}"),
    "approvals": ("approvals", "inbox"),
    "approvals as JSON": ("--json", "approvals", "inbox"),
    "approval": ("approvals", "show", "{order}"),
    "inbox": ("--json", "inbox", "list"),
    "edit": ("order", "edit", "{order}", "--title", "Fair"),
    "edit as JSON": ("--json", "order", "edit", "{order}", "--title", "Fair"),
    "copy": ("--json", "order", "copy", "{order}"),
}


@pytest.fixture
def shell(shop, engine, tmp_path, monkeypatch):
    """Types commands as somebody; answers what is printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "session", lambda: Session([shop.module]))
    monkeypatch.setenv("ORDERLOOM_DB", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ORDERLOOM_TENANT", shop.tenant)

    def run(*words, by="porter", code=0):
        monkeypatch.setenv("ORDERLOOM_USER", by)
        result = CliRunner().invoke(cli, [str(word) for word in words])
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return result.stdout + result.stderr

    return run


def figures_in(text, figures):
    told = re.sub(r"(?<=\d)[.,](?=\d)", "", text)
    return {one for one in figures if one in told}


@pytest.mark.parametrize("door", DOORS)
def test_no_command_prints_a_digit(shop, shell, door):
    order = shop.place(shop.new(title="dear")) if "approv" in door else shop.told_story()
    words = [word.format(order=order.id) for word in DOORS[door]]

    printed = shell(*words)

    assert figures_in(printed, shop.figures(order)) == set()


@pytest.mark.parametrize("door", DOORS)
def test_the_same_commands_print_them_for_a_clerk(shop, shell, door):
    silent = {"edit", "explain waiting", "inbox", "approvals", "approvals as JSON"}
    order = shop.place(shop.new(title="dear")) if "approv" in door else shop.told_story()
    words = [word.format(order=order.id) for word in DOORS[door]]

    printed = shell(*words, by="clerk")

    assert bool(figures_in(printed, shop.figures(order))) != (door in silent)


def test_an_order_is_shown_with_hidden_sums_and_no_columns_of_prices(shop, shell):
    order = shop.place()

    printed = shell("order", "show", order.id)

    assert re.search(r"total +hidden", printed)
    assert "price" not in printed
    assert "Rebate" not in printed


def test_the_json_of_an_order_says_what_is_hidden(shop, shell):
    order = shop.place()

    shown = json.loads(shell("--json", "order", "show", order.id))["order"]

    (row,) = json.loads(shell("--json", "order", "list"))["items"]
    assert shown["hidden"] == row["hidden"] == ["data.shop.deal", "prices"]
    assert shown["lines"][0].keys().isdisjoint({"price", "total", "tax", "tax_amount"})
    assert shown.keys().isdisjoint({"totals", "adjustments"})


def test_the_columns_of_a_csv_are_empty(shop, shell):
    shop.place()

    (row,) = csv.DictReader(io.StringIO(shell("order", "list", "--csv")))

    assert [row[name] for name in COLUMNS] == ["", "", "", "hidden 1"]


def test_a_filter_by_totals_is_refused(shop, shell):
    shop.place()

    printed = shell("order", "list", "--total-from", "1", code=2)

    assert "Prices of some shop.order are hidden from you" in printed


def test_a_price_is_not_set(shop, shell):
    order = shop.place()

    printed = shell("order", "edit", order.id, "--set", "1", "price=5", code=2)

    assert "role Admin or Clerk" in printed
    assert shop.get(order) == order
