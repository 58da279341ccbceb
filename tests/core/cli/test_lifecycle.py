import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from orderloom import Module, hookimpl
from orderloom.cli import Session
from orderloom.cli.main import cli


def make_broken(hook):
    return SimpleNamespace(module=Module("shop", title="Shop"), register_order_types=hookimpl(hook))


def test_a_lifecycle_is_shown_as_text_diagram_and_json(shell):
    assert "send    -> sent" in shell("lifecycle", "show", "shop.order").stdout
    assert shell("lifecycle", "show", "shop.order", "--mermaid").stdout.startswith(
        "stateDiagram-v2"
    )
    assert shell.json("lifecycle", "show", "shop.order")["name"] == "shop.order"


def test_a_misspelt_type_names_the_nearest(shell):
    assert "use: shop.order" in shell("lifecycle", "show", "shop.ordr", code=2).stderr


def test_a_sound_lifecycle_is_proved(shell):
    said = shell("lifecycle", "prove").stdout

    assert "shop.order holds together: 3 statuses, 4 actions.\n" in said
    assert shell.lines("lifecycle", "prove") == []


def test_orders_in_a_lost_status_are_mapped(shell, order, folder):
    raw = sqlite3.connect(folder / "orderloom.db")
    raw.execute("UPDATE ol_subject SET status = 'waiting' WHERE kind = 'order'")
    raw.commit()
    raw.close()

    told = shell.json("lifecycle", "map", "waiting", "sent", "--type", "shop.order", "--yes")

    assert told == {"type": "shop.order", "moved": 1}
    assert shell.json("order", "show", order)["order"]["status"] == "sent"


@pytest.fixture
def lost(shell, order, folder):
    """A draft order whose status `waiting` the shop does not know."""
    with closing(sqlite3.connect(folder / "orderloom.db")) as raw, raw:
        raw.execute("UPDATE ol_subject SET status = 'waiting' WHERE kind = 'order'")
    return order


def test_a_status_that_is_held_and_lost_is_listed_with_the_way_out(shell, lost):
    found = shell.json("lifecycle", "prove", code=2)

    assert found == {
        "lifecycle": "shop.order",
        "module": "shop",
        "where": "waiting",
        "fault": "1 parked: it is no status any more. To move them: orderloom lifecycle map "
        "waiting NEW --type shop.order",
    }


def test_a_lost_status_is_no_fault_once_it_is_mapped(shell, lost):
    shell("lifecycle", "map", "waiting", "sent", "--type", "shop.order", "--yes")

    assert shell.lines("lifecycle", "prove") == []


def test_what_a_switch_has_parked_is_listed_and_no_fault(shell, lost, folder):
    with closing(sqlite3.connect(folder / "orderloom.db")) as raw, raw:
        raw.execute("UPDATE ol_subject SET parked = 1 WHERE kind = 'order'")

    said = shell("lifecycle", "prove").stdout

    assert "1 parked by a switch. To move them: orderloom lifecycle map waiting NEW" in said


def test_orders_in_a_lost_status_are_shown_as_parked(shell, lost):
    listed = shell.json("order", "list")["items"]
    shown = shell.json("order", "show", lost)["order"]

    assert [one["parked"] for one in (*listed, shown)] == [True, True]
    assert "waiting (parked)" in shell("order", "list").stdout


def test_orders_in_a_status_there_is_are_not_parked(shell, order):
    assert [one["parked"] for one in shell.json("order", "list")["items"]] == [False]


def test_mapping_asks_first(shell, order):
    shell("lifecycle", "map", "draft", "sent", "--type", "shop.order", input="n\n", code=2)

    assert shell.json("order", "show", order)["order"]["status"] == "draft"


def test_mapping_to_a_status_there_is_not_is_refused(shell, order):
    shell("lifecycle", "map", "draft", "snt", "--type", "shop.order", "--yes", code=2)


def test_a_slip_of_the_pen_in_the_old_status_moves_nothing_and_names_the_nearest(shell, order):
    told = shell(
        "lifecycle", "map", "darft", "sent", "--type", "shop.order", "--yes", code=2
    ).stderr

    assert (
        "Nothing of shop.order is in status darft. To move some, name one they are in: draft."
        in told
    )


def test_a_wrong_new_status_is_told_before_anything_is_asked(shell, order):
    told = shell("lifecycle", "map", "draft", "snt", "--type", "shop.order", code=2)

    assert "Move every" not in told.stderr
    assert "snt" in told.stderr


def test_nothing_holds_together_while_a_module_is_faulted(shell, order, monkeypatch):
    def register_order_types():
        raise RuntimeError("no paper")

    broken = make_broken(register_order_types)
    monkeypatch.setattr(cli, "session", lambda: Session([broken]))

    proved = shell("lifecycle", "prove", code=2).stdout
    explained = shell("order", "explain", order, code=2).stderr

    assert "no paper" in proved
    assert "no paper" in explained
