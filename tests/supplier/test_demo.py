import pytest
from click.testing import CliRunner

from orderloom import Query
from orderloom.cli.main import cli
from orderloom.loom import Orderloom
from orderloom.testing import Mailbox


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The folder and what was said while it was played."""
    folder = tmp_path_factory.mktemp("demo") / "played"
    words = ["demo", "--module", "supplier", "--folder", str(folder)]
    result = CliRunner(env={"COLUMNS": ""}).invoke(cli, words)  # as wide as it takes
    assert result.exit_code == 0, result.output
    return folder, result.output


def _orders(folder):
    loom = Orderloom(f"sqlite:///{folder}/orderloom.db")
    with loom.reader("demo", loom.actor("demo", "admin")) as reader:
        found = reader.find(Query(), limit=10).items
        history = {one.id: reader.history(one) for one in found}
    loom.close()
    return found, history


def test_the_story_goes_from_the_limit_to_the_reorder(played):
    found, history = _orders(played[0])

    assert sorted(one.status for one in found) == [
        "completed_after_dispute", "needs_approval", "pending",
    ]  # fmt: skip
    (done,) = (one for one in found if one.status == "completed_after_dispute")
    assert [(event.name, event.action, event.target) for event in history[done.id]] == [
        ("held", "place", "needs_approval"),
        ("placed", "place", "pending"),
        ("issued", "", ""),
        ("moved", "accept", "partially_accepted"),
        ("moved", "schedule", "scheduled"),
        ("moved", "complete", "completed"),
        ("moved", "dispute", "in_dispute"),
        ("moved", "resolve", "completed_after_dispute"),
    ]


def test_it_says_who_was_told_what(played):
    said = [line.split("  ") for line in played[1].splitlines() if line.lstrip()[:1].isdigit()]
    told = {line[0].strip(): line[-1].strip() for line in said}

    assert told["1"] == "ada@blue-teapot.example"
    assert told["2"] == "office@cloud-meadow.example, sol@cloud-meadow.example, webhook dairy-erp"
    assert "rita@blue-teapot.example" in told["5"]
    assert "9" not in told  # that it is ordered again is nothing that happened to it
    assert "  approve   ada " in played[1]


def test_mails_and_webhooks_arrived(played):
    folder, said = played

    (paper,) = folder.joinpath("documents").iterdir()
    assert paper.name.endswith("-00002-r1.pdf")  # the year is that of the clock
    assert len([*folder.joinpath("mails").rglob("*.eml")]) == 20
    assert "7 webhooks arrived" in said
    assert (
        len([path for path in folder.joinpath("orderloom.db.files").rglob("*") if path.is_file()])
        == 2
    )


def test_the_picture_of_the_dispute_is_in_the_mail_to_the_dairy(played):
    folder, said = played

    with_files = {
        (one.to, name)
        for path in folder.joinpath("mails").rglob("*.eml")
        for one in Mailbox(path.parent)
        for name, _ in one.attachments
    }

    assert with_files == {
        ("office@cloud-meadow.example", "crate.png"), ("sol@cloud-meadow.example", "crate.png"),
    }  # fmt: skip
    assert "its picture goes to the dairy by mail" in said


def test_playing_it_again_changes_nothing(played):
    folder, _ = played

    again = CliRunner().invoke(cli, ["demo", "--module", "supplier", "--folder", str(folder)])

    assert again.exit_code == 0
    assert "nothing was played again" in again.output
    assert len(_orders(folder)[0]) == 3
