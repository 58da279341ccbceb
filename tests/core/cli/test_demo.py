import sys

import pytest
from click.testing import CliRunner

from orderloom.cli.main import cli


def test_the_demo_makes_a_folder_with_everything_in_it(bare, folder):
    said = bare("demo").stdout

    made = folder / "orderloom-demo"
    assert said.startswith("The shop opens.\n")
    assert (made / "orderloom.db").exists()
    assert len([*(made / "mails").glob("*.eml")]) == 1
    assert [one.name for one in (made / "documents").iterdir()] == ["S-1-r1.pdf"]
    assert "cd orderloom-demo" in said


def test_the_folder_of_the_demo_is_ready_to_use(bare, folder, monkeypatch):
    bare("demo", "--folder", "deep/er")
    monkeypatch.chdir(folder / "deep" / "er")

    assert [one["number"] for one in bare.json("order", "list")["items"]] == ["S-1"]


def test_the_demo_twice_plays_nothing_again(bare, folder, monkeypatch):
    bare("demo")

    again = bare("demo").stdout
    monkeypatch.chdir(folder / "orderloom-demo")

    assert "nothing was played again" in again
    assert len(bare.json("order", "list")["items"]) == 1


def test_the_demo_writes_over_nothing(bare, folder):
    (folder / "orderloom-demo").mkdir()
    (folder / "orderloom-demo" / "orderloom.db").write_text("mine")

    told = bare.json("demo", code=2)

    assert told["problems"][0]["code"] == "demo.in_the_way"
    assert (folder / "orderloom-demo" / "orderloom.db").read_text() == "mine"


def test_a_story_that_cannot_be_imported_leaves_nothing_behind(bare, folder, monkeypatch):
    monkeypatch.delitem(sys.modules, "shop_commands")

    assert bare("demo", code=2).stderr.startswith("A module failed: Module shop")
    assert [*folder.iterdir()] == []


def test_a_misspelt_story_names_the_nearest(bare):
    assert "--module shop" in bare("demo", "--module", "shp", code=2).stderr


def test_the_demo_in_json_says_where_things_are(bare):
    assert bare.json("demo") == {
        "folder": "orderloom-demo",
        "played_before": False,
        "mails": 1,
        "documents": 1,
    }


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, BrokenPipeError])
def test_a_story_that_stops_half_way_can_be_played_again(bare, folder, monkeypatch, failure):
    def stop(stage):
        whole(stage)
        raise failure

    whole = sys.modules["shop_commands"].play
    monkeypatch.setattr(sys.modules["shop_commands"], "play", stop)
    CliRunner().invoke(cli, ["demo"])
    left = [*folder.iterdir()]
    monkeypatch.setattr(sys.modules["shop_commands"], "play", whole)

    again = bare.json("demo")

    assert left == []
    assert again["played_before"] is False


def test_variables_that_would_lead_elsewhere_are_to_be_unset(bare, monkeypatch):
    quiet = bare("demo", "--folder", "first").stdout
    monkeypatch.setenv("ORDERLOOM_DB", "sqlite:///other.db")
    monkeypatch.setenv("ORDERLOOM_USER", "eve")

    said = bare("demo", "--folder", "second").stdout

    assert "unset" not in quiet
    assert "  cd second\n  unset ORDERLOOM_DB ORDERLOOM_USER  # variables come before" in said
