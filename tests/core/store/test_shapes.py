"""However many there are of others: a page, or a count, of one party's few looks at few rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa

from orderloom.store import shapes
from orderloom.store.engine import reading, writing
from orderloom.store.find import Query, Seen, count, find
from orderloom.store.schema import subjects
from orderloom.values import uuid7

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
CROWD = 3000
FEW_STEPS = 40  # hundreds of the engine's instructions: to go through the crowd takes thousands
OWN = (Seen(type="test.order", kind="party", id="rare", unborn_to_seller=("test.order",)),)


@pytest.fixture
def crowded(engine, owner_engine, tenant):
    """Three thousand orders of others, and among them one that a rare party sells."""
    shared = {
        "tenant_id": tenant, "kind": "order", "type": "test.order", "version": 1, "facets": "{}",
        "status": "open", "stage": "open", "title": "", "project": "", "currency": "EUR",
        "total": Decimal(1), "content": "{}", "data": "{}", "fields": "{}", "lifecycle": "",
        "created_by": "kim", "deleted_at": None, "head_seq": 1, "head_hash": "",
    }  # fmt: skip
    rows = [
        shared
        | {
            "id": uuid7(NOW + timedelta(seconds=n)),
            "number": f"N-{n}",
            "buyer": f"buyer-{n % 7}",
            "seller": "rare" if n == 5 else "common",
            "created_at": NOW,
            "updated_at": NOW,
        }
        for n in range(CROWD)
    ]
    with writing(engine, tenant) as connection:
        connection.execute(sa.insert(subjects), rows)
    if engine.dialect.name == "postgresql":  # plans by statistics, which its owner alone can make
        with writing(owner_engine) as connection:
            connection.exec_driver_sql("ANALYZE ol_subject")
    with reading(engine, tenant) as connection:
        yield connection
    with writing(engine, tenant) as connection:
        connection.execute(sa.delete(subjects).where(subjects.c.tenant_id == tenant))


def effort(connection, work):
    """How much of the crowd was gone through: engine steps, or rows PostgreSQL threw away."""
    if connection.dialect.name == "sqlite":
        steps = []
        driver = connection.connection.driver_connection
        driver.set_progress_handler(lambda: steps.append(1) and None, 100)
        work()
        driver.set_progress_handler(None, 0)
        return len(steps)
    asked = []
    sa.event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2:4]))
    work()
    statement, given = asked[0]
    plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE) {statement}", given).scalars().all()
    thrown = [line for line in plan if "Rows Removed by Filter" in line]
    return sum(int(line.rpartition(":")[2]) for line in thrown)


@pytest.mark.parametrize(
    "query",
    [
        Query(scopes=OWN),
        Query(scopes=OWN, status="open"),
        Query(scopes=OWN, stage="open"),
        Query(scopes=OWN, type="test.order", status=("open", "done")),
        Query(scopes=OWN, number="N-5"),
        Query(party="rare"),
        Query(party="rare", status="open"),
        Query(number="N-5"),
        Query(scopes=OWN, party="rare", created_from=NOW),
    ],
)
def test_one_partys_few_are_found_without_going_through_the_crowd(crowded, tenant, query):
    found = []

    cost = effort(crowded, lambda: found.extend(find(crowded, tenant, query).items))

    assert [order.number for order in found] == ["N-5"]
    assert cost <= FEW_STEPS


@pytest.mark.parametrize("query", [Query(scopes=OWN, stage="open"), Query(party="rare")])
def test_one_partys_few_are_counted_without_going_through_the_crowd(crowded, tenant, query):
    found = []

    cost = effort(crowded, lambda: found.append(count(crowded, tenant, query)))

    assert found[0].value == 1
    assert cost <= FEW_STEPS


def test_what_several_ways_lead_to_is_found_once_and_in_order(crowded, tenant):
    seen = (*OWN, *(Seen(type="*", kind="party", id=f"buyer-{n}") for n in (5, 6)))

    first = find(crowded, tenant, Query(scopes=seen), limit=3)
    second = find(crowded, tenant, Query(scopes=seen), after=first.next, limit=2)

    numbers = [order.number for order in (*first.items, *second.items)]
    assert numbers == ["N-2995", "N-2994", "N-2988", "N-2987", "N-2981"]
    assert count(crowded, tenant, Query(scopes=seen)).value == 428 + 428


def test_what_two_parties_both_lead_to_is_found_once(crowded, tenant):
    seen = (*OWN, Seen(type="*", kind="party", id="buyer-5"))

    found = find(crowded, tenant, Query(scopes=seen), limit=1000).items

    assert sum(order.number == "N-5" for order in found) == 1
    assert len(found) == count(crowded, tenant, Query(scopes=seen)).value == 428


def test_a_count_along_several_ways_stops_at_its_bound(crowded, tenant):
    seen = tuple(Seen(type="*", kind="party", id=f"buyer-{n}") for n in range(7))

    found = count(crowded, tenant, Query(scopes=seen), 10)

    assert (found.value, found.more) == (10, True)


@pytest.mark.parametrize(
    "scope",
    [
        Seen(type="*", kind="party"),
        Seen(type="test.order", kind="party", unborn_to_seller=("test.order",)),
        Seen(type="test.order", kind="project"),
        Seen(type="test.order", kind="department", field="test.hall"),
    ],
)
def test_there_is_no_end_to_the_scopes_somebody_may_have(crowded, tenant, scope):
    seen = tuple(attrs.evolve(scope, id=f"buyer-{n}") for n in range(6, 3000))

    page = find(crowded, tenant, Query(scopes=seen), limit=2)

    assert 2 * len(seen) > shapes._MOST_WAYS
    expected = ["N-2995", "N-2988"] if scope.kind == "party" else []
    assert [order.number for order in page.items] == expected
    assert count(crowded, tenant, Query(scopes=seen)).value == (428 if expected else 0)
