from __future__ import annotations

import csv
import io

import pytest

from orderloom import Field, hookimpl
from orderloom.cli import Session
from orderloom.cli.commands.order.exporting import _PAGE
from orderloom.cli.main import cli


def rows(shell, *flags):
    text = shell("order", "list", "--csv", *flags).stdout
    return list(csv.DictReader(io.StringIO(text)))


def place(shell, title, price="10"):
    return shell.json("order", "place", "--line", f"Tent=2@{price}", "--title", title)["id"]


def test_an_order_is_a_row_with_its_status_by_name_and_title(shell, order):
    shell("order", "do", order, "send", "--no-mail")

    (row,) = rows(shell)

    assert {name: row[name] for name in ("id", "number", "type", "status", "status title")} == {
        "id": order,
        "number": "S-1",
        "type": "shop.order",
        "status": "sent",
        "status title": "Sent",
    }


def test_amounts_are_plain_numbers_and_say_how_much_is_priced(shell, order):
    (row,) = rows(shell)

    # 200 chairs at 12.50; the tent has no price
    assert (row["total"], row["currency"]) == ("2500.00", "EUR")
    assert (row["lines"], row["priced lines"]) == ("2", "1")


def test_an_order_without_prices_has_no_total(shell):
    shell("order", "place", "--line", "Tent=1")

    assert rows(shell)[0]["total"] == ""


def test_filters_hold(shell):
    sent, _ = place(shell, "Sent one"), place(shell, "Draft one")
    shell("order", "do", sent, "send", "--no-mail")

    assert [row["title"] for row in rows(shell, "--status", "sent")] == ["Sent one"]


def test_all_orders_are_written_whatever_the_pages(shell, monkeypatch):
    monkeypatch.setattr("orderloom.cli.commands.order.exporting._PAGE", 2)
    for title in ("One", "Two", "Three", "Four", "Five"):
        place(shell, title)

    assert [row["title"] for row in rows(shell)] == ["Five", "Four", "Three", "Two", "One"]
    assert [row["title"] for row in rows(shell, "--limit", "3")] == ["Five", "Four", "Three"]


def test_a_page_is_not_the_whole_of_a_large_tenant():
    assert _PAGE <= 1000  # the most `find` answers at once


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@here", "'@here"),
        ("-cmd", "'-cmd"),
        ("+1", "'+1"),
        ("-5.25", "-5.25"),
        ("Tents, four", "Tents, four"),
    ],
)
def test_no_text_becomes_a_formula(shell, title, written):
    place(shell, title)

    assert rows(shell)[0]["title"] == written


def test_fields_of_modules_are_columns(shell, shop, monkeypatch):
    @hookimpl
    def register_fields():
        return Field(
            key="shop.first",
            title="First line",
            type="shop.order",
            of=lambda order: order.lines[0].name,
        )

    monkeypatch.setattr(shop, "register_fields", register_fields, raising=False)
    monkeypatch.setattr(cli, "session", lambda: Session([shop]))
    place(shell, "One")

    assert rows(shell)[0]["first line"] == "Tent"


def test_a_misspelt_filter_is_told(shell):
    assert "draft" in shell("order", "list", "--csv", "--status", "drafd", code=2).stderr


def test_without_orders_there_are_only_headings(shell):
    assert shell("order", "list", "--csv").stdout.startswith("id,number,type,status,status title,")
    assert rows(shell) == []
