"""Hooks that are small and by themselves: what a module answers is what people get."""

from __future__ import annotations

import sys
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from orderloom import (
    AddLine,
    CommandGroup,
    Demo,
    DocumentType,
    Module,
    NewLine,
    NewSubject,
    Problem,
    Project,
    Refused,
    SetOrder,
    hookimpl,
)
from orderloom.cli import Session
from orderloom.cli.main import cli
from orderloom.documents import Paragraph


def test_check_subject_is_asked_when_one_is_made_and_when_it_is_edited(make_toy, make_module):
    def check_subject(subject, before):
        if subject.title.isupper():
            made = "made" if before is None else f"changed from {before.title}"
            return Problem("calm.loud", f"It was {made}. To go on, write it in small letters.")

    toy = make_toy(make_module("calm", check_subject=check_subject))
    visit = toy.place(NewSubject("toy.visit", "Walk through"))

    with pytest.raises(Refused, match="It was made"):
        toy.place(NewSubject("toy.visit", "WALK"))
    with pytest.raises(Refused, match="It was changed from Walk through"):
        toy.edit(visit, SetOrder(title="RUN"))
    assert toy.get(visit).title == "Walk through"


def test_on_subject_edited_hears_what_it_was_and_what_it_is(make_toy, make_module):
    heard = []

    def on_subject_edited(before, subject):
        heard.append((before.title, subject.title))

    toy = make_toy(make_module("ear", on_subject_edited=on_subject_edited))
    visit = toy.place(NewSubject("toy.visit", "Walk through"))

    toy.edit(visit, SetOrder(title="Run through"))

    assert heard == [("Walk through", "Run through")]


def test_on_lines_changed_hears_of_the_first_lines_and_of_each_change(make_toy, make_module):
    heard = []

    def on_lines_changed(before, order):
        heard.append((before and len(before.lines), len(order.lines)))

    toy = make_toy(make_module("ear", on_lines_changed=on_lines_changed))
    order = toy.place()

    order = toy.edit(order, AddLine(NewLine("Table", "1")))
    toy.edit(order, SetOrder(title="Two lines as before"))

    assert heard == [(None, 1), (1, 2)]


def test_a_document_of_register_documents_can_be_issued_for_anothers_orders(make_toy, make_module):
    def register_documents():
        def build(inputs, reading):
            return [Paragraph(f"{line.quantity} × {line.name}") for line in inputs.subject.lines]

        return DocumentType(key="label.tag", title="Tag", type="toy.order", build=build)

    toy = make_toy(make_module("label", register_documents=register_documents))
    order = toy.place()

    with toy.desk() as desk:
        issued = desk.issue(order, "label.tag")
        text = desk.render(issued, "text").content.decode()

    assert issued.revision == 1
    assert "200 × Folding chair" in text


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    """Types commands in an empty folder where `fair`, with some hooks, is the only module."""
    monkeypatch.chdir(tmp_path)
    for name in ("ORDERLOOM_DB", "ORDERLOOM_TENANT", "ORDERLOOM_USER"):
        monkeypatch.delenv(name, raising=False)

    def install(**hooks):
        fair = ModuleType("fair_module")
        fair.module = Module("fair", title="Fair")
        for name, function in hooks.items():
            setattr(fair, name, function)
        monkeypatch.setitem(sys.modules, "fair_module", fair)
        monkeypatch.setattr(cli, "session", lambda: Session([fair]))

        def type_in(*words):
            result = CliRunner().invoke(cli, words)
            assert result.exit_code == 0, result.output
            return result.output

        return type_in

    return install


def test_a_group_of_register_commands_is_one_of_orderlooms(terminal):
    @click.group()
    def stalls():
        """Stalls of the fair."""

    @stalls.command()
    def count():
        """How many there are."""
        click.echo("Seven stalls.")

    @hookimpl
    def register_commands():
        return CommandGroup(name="stalls", help="Stalls.", target="fair_module:stalls")

    type_in = terminal(register_commands=register_commands, stalls=stalls)

    assert type_in("stalls", "count") == "Seven stalls.\n"


def test_a_story_of_register_demos_is_played_in_a_folder_of_its_own(terminal, monkeypatch):
    def play(stage):
        with stage.loom.desk(stage.tenant, stage.actor) as desk:
            desk.directory.save_project(Project("autumn", "Autumn fair"))
        stage.say("The fair opens.")

    @hookimpl
    def register_demos():
        return Demo(key="fair", title="The fair", target="fair_module:play")

    type_in = terminal(register_demos=register_demos, play=play)

    assert type_in("demo").startswith("The fair opens.\n")
    monkeypatch.chdir("orderloom-demo")
    assert "Autumn fair" in type_in("project", "list")
