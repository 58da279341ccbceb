import sqlite3
from types import SimpleNamespace

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


def test_mapping_asks_first(shell, order):
    shell("lifecycle", "map", "draft", "sent", "--type", "shop.order", input="n\n", code=2)

    assert shell.json("order", "show", order)["order"]["status"] == "draft"


def test_mapping_to_a_status_there_is_not_is_refused(shell, order):
    shell("lifecycle", "map", "draft", "snt", "--type", "shop.order", "--yes", code=2)


def test_nothing_holds_together_while_a_module_is_faulted(shell, order, monkeypatch):
    def register_order_types():
        raise RuntimeError("no paper")

    broken = make_broken(register_order_types)
    monkeypatch.setattr(cli, "session", lambda: Session([broken]))

    proved = shell("lifecycle", "prove", code=2).stdout
    explained = shell("order", "explain", order, code=2).stderr

    assert "no paper" in proved
    assert "no paper" in explained
