from __future__ import annotations

import sqlite3
import sys
import types

import pytest

from orderloom import SETUP, NewLine, NewOrder, Orderloom, Problem, Project, Refused
from orderloom.lifecycle import mermaid


@pytest.fixture
def readme(page):
    return page("README.md")


def test_the_embedding_example_sends_an_order_in_the_hosts_transaction(readme, tmp_path):
    embedding, _ = readme.blocks("python")
    exec(embedding, {})

    with sqlite3.connect(tmp_path / "erp.db") as database:
        ((entry,),) = database.execute("select entry from journal").fetchall()
        owed = database.execute("select recipient, state from ol_delivery").fetchall()
    assert entry.startswith("RFQ-")
    assert owed == [("quotes@seats.example", "owed")]


def test_the_module_example_is_fifteen_lines_and_guards_the_order(readme):
    _, text = readme.blocks("python")
    inspection = types.ModuleType("inspection")
    exec(text, inspection.__dict__)
    loom = Orderloom("sqlite:///guarded.db", modules=[_procurement(), inspection])
    loom.migrate()
    loom.create_tenant("acme", modules=["inspection"])

    with loom.desk("acme", SETUP) as desk:
        desk.directory.save_project(Project("summer", "Summer festival"))
        order = desk.place(
            NewOrder("procurement.order", project="summer", lines=[NewLine("Chair", "2")])
        )
        desk.admin.set("procurement", {"free_status_selector": True})
    with loom.desk("acme", SETUP) as desk:
        order = desk.perform(order, "set_status", {"status": "sent"})
        with pytest.raises(Refused) as refused:
            desk.perform(order, "fulfill")
        done = desk.perform(desk.perform(order, "inspect"), "fulfill")

    assert len([line for line in text.splitlines() if line.strip()]) <= 15
    assert [_brief(problem) for problem in refused.value.problems] == [
        ("inspection.missing", "inspection")
    ]
    assert done.status == "fulfilled"


def test_the_lifecycle_is_drawn_as_it_is(readme):
    (drawn,) = readme.blocks("mermaid")
    loom = Orderloom("sqlite://", modules=[_procurement()])
    loom.migrate()
    loom.create_tenant("acme", modules=["procurement"])

    with loom.reader("acme", SETUP) as reader:
        merged = reader.assembly.lifecycles["procurement.order"]

    assert drawn == mermaid(merged.lifecycle, merged.provenance)


def _procurement():
    import orderloom_procurement.module

    return sys.modules[orderloom_procurement.module.__name__]


def _brief(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.module
