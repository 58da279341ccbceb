import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Barrier

import pytest

from orderloom_procurement import checking, claims

BUYERS = 8
SCRIPT = Path(__file__).with_name("buyer.py")
EXCEEDED = "procurement.need.exceeded"


def _buyer():
    spec = spec_from_file_location("buyer", SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _in_threads(house, need, quantity):
    buy = _buyer().buy
    with ThreadPoolExecutor(BUYERS) as pool:
        running = [
            pool.submit(buy, house.loom, house.tenant, str(need.id), quantity)
            for _ in range(BUYERS)
        ]
        return [one.result(timeout=60) for one in running]


def _in_processes(house, need, quantity):
    url = house.loom.engine.url.render_as_string(hide_password=False)
    args = [sys.executable, str(SCRIPT), url, house.tenant, str(need.id), quantity]
    running = [subprocess.Popen(args, stdout=subprocess.PIPE, text=True) for _ in range(BUYERS)]
    return [one.communicate(timeout=120)[0] for one in running]


def _race(house, need, quantity):
    sqlite = house.loom.engine.dialect.name == "sqlite"
    return (_in_processes if sqlite else _in_threads)(house, need, quantity)


def test_eight_buyers_racing_for_one_need_never_exceed_it(house, chairs):
    outcomes = _race(house, chairs, "50")

    assert sorted(outcomes) == ["ordered"] * 4 + [EXCEEDED] * 4
    assert str(house.coverage(chairs)) == "On Order (200 of 200)"


def test_without_the_claim_they_would_exceed_it(house, chairs, monkeypatch):
    """Shows that the claim is what protects; on SQLite a writer is alone anyway."""
    if house.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    all_have_read = Barrier(BUYERS, timeout=30)
    check = checking.line_problems

    def waiting(order, reading):
        found = check(order, reading)
        all_have_read.wait()
        return found

    monkeypatch.setattr(claims, "claims", lambda command, before, reading: [])
    monkeypatch.setattr(checking, "line_problems", waiting)

    outcomes = _race(house, chairs, "50")

    assert outcomes == ["ordered"] * BUYERS
    assert str(house.coverage(chairs)) == "Excess (400 of 200, 200 too many)"


def test_two_buyers_raising_their_lines_never_exceed_the_need(house, chairs):
    from orderloom import Refused, SetLine

    orders = [house.order((chairs, "80")), house.order((chairs, "80"), seller="V2")]

    def raised(order):
        try:
            return house.loom.run(
                house.tenant,
                house.actor,
                lambda desk: desk.edit(order, SetLine(line=order.lines[0].id, quantity="120")),
            )
        except Refused as refusal:
            return refusal.codes

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(raised, orders))

    assert outcomes.count((EXCEEDED,)) == 1
    assert house.ordered(chairs) == "200"
