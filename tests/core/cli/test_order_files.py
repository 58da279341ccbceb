"""Files of orders, on the command line."""

import os
from io import BytesIO

import attrs
import pytest
from PIL import Image

from orderloom import JPEG, PNG, Action, Attaches, hookimpl

PDF_FILE = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


@attrs.frozen(kw_only=True)
class Receipt:
    note: str = ""
    invoice: str = ""  # its number, and so the name of its flag


def extend_lifecycle(lifecycle):
    photos = Attaches("photo", most=2, media=(JPEG, PNG), title="Photos")
    files = (photos, Attaches("invoice"))
    return lifecycle.with_action(
        Action("receive", source="draft", target="draft", options=Receipt, attaches=files)
    )


@pytest.fixture
def shop(shop):
    shop.extend_lifecycle = hookimpl(extend_lifecycle)
    return shop


@pytest.fixture
def photo(folder):
    file = BytesIO()
    Image.new("RGB", (4, 3)).save(file, "JPEG")
    (folder / "van.jpg").write_bytes(file.getvalue())
    return "van.jpg"


@pytest.fixture
def bill(folder):
    (folder / "bill.pdf").write_bytes(PDF_FILE)
    return "bill.pdf"


def code_of(answer):
    return [problem["code"] for problem in answer["problems"]]


def test_an_action_takes_its_files_by_flags_of_their_kinds(shell, order, photo, bill):
    shell(
        "order", "do", order, "receive", "--photo", photo, "--photo", photo,
        "--file-invoice", bill, "--invoice", "R-7", "--note", "Two crates",
    )  # fmt: skip

    listed = shell.lines("order", "files", order)
    assert [(one["kind"], one["name"], one["with"]) for one in listed] == [
        ("photo", "van.jpg", "receive"),
        ("photo", "van.jpg", "receive"),
        ("invoice", "bill.pdf", "receive"),
    ]


def test_the_help_of_an_action_names_its_files(shell, order):
    help = " ".join(shell("order", "do", order, "receive", "--help").stdout.split())

    assert "--photo FILE Photos: JPEG, PNG; at most 2." in help
    assert "--file-invoice FILE Invoice: JPEG, PNG, PDF; at most 1." in help


def test_rehearsing_an_action_asks_for_no_files(shell, order):
    assert "--photo" not in shell("module", "trace", order, "receive", "--help").stdout


def test_files_are_attached_by_hand(shell, order, photo, bill):
    said = shell("order", "attach", order, photo, bill).stdout
    shell("order", "attach", order, bill, "--kind", "invoice")

    assert said.startswith("van.jpg, bill.pdf are attached to ")
    kinds = [one["kind"] for one in shell.lines("order", "files", order)]
    assert kinds == ["file", "file", "invoice"]


def test_a_file_is_written_out_as_it_came(shell, order, bill, folder):
    (made,) = shell.json("order", "attach", order, bill)

    shell("order", "file", made["id"], "--to", "copy.pdf")
    out = shell("order", "file", made["id"], "--to", "-")

    assert (folder / "copy.pdf").read_bytes() == out.stdout_bytes == PDF_FILE


def test_nothing_is_written_over_unasked(shell, order, bill, folder):
    (made,) = shell.json("order", "attach", order, bill)
    (folder / "out").mkdir()

    refused = shell.json("order", "file", made["id"], code=2)
    shell("order", "file", made["id"], "--to", "out")

    assert code_of(refused) == ["cli.file_there"]
    assert (folder / "out" / "bill.pdf").read_bytes() == PDF_FILE


def test_show_and_history_tell_of_files_and_notes(shell, order, photo):
    shell("order", "do", order, "receive", "--photo", photo, "--note", "Two crates")
    shell("order", "note", order, "One is wet.")

    shown = shell("order", "show", order).stdout
    told = shell.json("order", "show", order)
    history = shell("order", "history", order).stdout

    assert "van.jpg" in shown
    assert shown.index("Two crates") < shown.index("One is wet.")
    assert [one["name"] for one in told["files"]] == ["van.jpg"]
    assert [(one["text"], one["action"]) for one in told["notes"]] == [
        ("Two crates", "receive"),
        ("One is wet.", ""),
    ]
    assert "files: photo van.jpg" in history
    assert "sha256" not in history


def test_every_path_that_cannot_be_read_is_told_at_once(shell, order, folder):
    os.mkfifo(folder / "pipe.jpg")
    (folder / "sparse.jpg").touch()
    os.truncate(folder / "sparse.jpg", 10_000_000_000)

    answer = shell.json(
        "order", "attach", order, "absent.jpg", ".", "pipe.jpg", "/dev/zero", "a\0b", "sparse.jpg",
        code=2,
    )  # fmt: skip

    assert [(one["field"], one["code"]) for one in answer["problems"]] == [
        ("absent.jpg", "cli.file_missing"),
        (".", "cli.file_unreadable"),
        ("pipe.jpg", "cli.file_unreadable"),
        ("/dev/zero", "cli.file_unreadable"),
        ("a\0b", "cli.file_unreadable"),
        ("sparse.jpg", "cli.file_too_big"),
    ]


def test_an_unknown_file_is_not_found(shell, order):
    answer = shell.json("order", "file", "01980000-0000-7000-8000-000000000001", code=2)

    assert answer["type"] == "orderloom:NotFound"


def test_files_lie_where_the_command_line_says(shell, order, bill, folder):
    shell("--files", "elsewhere", "order", "attach", order, bill)
    (there,) = shell.lines("order", "files", order)

    answer = shell.json("order", "file", there["id"], "--to", "-", code=2)

    assert code_of(answer) == ["attachment.missing"]
    assert len([*(folder / "elsewhere").rglob(there["id"].replace("-", ""))]) == 1


def test_files_lie_where_the_configuration_says(shell, order, bill, folder):
    config = folder / "orderloom.toml"
    config.write_text('files = "kept"\n' + config.read_text())

    shell("order", "attach", order, bill)

    assert (folder / "kept").is_dir()
