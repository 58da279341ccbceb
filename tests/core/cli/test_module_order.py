from __future__ import annotations

from types import SimpleNamespace

import pytest

from orderloom import Module, hookimpl
from orderloom.cli import Session
from orderloom.cli.main import cli


@hookimpl
def check_order():
    return None


@pytest.fixture
def guarded(shell, shop, monkeypatch):
    """The shell where a second module is installed, which tenant main has off."""
    manifest = Module("guard", title="Guard", requires="shop", touches="shop.order")
    guard = SimpleNamespace(module=manifest, check_order=check_order)
    monkeypatch.setattr(cli, "session", lambda: Session([guard, shop]))
    return shell


def order_of(shell, *words):
    lines = shell.lines("module", "order", *words)
    return [(one["tenant"], one["module"], one["why"]) for one in lines]


def test_the_order_of_each_tenant_is_shown_with_its_reasons(guarded):
    guarded("tenant", "add", "other", "--module", "guard")

    assert order_of(guarded) == [
        ("main", "shop", "first"),
        ("other", "shop", "first"),
        ("other", "guard", "guard requires shop"),
    ]
    assert order_of(guarded, "--tenant", "main") == [("main", "shop", "first")]


def test_without_a_database_all_installed_modules_are_shown(bare):
    assert order_of(bare) == [(None, "shop", "first")]


def test_modules_that_cannot_run_together_come_last_with_their_fault(bare, shop, monkeypatch):
    @hookimpl
    def register_order_types():
        raise RuntimeError("no paper")

    paper = SimpleNamespace(
        module=Module("paper", title="Paper"), register_order_types=register_order_types
    )
    monkeypatch.setattr(cli, "session", lambda: Session([shop, paper]))

    first, last = order_of(bare)

    assert first == (None, "shop", "first")
    assert last[1] == "paper"
    assert last[2].startswith("faulted: RuntimeError: no paper")


def test_a_lock_file_that_holds_is_told_so(guarded, folder):
    guarded("module", "order", "--lock", "modules.lock")

    said = guarded("module", "order", "--check", "modules.lock").stdout

    assert said == "The modules are as modules.lock says.\n"
    assert "\nguard\n  stands: guard requires shop\n" in (folder / "modules.lock").read_text()


def test_a_lock_file_that_no_longer_holds_ends_with_1(guarded, folder, shop, monkeypatch):
    guarded("module", "order", "--lock", "modules.lock")
    monkeypatch.setattr(cli, "session", lambda: Session([shop]))

    result = guarded("module", "order", "--check", "modules.lock", code=1)

    assert [line.split() for line in result.stdout.splitlines()[:2]] == [
        ["module", "change", "what"],
        ["guard", "removed"],
    ]
    assert result.stdout.endswith(
        "To accept this, run: orderloom module order --lock modules.lock\n"
    )


def test_the_lock_file_of_a_tenant_holds_its_modules_only(guarded, folder):
    guarded("module", "order", "--tenant", "main", "--lock", "main.lock")

    assert "guard" not in (folder / "main.lock").read_text()
    guarded("module", "order", "--tenant", "main", "--check", "main.lock")


def test_a_tenant_there_is_not_is_not_found(guarded):
    assert "main" in guarded("module", "order", "--tenant", "mian", code=2).stderr


def test_writing_and_comparing_at_once_is_refused(guarded):
    words = ("module", "order", "--lock", "a", "--check", "a")

    assert "not both" in guarded(*words, code=2).stderr


def test_a_lock_file_that_is_not_there_is_refused(guarded):
    assert "no such file" in guarded("module", "order", "--check", "x.lock", code=2).stderr


def test_what_is_no_lock_file_is_named(bare, folder):
    (folder / "bad.lock").write_text("hello\n")

    told = bare("module", "order", "--check", "bad.lock", code=2).stderr

    assert told.startswith("Refused: bad.lock: ")
