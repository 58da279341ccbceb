import tomllib

import pytest

from orderloom.cli.database import masked

CORE = [f"core_{n:04}" for n in range(1, 7)]


def test_init_makes_a_database_a_tenant_an_admin_and_the_file(bare, folder):
    bare("init", "--title", "Example Buyers", "--currency", "CHF")

    assert tomllib.loads((folder / "orderloom.toml").read_text()) == {
        "db": "sqlite:///orderloom.db",
        "tenant": "main",
        "user": "admin",
    }
    tenant = bare.json("tenant", "show")
    assert (tenant["key"], tenant["title"]) == ("main", "Example Buyers")
    assert (tenant["timezone"], tenant["currency"], tenant["language"]) == ("UTC", "CHF", "en")
    assert bare.json("user", "show", "admin")["grants"][0]["role"] == "admin"
    assert [(one["module"], one["state"]) for one in bare.lines("module", "list")] == [
        ("shop", "on")
    ]


def test_init_twice_changes_nothing(bare, folder):
    bare("init")
    before = (folder / "orderloom.toml").read_bytes()

    again = bare.json("init", "--title", "Another")

    assert again == {
        "database": "sqlite:///orderloom.db (up to date)",
        "tenant": "main (was there)",
        "user": "admin (was there)",
        "config": "orderloom.toml (left as it was)",
    }
    assert (folder / "orderloom.toml").read_bytes() == before
    assert bare.json("tenant", "show")["title"] == "main"


def test_init_takes_names_from_flags(bare, folder):
    bare(
        "--db", "sqlite:///other.db", "--tenant", "acme", "--as", "ann", "init", "--module", "shop"
    )

    assert (folder / "other.db").exists()
    assert bare.lines("user", "list")[0]["id"] == "ann"


def test_every_wrong_field_of_the_tenant_is_told_and_no_file_written(bare, folder):
    told = bare("init", "--timezone", "Nowhere/Land", "--currency", "XXXX", code=2).stderr

    assert "timezone" in told
    assert "currency" in told
    assert not (folder / "orderloom.toml").exists()


def test_commands_say_what_they_miss(bare):
    bare("--db", "sqlite:///x.db", "migrate")

    for flags, missing in (
        ((), "--db URL"),
        (("--db", "sqlite:///x.db"), "--tenant KEY"),
        (("--db", "sqlite:///x.db", "--tenant", "main"), "--as USER"),
    ):
        assert missing in bare(*flags, "order", "list", code=2).stderr


def test_variables_name_database_tenant_and_user(shell, folder, monkeypatch):
    (folder / "orderloom.toml").unlink()
    monkeypatch.setenv("ORDERLOOM_DB", "sqlite:///orderloom.db")
    monkeypatch.setenv("ORDERLOOM_TENANT", "main")
    monkeypatch.setenv("ORDERLOOM_USER", "nobody")

    assert "There is no user 'nobody'" in shell("order", "list", code=2).stderr
    assert shell.json("--as", "admin", "order", "list") == {"items": [], "next": None}


def test_a_database_without_tables_says_what_to_do(bare, folder):
    (folder / "new.db").touch()

    told = bare("--db", "sqlite:///new.db", "tenant", "list", code=2).stderr

    assert "orderloom migrate" in told


def test_migrate_says_what_it_applied_and_then_nothing(bare):
    first = bare("--db", "sqlite:///new.db", "migrate").stdout
    again = bare("--db", "sqlite:///new.db", "migrate").stdout

    assert first.splitlines() == [f"applied core {one}" for one in CORE]
    assert again == "The database is up to date.\n"


def test_migrate_with_a_role_it_cannot_let_in_applies_nothing(bare):
    told = bare("--db", "sqlite:///new.db", "migrate", "--grant", "nobody", code=2)

    assert told.stdout == ""
    assert "SQLite has no roles" in told.stderr


def test_migrate_status_changes_nothing_so_it_grants_nothing(bare, folder):
    told = bare("--db", "sqlite:///new.db", "migrate", "--status", "--grant", "x", code=2).stderr

    assert "leave it out" in told
    assert not (folder / "new.db").exists()


def test_migrate_status_says_what_is_missing(bare):
    bare("--db", "sqlite:///new.db", "migrate", "--status")

    rows = bare.lines("--db", "sqlite:///new.db", "migrate", "--status")

    assert rows == [{"module": "core", "revision": "", "pending": CORE, "newer": False}]


def test_a_mistyped_database_is_refused_and_not_made(bare, folder):
    told = bare.json(
        "--db", "sqlite:///nix.db", "--tenant", "main", "--as", "admin", "order", "list", code=2
    )

    assert told["problems"][0]["code"] == "cli.no_such_database"
    assert not (folder / "nix.db").exists()


def test_the_old_name_of_postgresql_is_corrected(bare):
    told = bare("--db", "postgres://x/y", "tenant", "list", code=2).stderr

    assert "write postgresql://" in told


def test_a_password_is_not_shown():
    assert masked("postgresql://ann:secret@x/y") == "postgresql://ann:***@x/y"


def test_what_is_asked_of_a_tenant_there_is_is_told_to_be_left_out(bare):
    bare("init", "--timezone", "Europe/Vienna")

    told = bare("init", "--timezone", "Mars/Base", "--module", "shop").stdout
    quiet = bare("init").stdout

    assert "Tenant main was left as it is, without --timezone, --module." in told
    assert "orderloom tenant set" in told
    assert "left as it is" not in quiet


@pytest.mark.parametrize("wrong", [("--timezone", "Mars/Base"), ("--module", "shp")])
def test_a_refused_init_leaves_no_file(bare, folder, wrong):
    bare("init", *wrong, code=2)

    assert [*folder.iterdir()] == []


def test_a_refused_init_leaves_the_database_there_was(bare, folder):
    bare("--db", "sqlite:///orderloom.db", "migrate")

    bare("init", "--timezone", "Mars/Base", code=2)

    assert (folder / "orderloom.db").exists()
