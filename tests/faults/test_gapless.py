"""Numbers of a series: 16 workers, 2,000 draws, one in ten rolled back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from orderloom.store import numbering
from orderloom.store.engine import writing
from orderloom.store.schema import series

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


def test_a_counter_that_is_read_before_it_is_moved_would_give_doubles(engine, tenant, monkeypatch):
    """What protects is that the row is moved and read by one statement, and held."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    move = numbering.draw

    def careless(connection, tenant, name, period):
        last = connection.execute(
            select(func.max(series.c.last)).where(
                series.c.tenant_id == tenant, series.c.series == name
            )
        ).scalar()
        move(connection, tenant, name, period)
        return (last or 0) + 1

    monkeypatch.setattr(numbering, "draw", careless)

    kept = _all_draws(engine, tenant)

    assert kept != list(range(1, len(kept) + 1))
