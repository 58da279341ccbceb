"""Each protection of a joined block matters: without it, the proofs of this folder fail."""

from __future__ import annotations

from contextlib import nullcontext, suppress

from hosting import Site, wrongs

from orderloom.store import engine, sqlite


def test_without_its_savepoint_a_block_would_be_left_in_parts(site, monkeypatch):
    monkeypatch.setattr(engine, "_savepoint", lambda connection: nullcontext())

    found = wrongs(site, "wrote", "commit", site.hooks, at=slice(-3, None))

    assert any("rows of ol_event differ" in wrong for wrong in found)
    assert any("rows of ol_procurement_need differ" in wrong for wrong in found)


def test_a_savepoint_that_cannot_be_released_would_be_committed_all_the_same(site, monkeypatch):
    monkeypatch.setattr(engine, "_undo", lambda connection, savepoint: None)

    found = wrongs(site, "wrote", "commit", site.statements, at=slice(-1, None))

    *wrong, number = found
    assert wrong
    assert all("RELEASE SAVEPOINT" in each for each in wrong)
    assert number.startswith("the number is")


def test_without_a_transaction_around_it_releasing_a_savepoint_would_commit(site, monkeypatch):
    begins_by_itself = site.engine.dialect.name == "sqlite" and not site.prepared
    monkeypatch.setattr(sqlite, "join", lambda connection: None)

    found = wrongs(site, "nothing", "rollback", site.hooks, at=slice(0))

    assert any(wrong.startswith("rolled back") for wrong in found) == begins_by_itself


def test_a_fault_that_is_swallowed_would_be_noticed(site, monkeypatch):
    def tell(self, loom, session):
        with suppress(Exception):
            return whole(self, loom, session)

    whole = Site.tell
    monkeypatch.setattr(Site, "tell", tell)

    found = wrongs(site, "read", "rollback", site.hooks, at=slice(1))

    assert any(wrong.endswith("the fault was swallowed") for wrong in found)
