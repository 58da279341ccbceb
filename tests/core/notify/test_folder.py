from __future__ import annotations

import pytest

from orderloom.notify import Retry, Sent, build
from orderloom.notify.folder import FolderTransport


@pytest.fixture
def message(delivery, settings):
    return build(delivery(), settings())


def test_a_mail_becomes_a_file_named_by_its_delivery(tmp_path, delivery, message):
    with FolderTransport(tmp_path / "new" / "mail").session() as send:
        assert send(delivery(), message) == Sent()

    (file,) = (tmp_path / "new" / "mail").iterdir()
    assert file.name == f"{delivery().id}.eml"
    assert file.read_bytes() == message.as_bytes()


def test_sent_again_it_replaces_itself(tmp_path, delivery, message):
    with FolderTransport(tmp_path).session() as send:
        send(delivery(), message)
        send(delivery(), message)

    assert [file.name for file in tmp_path.iterdir()] == [f"{delivery().id}.eml"]


def test_a_folder_that_cannot_be_is_tried_again_later(tmp_path, delivery, message):
    (tmp_path / "mail").write_text("a file, not a folder")

    with FolderTransport(tmp_path / "mail").session() as send:
        outcome = send(delivery(), message)

    assert isinstance(outcome, Retry)
    assert "took no mail: File exists" in outcome.reason
    assert "set `folder` to another one" in outcome.reason


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, delivery, message, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with FolderTransport(tmp_path).session() as send:
        outcome = send(delivery(), message)

    assert isinstance(outcome, Retry)
    assert "No space left on device" in outcome.reason
    assert list(tmp_path.iterdir()) == []
