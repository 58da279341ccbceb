"""`orderloom module check`: the kit over modules, without a database of one's own."""

from types import SimpleNamespace

import pytest

from orderloom import Module, hookimpl
from orderloom.cli import Session
from orderloom.cli.main import cli


def broken_module():
    def register_nothing():
        return None

    marked = hookimpl(register_nothing)
    return SimpleNamespace(module=Module("broken", title="Broken"), register_nothing=marked)


@pytest.fixture
def plain(bare, monkeypatch):
    """A shell that knows one module with nothing in it."""
    module = SimpleNamespace(module=Module("plain", title="Plain"))
    monkeypatch.setattr(cli, "session", lambda: Session([module, broken_module()]))
    return bare


def test_a_sound_module_passes_every_check(plain):
    results = plain.lines("module", "check", "plain")

    assert {one["result"] for one in results} == {"passed"}
    assert results[0] == {
        "module": "plain", "check": "it_loads", "result": "passed", "finding": "",
    }  # fmt: skip


def test_findings_are_named_and_end_with_exit_code_1(plain):
    said = plain("module", "check", "broken", code=1).stdout

    assert "hooks_are_known" in said
    assert "register_nothing: There is no such hook." in said


def test_without_a_key_all_modules_are_checked(plain):
    results = [one for one in plain.json("module", "check", code=1) if one["result"] == "found"]

    assert [(one["module"], one["check"]) for one in results] == [("broken", "hooks_are_known")]


def test_a_module_there_is_not_names_the_nearest(plain):
    assert "Did you mean plain?" in plain("module", "check", "plian", code=2).stderr
