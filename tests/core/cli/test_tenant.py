import attrs
import pytest

from orderloom import CoreSettings
from orderloom.tenants.settings import INSTALLATION


def test_a_new_tenant_has_a_first_user(shell):
    shell(
        "tenant", "add", "acme", "--timezone", "Europe/Vienna", "--admin", "ann", "--module", "shop"
    )

    keys = [one["key"] for one in shell.lines("tenant", "list")]
    users = shell.lines("--tenant", "acme", "--as", "ann", "user", "list")

    assert keys == ["acme", "main"]
    assert [(one["id"], one["grants"]) for one in users] == [("ann", ["admin"])]


def test_a_tenant_is_changed_field_by_field(shell):
    changed = shell.json("tenant", "set", "--currency", "CHF")

    assert (changed["currency"], changed["timezone"]) == ("CHF", "Europe/Vienna")


def test_an_unknown_tenant_is_named_with_the_nearest(shell):
    assert "use: main" in shell("tenant", "show", "mian", code=2).stderr


def test_settings_are_listed_with_where_they_come_from(shell, folder, monkeypatch):
    config = folder / "orderloom.toml"
    config.write_text(config.read_text() + '[settings.core]\nsmtp_port = 25\nmail_folder = "a"\n')
    monkeypatch.setenv("ORDERLOOM_CORE__MAIL_FOLDER", "b")
    shell("tenant", "settings", "set", "core", "document-paper=Letter")

    rows = {one["setting"]: one for one in shell.lines("tenant", "settings", "list", "core")}

    assert [(rows[name]["value"], rows[name]["from"]) for name in
            ("smtp_port", "mail_folder", "document_paper", "smtp_host")] == [
        ("25", "file"), ("b", "environment"), ("Letter", "tenant"), ("", "default"),
    ]  # fmt: skip


def test_setting_says_what_changed_and_clearing_gives_it_back(shell):
    changed = shell.lines("tenant", "settings", "set", "core", "smtp_port=25")
    shell("tenant", "settings", "clear", "core", "smtp_port")
    rows = {
        one["setting"]: one["value"] for one in shell.lines("tenant", "settings", "list", "core")
    }

    assert changed == [{"setting": "smtp_port", "before": 587, "now": 25}]
    assert rows["smtp_port"] == "587"


def test_all_wrong_settings_are_told_at_once(shell):
    told = shell.json(
        "tenant", "settings", "set", "core", "smtp_port=many", "mail_trasport=x", code=2
    )

    assert [one["code"] for one in told["problems"]] == ["settings.not_whole", "settings.unknown"]


def test_what_sets_nothing_is_refused(shell):
    assert "NAME=VALUE" in shell("tenant", "settings", "set", "core", "smtp_port", code=2).stderr


def test_who_may_not_manage_the_tenant_is_refused(shell):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    told = shell("--as", "bob", "tenant", "set", "--title", "Mine", code=2).stderr

    assert told.startswith("Not allowed")
    assert shell.json("tenant", "show")["title"] == "Example Buyers"


def test_what_the_list_shows_of_a_setting_sets_it_so(shell):
    shell("tenant", "settings", "set", "core", "document_sender=Example Buyers|Long Lane 1")
    listed = {
        one["setting"]: one["value"] for one in shell.lines("tenant", "settings", "list", "core")
    }

    settable = {
        field.name for field in attrs.fields(CoreSettings) if INSTALLATION not in field.metadata
    }
    values = [f"{name}={value}" for name, value in listed.items() if value and name in settable]
    changed = shell.lines("tenant", "settings", "set", "core", *values)

    assert [one["now"] for one in changed if one["setting"] == "document_sender"] == []
    assert all(one["before"] == one["now"] for one in changed)


def test_a_list_with_commas_asks_what_is_meant_and_either_answer_sets_it_so(shell):
    told = shell("tenant", "settings", "set", "core", "document_sender=Buyers,Yard 1", code=2)
    several = shell.lines(
        "tenant", "settings", "set", "core", 'document_sender=["Buyers", "Yard 1"]'
    )
    one = shell.lines("tenant", "settings", "set", "core", 'document_sender=["Buyers,Yard 1"]')

    assert 'write ["Buyers", "Yard 1"] or ["Buyers,Yard 1"]' in told.stderr
    assert [several[0]["now"], one[0]["now"]] == [["Buyers", "Yard 1"], ["Buyers,Yard 1"]]


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_logo_that_cannot_be_printed_is_refused_when_it_is_set(shell, folder, content):
    if content is not None:
        (folder / "logo.png").write_bytes(content)

    told = shell.json("tenant", "settings", "set", "core", "document_logo=logo.png", code=2)

    assert [one["field"] for one in told["problems"]] == ["core.document_logo"]


@pytest.mark.parametrize(
    "words",
    [("tenant", "settings", "list"), ("module", "plan", "shop", "off"), ("user", "list")],
)
def test_only_who_manages_the_tenant_may_look_at_how_it_is_run(shell, words):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    told = shell("--as", "bob", *words, code=2).stderr

    assert told.startswith("Not allowed")
    assert told.count("role Admin") == 1


def test_who_may_not_read_the_history_of_the_tenant_is_told_who_may(shell):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    told = shell("--as", "bob", "tenant", "history", code=2).stderr

    assert told.startswith("Not allowed")
    assert "tenant.read" in told
    assert "role Admin" in told
    assert "There is no tenant" not in told


def test_a_language_nobody_speaks_is_refused(shell):
    told = shell.json("tenant", "set", "--language", "xx", code=2)

    assert told["problems"][0]["code"] == "language.unknown"
