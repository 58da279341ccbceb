import sys

import pytest
import sqlalchemy as sa

from orderloom import FolderFiles, ObjectFiles, Refused
from orderloom.attachments import FileStore, file_store

KEY = "acme/2026-07-01/0198c000000070008000000000000001"


@pytest.fixture(params=["folder", "memory", "local"])
def store(request, tmp_path):
    if request.param == "folder":
        return FolderFiles(tmp_path / "new" / "files")
    if request.param == "memory":
        return ObjectFiles(f"memory://{tmp_path.name}/orders")
    return ObjectFiles(f"local://{tmp_path}/orders", auto_mkdir=True)


def test_a_file_is_read_as_it_was_put(store):
    store.put(KEY, b"\x00\xff whatever")

    assert store.get(KEY) == b"\x00\xff whatever"


def test_a_file_that_is_not_there_is_not_found(store):
    store.put(KEY, b"another")

    with pytest.raises(FileNotFoundError):
        store.get(KEY.replace("1", "2"))


def test_the_keys_of_one_folder_are_listed(store):
    store.put(KEY, b"a")
    store.put(KEY.replace("acme/", "acme-two/"), b"b")
    store.put(KEY.replace("-01/", "-02/"), b"c")

    assert [*store.keys("acme/2026-07-01")] == [KEY]
    assert [*store.keys("acme/2026-07-03")] == []


def test_a_file_is_taken_away_once_or_twice(store):
    store.put(KEY, b"a")

    store.delete(KEY)
    store.delete(KEY)

    assert [*store.keys("acme/2026-07-01")] == []


def test_a_folder_never_writes_over_a_file(tmp_path):
    store = FolderFiles(tmp_path)
    store.put(KEY, b"first")

    with pytest.raises(FileExistsError):
        store.put(KEY, b"second")

    assert store.get(KEY) == b"first"


def test_files_lie_next_to_a_sqlite_database(tmp_path):
    found = file_store(None, sa.make_url(f"sqlite:///{tmp_path}/orders.db"))

    assert found.path == tmp_path / "orders.db.files"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://u@host/orders"])
def test_without_a_place_a_file_is_refused_and_nothing_is_found(url):
    nowhere = file_store(None, sa.make_url(url))

    with pytest.raises(Refused) as caught:
        nowhere.put(KEY, b"a")
    with pytest.raises(FileNotFoundError):
        nowhere.get(KEY)

    assert caught.value.problems[0].code == "files.nowhere"
    assert "--files" in caught.value.problems[0].message
    assert [*nowhere.keys("acme")] == []


def test_a_place_is_a_folder_a_url_or_a_store(tmp_path):
    own = FolderFiles(tmp_path)
    url = sa.make_url("postgresql://u@host/orders")

    assert isinstance(file_store("files", url), FolderFiles)
    assert isinstance(file_store(tmp_path, url), FolderFiles)
    assert file_store(f"file://{tmp_path}/a", url).path == tmp_path / "a"
    assert isinstance(file_store("memory://files", url), ObjectFiles)
    assert file_store(own, url) is own
    assert isinstance(own, FileStore)


@pytest.mark.parametrize("given", ["", 7, object()])
def test_anything_else_is_no_place(given):
    with pytest.raises(Refused) as caught:
        file_store(given, sa.make_url("sqlite://"))

    assert caught.value.problems[0].code == "files.unfit"


@pytest.mark.parametrize("url", ["nosuch://bucket", "gs://bucket/orders"])
def test_a_place_nobody_knows_how_to_reach_says_what_to_install(url):
    with pytest.raises(Refused) as caught:
        file_store(url, sa.make_url("sqlite://"))

    (problem,) = caught.value.problems
    assert problem.code == "files.not_reachable"
    assert "orderloom[files]" in problem.message


def test_without_fsspec_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)

    with pytest.raises(Refused) as caught:
        ObjectFiles("memory://files")

    assert caught.value.problems[0].code == "files.not_reachable"
