import json

import pytest
from click.testing import CliRunner

from orderloom.cli.main import cli
from orderloom_supplier.ubl import write_order, write_response


@pytest.fixture
def run(market, tmp_path, monkeypatch):
    """Runs `orderloom …` as an admin of the cafe in a folder of its own; answers the result."""
    monkeypatch.chdir(tmp_path)
    url = market.loom.engine.url.render_as_string(hide_password=False)

    def call(*args):
        base = ["--db", url, "--tenant", market.tenant, "--as", "outlet_admin.cafe"]
        return CliRunner().invoke(cli, [*base, *args])

    return call


def test_an_order_goes_out_as_xml_and_comes_in_again_as_an_order(run, market, tmp_path):
    order = market.order()

    written = [
        run("order", "issue", order.number, "supplier.ubl_order"),
        run("order", "pdf", order.number, "supplier.ubl_order", "-o", "order.xml"),
    ]
    placed = run("supplier", "ubl", "place", "order.xml", "--json")

    assert [result.exit_code for result in written] == [0, 0]
    assert (tmp_path / "order.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert placed.exit_code == 0, placed.output
    answer = json.loads(placed.stdout)
    assert (answer["status"], answer["total"]["amount"]) == ("Pending", "20.4")
    assert answer["order"] != order.number


def test_a_price_that_is_another_by_now_is_told(run, market):
    order = market.order()
    run("order", "issue", order.number, "supplier.ubl_order")
    run("order", "pdf", order.number, "supplier.ubl_order", "-o", "order.xml")
    market.sell(product="milk", price="1.40", pack="6")

    result = run("supplier", "ubl", "place", "order.xml")

    assert "Line 1 (Milk): 1.4 EUR, not 1.2 EUR." in result.output
    assert "Line 2" not in result.output


def test_a_format_it_does_not_have_is_refused_with_the_one_it_has(run, market):
    order = market.order()

    result = run("order", "pdf", order.number, "supplier.ubl_order", "--draft", "--format", "pdf")

    assert result.exit_code == 2
    assert "choose one of xml." in result.stderr


def test_a_message_is_told_whatever_kind_it_is(run, tmp_path, order_message, response_message):
    (tmp_path / "order.xml").write_text(write_order(order_message), encoding="utf-8")
    (tmp_path / "answer.xml").write_text(write_response(response_message), encoding="utf-8")

    order = run("supplier", "ubl", "read", "order.xml")
    answer = run("supplier", "ubl", "read", "answer.xml", "--json")

    assert order.exit_code == 0, order.output
    for part in ("PO-2026-00001", "Café de Muestra", "2026-07-10", "Straws"):
        assert part in order.output
    assert json.loads(answer.stdout)["lines"][1]["code"] == "7"


def test_everything_wrong_with_a_file_is_told(run, tmp_path, order_message):
    text = write_order(order_message).replace(">220<", ">380<").replace(">2026-07-01<", ">soon<")
    (tmp_path / "order.xml").write_text(text, encoding="utf-8")

    result = run("supplier", "ubl", "place", "order.xml")

    assert result.exit_code == 2
    assert "Order.OrderTypeCode" in result.stderr
    assert "Order.IssueDate" in result.stderr


def test_a_file_that_is_not_there_is_told(run):
    assert "No such file" in run("supplier", "ubl", "read", "nowhere.xml").stderr
