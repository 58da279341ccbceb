"""`orderloom inbox`, `template`, `user notify`, `tenant notify`."""

from types import SimpleNamespace

import pytest

from orderloom import Notification, Recipient, Template, hookimpl


@hookimpl
def register_notifications():
    return Notification(
        key="shop.told", title="Sent", type="shop.order", on="send", channels=("mail", "inbox"),
        recipients=lambda event, subject, reading: [Recipient(user="bob")],
        template=Template(subject="{order.number} was sent", text="Dear {recipient.name}"),
    )  # fmt: skip


@pytest.fixture
def shop(shop):
    """The shop tells bob."""
    parts = {**vars(shop), "register_notifications": register_notifications}
    return SimpleNamespace(**parts)


@pytest.fixture
def bob(shell):
    shell("user", "add", "bob", "--name", "Bob", "--email", "bob@shop.example",
          "--grant", "shop.keeper")  # fmt: skip
    return ("--as", "bob")


@pytest.fixture
def told(shell, bob, order):
    """Bob was told that an order was sent."""
    shell("order", "do", order, "send")
    return shell.lines(*bob, "inbox", "list")


def test_an_inbox_is_listed_with_how_much_is_unread(shell, bob, told):
    said = shell(*bob, "inbox", "list").stdout

    assert [(one["unread"], one["title"]) for one in told] == [(True, "S-1 was sent")]
    assert "S-1 was sent" in said
    assert said.endswith("1 unread.\n")


def test_reading_shows_a_message_and_marks_it(shell, bob, told):
    said = shell(*bob, "inbox", "read", told[0]["id"]).stdout

    assert "Dear Bob" in said
    assert shell(*bob, "inbox", "list", "--unread").stdout.endswith("0 unread.\n")


def test_all_can_be_marked_at_once(shell, bob, told):
    assert shell.json(*bob, "inbox", "read", "--all") == {"marked": 1}
    assert shell.lines(*bob, "inbox", "list", "--unread") == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Name messages by their IDs, or add --all."),
        (("x",), "“x” is not an id"),
        (("01900000-0000-7000-8000-0000000000aa",), "To name one, see: orderloom inbox list."),
    ],
)
def test_reading_what_is_not_there_says_what_to_do(shell, bob, words, message):
    assert message in shell(*bob, "inbox", "read", *words, code=2).stderr


def test_pages_of_an_inbox_go_on(shell, bob, order, told):
    shell("order", "do", shell.json("order", "place", "--line", "Rye=1")["id"], "send")

    said = shell(*bob, "inbox", "list", "--limit", "1").stdout
    cursor = said.split("--after ")[1].strip()

    assert len(shell.lines(*bob, "inbox", "list", "--after", cursor)) == 1


def test_templates_are_listed_and_shown(shell):
    assert shell.lines("template", "list") == [
        {"notification": "shop.told", "title": "Sent", "shipped": ["en"], "own": []}
    ]
    said = shell("template", "show", "shop.told", "--preview").stdout
    assert "2026-00017 was sent" in said
    assert "Dear Robin Sample" in said


def test_a_template_is_set_from_files_and_reset(shell, bob, order, folder):
    (folder / "text.txt").write_text("Hola {recipient.name}\n", "utf-8")
    (folder / "mail.html").write_text("<p>Hola {recipient.name}</p>", "utf-8")
    wanted = ("template", "set", "shop.told", "--language", "en", "--text", "text.txt")

    shell(*wanted, "--html", "mail.html", "--preview")
    assert shell.json("template", "show", "shop.told")["own"] is False
    said = shell(*wanted, "--html", "mail.html").stdout
    shown = shell.json("template", "show", "shop.told")

    assert "Hola Robin Sample" in said
    assert shown["own"] is True
    assert shown["subject"] == "{order.number} was sent"  # as it was
    assert shown["html"] == "<p>Hola {recipient.name}</p>"
    assert "order.number" in shown["placeholders"]
    assert shell.json("template", "reset", "shop.told", "--language", "en")["removed"] is True
    assert shell.json("template", "show", "shop.told")["own"] is False


def test_a_wrong_template_is_refused_with_what_would_be_right(shell, folder):
    (folder / "text.txt").write_text("{order.nmber}", "utf-8")

    said = shell("template", "set", "shop.told", "--language", "en", "--text", "text.txt", code=2)

    assert "There is no placeholder {order.nmber}. To go on, use: order.number" in said.stderr


def test_a_template_of_a_missing_file_is_refused(shell):
    said = shell("template", "set", "shop.told", "--language", "en", "--text", "no.txt", code=2)

    assert "no.txt: There is no such file." in said.stderr


def test_a_user_says_how_he_wants_to_be_told(shell, bob, order):
    shell(*bob, "user", "notify", "bob", "shop.told", "off")

    assert shell.lines(*bob, "user", "wants", "bob") == [
        {"topic": "shop.told", "notifications": ["Sent"], "channel": "mail", "how": "off"},
        {"topic": "shop.told", "notifications": ["Sent"], "channel": "inbox", "how": "now"},
    ]
    shell("order", "do", order, "send")
    assert [one["what"] for one in shell.lines("dispatch")] == ["seal"]


def test_only_an_admin_speaks_for_others(shell, bob):
    shell("user", "notify", "bob", "shop.told", "daily")

    said = shell(*bob, "user", "notify", "admin", "shop.told", "off", code=2).stderr
    assert "tenant.manage" in said


def test_a_tenant_says_what_holds_for_all(shell, bob):
    shell("tenant", "notify", "*", "daily")

    assert [one["how"] for one in shell.lines("user", "wants", "bob")] == ["daily", "now"]
