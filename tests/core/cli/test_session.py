import sys
from io import StringIO

import pytest

from orderloom import NotFound, Refused
from orderloom.cli import Session


class Terminal(StringIO):
    def isatty(self):
        return True


def progressed(monkeypatch, *, json=False, length=3):
    """What a progress bar wrote to a terminal."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    session = Session()
    session.json = json
    with session.progress("Reading", length) as step:
        step(length)
    return screen.getvalue()


def test_progress_is_shown_to_who_waits_at_a_terminal(monkeypatch):
    assert "Reading" in progressed(monkeypatch)


@pytest.mark.parametrize("how", [{"json": True}, {"length": 0}])
def test_progress_is_silent_for_scripts_and_short_work(monkeypatch, how):
    assert progressed(monkeypatch, **how) == ""


def test_nothing_is_asked_with_json(monkeypatch):
    session = Session()
    session.json = True

    with pytest.raises(Refused) as refused:
        session.confirm("Really?", yes=False)

    assert refused.value.codes == ("cli.not_confirmed",)


def test_facts_are_named_values_without_the_empty_ones(capsys):
    Session().show({"left_out": 2, "title": "", "name": "Chair"})

    assert capsys.readouterr().out == "left out  2\nname      Chair\n"


def test_what_is_said_is_silent_with_json(capsys):
    session = Session()
    session.say("Hello\x1b")
    session.json = True
    session.say("Hidden")

    assert capsys.readouterr().out == "Hello\\x1b\n"


def test_rights_are_those_of_the_moment(shell, folder, shop):
    shell("user", "add", "bob", "--grant", "admin")
    session = Session([shop])
    session.configure({"user": "bob"}, folder)
    before = session.actor.grants
    shell("user", "revoke", "bob", "admin")

    after = session.actor.grants
    session.close()

    assert (len(before), len(after)) == (1, 0)


def test_an_unknown_user_is_not_found(shell, folder, shop):
    session = Session([shop])
    session.configure({"user": "nobody"}, folder)

    with pytest.raises(NotFound):
        _ = session.actor
    session.close()


def test_work_is_done_in_the_name_of_the_user(shell, folder, shop, order):
    session = Session([shop])
    session.configure({}, folder)

    actor = session.run(lambda desk: desk.actor.id)
    session.close()

    assert actor == "admin"
