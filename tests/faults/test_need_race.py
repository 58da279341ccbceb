"""One need of 700, ordered in lots of 7 by everybody at once, over and over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orderloom_procurement import checking, claims
from orderloom_procurement.coverage import coverage_of
from orderloom_procurement.needs import NewNeed, add_need

ROUNDS = 20
LOTS = 100


def _need(site, name):
    with site.desk() as desk:
        new = NewNeed(project="summer", department="Seats", name=name, quantity="700")
        return add_need(desk, new)


def _coverage(site, need):
    with site.reader() as reader:
        return str(coverage_of(reader.reading, need.id))


def test_sixteen_threads_or_eight_processes_order_exactly_what_is_needed(site, crew):
    needs = [_need(site, f"Chair {number}") for number in range(ROUNDS)]

    if site.is_sqlite:
        members = [site.member("race", "7") for _ in range(8)]
        assert {member.next_line() for member in members} == {"ready"}
        taken = []
        for need in needs:
            for member in members:
                member.tell(str(need.id))
            taken.append(sum(int(member.next_line(timeout=300)) for member in members))
        for member in members:
            member.close()
    else:
        with ThreadPoolExecutor(16) as pool:
            taken = [
                sum(pool.map(lambda _, need=need: _lots(site, crew, need), range(16)))
                for need in needs
            ]

    assert taken == [LOTS] * ROUNDS
    assert {_coverage(site, need) for need in needs} == {"On Order (700 of 700)"}


def _lots(site, crew, need):
    return crew.order_lots(site.loom, site.tenant, str(need.id), "7")


def test_without_the_claim_they_order_too_much(site, crew, monkeypatch):
    """What protects is the claim."""
    if site.is_sqlite:
        pytest.skip("BEGIN IMMEDIATE: nobody reads the need while another one is ordering of it")
    need = _need(site, "Chair")
    _lots(site, crew, _need(site, "Warm up"))
    all_have_read = Barrier(3, timeout=30)
    check = checking.line_problems

    def waiting(order, reading):
        found = check(order, reading)
        all_have_read.wait()
        return found

    monkeypatch.setattr(claims, "claims", lambda command, before, reading: [])
    monkeypatch.setattr(checking, "line_problems", waiting)

    with ThreadPoolExecutor(3) as pool:
        taken = sum(pool.map(lambda _: _lots(site, crew, need), range(3)))

    assert taken > LOTS
    assert _coverage(site, need).startswith("Excess")
