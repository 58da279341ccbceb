from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orderloom import FolderFiles, Upload
from orderloom.attachments import key_of, sweep
from orderloom.values import uuid7
from orderloom.worker import Worker

NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return FolderFiles(tmp_path)


@pytest.fixture
def put(store):
    """A file made some time ago; answers its id."""

    def make(**ago: float) -> UUID:
        id = uuid7(NOW - timedelta(**ago))
        store.put(key_of("acme", id), b"content")
        return id

    return make


def keys(store):
    return sorted(
        str(one.relative_to(store.path)) for one in store.path.rglob("*") if one.is_file()
    )


def test_a_file_no_row_names_is_taken_away(store, put):
    put(days=3)

    assert sweep(store, "acme", NOW, lambda ids: set()) == 1
    assert keys(store) == []


def test_a_file_a_row_names_stays(store, put):
    named, _ = put(days=3), put(days=3)

    assert sweep(store, "acme", NOW, lambda ids: {named}) == 1
    assert keys(store) == [key_of("acme", named)]


def test_a_young_file_stays_whatever_the_rows_say(store, put):
    young = put(hours=47, minutes=59)
    put(hours=48)

    asked = []
    sweep(store, "acme", NOW, lambda ids: asked.extend(ids) or set())

    assert keys(store) == [key_of("acme", young)]
    assert young not in asked


def test_the_rows_are_asked_after_the_files_were_listed(store, put):
    id = put(days=3)
    listed = store.keys
    committed = set()

    def keys_then_commit(folder):
        found = listed(folder)
        committed.add(id)  # its transaction ends just now
        return found

    store.keys = keys_then_commit

    assert sweep(store, "acme", NOW, lambda ids: committed & set(ids)) == 0


def test_what_is_not_named_as_files_are_named_is_left_alone(store, put):
    old = uuid7(NOW - timedelta(days=3))
    folder = store.path / "acme" / f"{NOW - timedelta(days=3):%Y-%m-%d}"
    store.put(key_of("beta", old), b"of another tenant")
    folder.mkdir(parents=True)
    (folder / "README").write_text("mine")
    (folder / f"{old}").write_text("an id written otherwise")
    (folder / uuid7(NOW - timedelta(days=5)).hex).write_text("of another day")

    assert sweep(store, "acme", NOW, lambda ids: set()) == 0
    assert len(keys(store)) == 4


def test_what_is_older_than_it_looks_back_is_left(store, put):
    put(days=9)
    left = put(days=10, hours=1)

    assert sweep(store, "acme", NOW, lambda ids: set()) == 1
    assert keys(store) == [key_of("acme", left)]


def test_when_the_rows_cannot_be_asked_nothing_is_taken(store, put):
    put(days=3)

    def failing(ids):
        raise OSError("no connection")

    with pytest.raises(OSError, match="no connection"):
        sweep(store, "acme", NOW, failing)

    assert len(keys(store)) == 1


# ── the worker ─────────────────────────────────────────────────────────────────────────────


def test_the_worker_sweeps_what_a_rollback_left(filed, sent, files, lying):
    with filed.desk() as desk:
        kept = desk.attach(sent, Upload("file", "a.pdf", files.pdf))
    with suppress(InterruptedError), filed.desk() as desk:
        desk.attach(sent, Upload("file", "b.pdf", files.pdf))
        raise InterruptedError("the host thinks better of it")
    assert len(lying()) == 2

    filed.clock.move(hours=47)
    early = Worker(filed.loom).once(tenant=filed.tenant)
    filed.clock.move(hours=2)
    late = Worker(filed.loom).once(tenant=filed.tenant)

    assert [one for one in early if one.what == "files"] == []
    assert [one.outcome for one in late if one.what == "files"] == ["1"]
    assert lying() == [key_of(filed.tenant, kept[0].id)]


def test_a_place_that_does_not_answer_stops_nothing_else(filed, sent):
    class Broken:
        def keys(self, folder):
            raise OSError("no route")

    filed.loom.files = Broken()

    done = Worker(filed.loom).once(tenant=filed.tenant)

    assert [(one.outcome, one.reason) for one in done if one.what == "files"] == [
        ("failed", "OSError: no route")
    ]
    assert [one.outcome for one in done if one.what == "mail"] == ["sent"]
