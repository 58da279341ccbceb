"""Several at once: one invoice for an order, no more credited than was invoiced."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orderloom import Refused
from orderloom_invoicing import handover, left, retry

CLERKS = 6


def at_once(house, *works):
    """What becomes of what several do at the same moment: "done", or the codes."""
    start = Barrier(len(works), timeout=30)

    def one(work):
        start.wait()
        try:
            house.loom.run(house.tenant, house.actor("admin"), work)
        except Refused as refused:
            return ",".join(refused.codes)
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(one, works))


@pytest.fixture
def missing(house):
    """An accepted order whose invoice is missing."""
    order = house.order()
    house.do(order, "accept", by=house.actor("shop.helper", "s1"))
    return order


def test_several_who_hand_over_at_once_make_one_invoice(house, missing):
    outcomes = at_once(house, *[lambda desk: retry(desk, missing.id)] * CLERKS)

    assert outcomes == ["done"] + ["invoicing.handed_over"] * (CLERKS - 1)
    assert len(house.found()) == 1


def test_without_the_claim_they_would_make_several(house, missing, monkeypatch):
    """Shows that the claim is what protects; on SQLite a writer is alone anyway."""
    if house.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    all_have_asked = Barrier(CLERKS, timeout=30)
    check = handover.source_problems

    def waiting(*args):
        problems = list(check(*args))
        all_have_asked.wait()
        return problems

    monkeypatch.setattr(handover, "claims", lambda command, reading: ())
    monkeypatch.setattr(handover, "source_problems", waiting)

    outcomes = at_once(house, *[lambda desk: retry(desk, missing.id)] * CLERKS)

    assert outcomes == ["done"] * CLERKS
    assert len(house.found()) == CLERKS


def test_several_who_credit_at_once_credit_no_more_than_there_is(house):
    invoice = house.posted()
    options = {"lines": [{"line": 1, "quantity": "1"}]}

    outcomes = at_once(house, *[lambda desk: desk.perform(invoice.ref, "credit", options)] * CLERKS)

    assert outcomes.count("done") == 3
    now = house.now(invoice)
    assert (now.status, left(now.line(1))) == ("credited", 0)
    assert [note.number for note in house.notes()] == [f"CN-s1-2026-0000{n}" for n in (1, 2, 3)]


def test_several_who_post_drafts_at_once_draw_numbers_without_a_gap(house):
    drafts = [house.by_hand().ref for _ in range(CLERKS)]

    at_once(house, *(lambda desk, ref=ref: desk.perform(ref, "post") for ref in drafts))

    numbers = sorted(one.number for one in house.found(status="posted"))
    assert numbers == [f"INV-s1-2026-{n:05}" for n in range(1, CLERKS + 1)]


def test_sellers_who_post_at_once_each_draw_numbers_without_a_gap(house):
    sellers = ("b2", "s1")
    drafts = [house.by_hand(seller=seller).ref for seller in sellers * CLERKS]

    at_once(house, *(lambda desk, ref=ref: desk.perform(ref, "post") for ref in drafts))

    numbers = sorted(one.number for one in house.found(status="posted"))
    due = [f"INV-{seller}-2026-{n:05}" for seller in sellers for n in range(1, CLERKS + 1)]
    assert numbers == due
