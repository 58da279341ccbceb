"""What one committed story leaves behind: each fact once, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from hosting import STARTS
from tapping import Tap

from orderloom import SETUP
from orderloom.worker import Worker

starts = pytest.mark.parametrize("start", list(STARTS))
LISTENERS = ("listener:after_order_event", "listener:after_status_changed")


def sold(site, start="nothing"):
    return site.host(site.loom, start, "commit", Tap()).order


@starts
def test_a_committed_story_adds_these_rows_and_no_others(site, start):
    sold(site)  # the first one of the year brings its series
    left = site.rows()

    sold(site, start)

    now = site.rows()
    tables = Counter(table for table, _ in now - left)
    assert [table for table, _ in left - now] == ["ol_series"]
    assert tables.pop("ol_search", 2) == 2  # on SQLite, a row beside each subject
    assert tables == {
        "ol_subject": 2,  # the need and the order
        "ol_subject_field": 1,  # the need's department
        "ol_procurement_need": 1,
        "ol_line": 2,
        "ol_procurement_allocation": 1,
        "ol_event": 5,
        "ol_document": 1,
        "ol_delivery": 6,
        "ol_series": 1,
    }


@starts
def test_each_fact_of_a_committed_story_is_told_once_and_owed_once(site, start):
    order = sold(site, start)

    with site.loom.reader(site.company, SETUP) as reader:
        told = [(event.name, event.action) for event in reader.history(order)]
        owed = [one for one in reader.deliveries(limit=1000) if one.subject == order.ref]
    assert told == [("placed", "place"), ("edited", ""), ("moved", "send"), ("issued", "")]
    assert sorted((one.source, one.seq) for one in owed) == [
        *((LISTENERS[0], event) for event in (1, 2, 3, 4)),
        (LISTENERS[1], 3),
        ("procurement.rfq", 3),
    ]


def test_the_worker_calls_each_hook_that_is_owed_once(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # its mails go into a folder of the current one
    worker = Worker(site.loom)
    worker.once(tenant=site.company)
    sold(site)

    with site.hooks.open():
        worker.once(tenant=site.company)
        worker.once(tenant=site.company)

    assert site.hooks.seen.count("listener.after_order_event") == 4
    assert site.hooks.seen.count("listener.after_status_changed") == 1
