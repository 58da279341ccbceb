"""What a project has committed itself to, held against its budget, and told to the accounts."""

from __future__ import annotations

import json
from threading import Barrier, Thread

import pytest

import orderloom_procurement.module as procurement
from orderloom import Conflict, Refused, SetLine
from orderloom.testing import a_line, an_actor, an_order, check_module, open_bench

ORDER = "procurement.order"
BUYER = an_actor("bea", "procurement.buyer")


@pytest.fixture
def bench(example):
    with open_bench([procurement, example("commitments")]) as opened:
        yield opened


@pytest.fixture
def committed(bench, example):
    """What the project has committed itself to."""
    ledger = example("commitments", "ledger")

    def ask():
        with bench.reader() as reader:
            return str(ledger.committed("summer", "EUR", reader.reading))

    return ask


def _chairs(quantity):
    return an_order(ORDER, lines=[a_line("Chair", quantity, price="10.00")])


def test_what_is_ordered_edited_canceled_and_deleted_is_kept_up_to_date(bench, committed):
    first, second = bench.place(_chairs("5")), bench.place(_chairs("7"))
    placed = committed()

    bench.edit(first, SetLine(line=1, quantity="6"))
    edited = committed()
    bench.perform(second, "cancel")

    assert (placed, edited, committed()) == ("120.00 EUR", "130.00 EUR", "60.00 EUR")


def test_more_than_the_budget_is_refused_and_an_admin_may(bench, committed):
    bench.set("commitments", budget=100)
    bench.place(_chairs("6"), by=BUYER)

    with pytest.raises(Refused) as refused:
        bench.place(_chairs("5"), by=BUYER)
    bench.place(_chairs("5"))

    assert refused.value.codes == ("commitments.exceeded",)
    assert committed() == "110.00 EUR"


def test_the_first_two_orders_of_a_project_at_once_do_not_pass_its_budget(bench, committed):
    bench.set("commitments", budget=100)
    both, outcomes = Barrier(2, timeout=30), []

    def order():
        both.wait()
        try:
            bench.loom.run("acme", BUYER, lambda desk: desk.place(_chairs("6")))
            outcomes.append("ordered")
        except (Refused, Conflict) as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [Thread(target=order) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["Refused", "ordered"]
    assert committed() == "60.00 EUR"


def test_the_cost_centre_stands_on_the_request_for_quotation(bench):
    order = bench.perform(bench.place(_chairs("5")), "send")

    with bench.desk() as desk:
        (issued,) = desk.documents(order)
        text = desk.render(issued, "text").content.decode()

    assert "Cost centre" in text
    assert "summer" in text


def test_the_accounts_hear_of_each_event_after_the_commit(bench, monkeypatch, tmp_path):
    journal = tmp_path / "journal.jsonl"
    monkeypatch.setenv("ORDERLOOM_COMMITMENTS_JOURNAL", str(journal))

    order = bench.perform(bench.place(_chairs("5")), "send")
    told_before = journal.exists()
    bench.work()

    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert not told_before
    assert next(line["total"] for line in lines if "total" in line) == "50.00 EUR"
    assert [line["number"] for line in lines if "action" in line] == [order.number]
    assert len({line["event"] for line in lines}) == 3


def test_it_passes_the_kit(example):
    found = [result for result in check_module(example("commitments")) if result.findings]

    assert found == []
