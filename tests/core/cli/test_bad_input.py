"""What people and machines get wrong, typed into a shell: a remedy, nothing written."""

import sqlite3
from contextlib import suppress

import pytest

from orderloom import Conflict
from orderloom.cli import Session


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("x" * 1_000_000, "text.too_long"),
        ("\u202eevil", "text.control_character"),
        ("\x1b[2J", "text.control_character"),
        ("\ud800", "text.control_character"),
    ],
)
def test_texts_that_cannot_be_kept_are_refused(shell, title, code):
    told = shell.json("order", "place", "--line", "Tent=1", "--title", title, code=2)

    assert told["problems"][0]["code"] == code
    assert shell.json("order", "list")["items"] == []


def test_html_is_plain_text(shell):
    shell("order", "place", "--line", "Tent=1", "--title", "<b>bold</b>")

    assert "<b>bold</b>" in shell("order", "list").stdout


@pytest.mark.parametrize("quantity", ["0", "-1", "1" * 13, "1.1234567"])
def test_quantities_out_of_bounds_are_refused(shell, quantity):
    told = shell.json("order", "place", "--line", f"Tent={quantity}", code=2)

    assert told["problems"][0]["field"] == "lines[0].quantity"


def test_an_unknown_unit_currency_and_type_are_refused(shell):
    unit = shell.json("order", "place", "--line", "Tent=1 furlong", code=2)
    currency = shell.json("order", "place", "--line", "Tent=1", "--currency", "XXQ", code=2)
    kind = shell("order", "place", "--type", "shop.ordr", "--line", "Tent=1", code=2).stderr

    assert unit["problems"][0]["code"] == "unit.unknown"
    assert currency["problems"][0]["code"] == "currency.unknown"
    assert "shop.order" in kind


def test_a_file_that_is_no_database_is_refused(bare, folder):
    (folder / "orders.db").write_bytes(b"\x89PNG" * 1000)

    assert bare("--db", "sqlite:///orders.db", "migrate", code=2).stderr.startswith("Refused")


def test_a_database_of_a_newer_version_is_refused(shell, folder):
    raw = sqlite3.connect(folder / "orderloom.db")
    raw.execute("UPDATE ol_version_core SET version_num = 'core_9999'")
    raw.commit()
    raw.close()

    told = shell.json("migrate", code=2)

    assert told["problems"][0]["code"] == "store.newer_database"


@pytest.mark.parametrize(
    "url", ["", "orders.db", "mysql://host/x", "sqlite:///no/such/folder/x.db"]
)
def test_a_database_that_cannot_be_opened_is_refused(bare, url):
    bare("--db", url, "tenant", "list", code=2)


@pytest.fixture
def busy(monkeypatch):
    """Someone else is in the way of every command, once."""

    def run(self, work):
        with suppress(Conflict), self.desk() as desk:
            work(desk)
            raise Conflict("Busy.", retryable=True)
        with self.desk() as desk:
            return work(desk)

    monkeypatch.setattr(Session, "run", run)


def test_commands_can_be_tried_again_when_someone_is_in_the_way(shell, order, busy, folder):
    (folder / "parties.csv").write_text("id,name\nV1,Example Tents\n")
    commands = [
        ("order", "place", "--line", "Rope=1", "--title", "Second"),
        ("order", "edit", order, "--set", "1", "quantity=5", "--delivery-on", "2027-06-30"),
        ("order", "do", order, "send", "--message", "Please"),
        ("party", "import", "parties.csv"),
        ("tenant", "settings", "set", "core", "smtp_port=25"),
        ("user", "add", "bob", "--grant", "admin"),
        ("order", "copy", order),
    ]

    for words in commands:
        shell(*words)

    titles = [one["title"] for one in shell.json("order", "list")["items"]]
    assert titles == ["Garden", "Second", "Garden"]
