"""Numbers of a series: 16 workers, 2,000 draws, one in ten rolled back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select

from orderloom import Conflict
from orderloom.store import numbering
from orderloom.store.engine import writing
from orderloom.store.schema import series, tenants

WORKERS, DRAWS = 16, 2_000


class _ThoughtBetterOfIt(Exception):
    pass


def _draws(engine, tenant, worker):
    """A worker's part of the draws; answers the numbers that were committed."""
    dice, kept = random.Random(f"worker {worker}"), []
    for _ in range(DRAWS // WORKERS):
        try:
            with writing(engine, tenant) as connection:
                number = numbering.draw(connection, tenant, "invoice", "2026")
                if dice.random() < 0.1:
                    raise _ThoughtBetterOfIt
            kept.append(number)
        except _ThoughtBetterOfIt:
            continue
    return kept


def _all_draws(engine, tenant):
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = pool.map(lambda worker: _draws(engine, tenant, worker), range(WORKERS))
        return sorted(number for part in parts for number in part)


def test_sixteen_workers_and_rollbacks_leave_no_gap_and_no_double(engine, tenant):
    kept = _all_draws(engine, tenant)

    assert kept == list(range(1, len(kept) + 1))
    assert 0.85 * DRAWS < len(kept) < 0.95 * DRAWS


def _careless(monkeypatch, read=lambda: None):
    """Have the counter be read before it is moved; calls back in between."""
    move = numbering.draw

    def draw(connection, tenant, name, period):
        of_series = (series.c.tenant_id == tenant) & (series.c.series == name)
        last = connection.execute(select(func.max(series.c.last)).where(of_series)).scalar()
        read()
        move(connection, tenant, name, period)
        return (last or 0) + 1

    monkeypatch.setattr(numbering, "draw", draw)


def test_a_counter_that_is_read_before_it_is_moved_would_give_doubles(engine, tenant, monkeypatch):
    """What protects is that the row is moved and read by one statement, and held."""
    if engine.dialect.name == "sqlite":
        pytest.skip("BEGIN IMMEDIATE: nobody reads while another is between reading and moving")
    _careless(monkeypatch)

    kept = _all_draws(engine, tenant)

    assert kept != list(range(1, len(kept) + 1))


def test_a_deferred_begin_would_have_sqlite_fail_half_way(sqlite_engine, monkeypatch):
    """What protects there is BEGIN IMMEDIATE: who comes second waits before it reads anything."""
    tenant = "acme"
    with writing(sqlite_engine, tenant) as connection:
        row = {"tenant_id": tenant, "created_at": datetime(2026, 7, 1, tzinfo=UTC)}
        connection.execute(tenants.insert(), row)
    both_have_read = Barrier(2, timeout=60)
    _careless(monkeypatch, both_have_read.wait)

    def draw(_):
        deferred = sqlite_engine.execution_options(orderloom_read=True)
        try:
            with writing(deferred, tenant) as connection:
                return numbering.draw(connection, tenant, "invoice", "2026")
        except Conflict as conflict:
            return conflict.retryable

    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(draw, range(2)))

    assert sorted(map(str, drawn)) == ["1", "True"]
