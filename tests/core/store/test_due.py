"""Which tenants have something waiting."""

from datetime import UTC, datetime, timedelta

import pytest

from orderloom.store import due, seals, subjects, timers

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def ref(connection, tenant, make_order, make_row):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    return order.ref


def test_a_tenant_is_named_from_the_instant_a_timer_of_it_is_due(connection, tenant, ref):
    seals.seal(connection, tenant, NOW)
    timers.set_timer(connection, tenant, ref, "expire", NOW)

    assert tenant not in due.waiting(connection, NOW - timedelta(microseconds=1))
    assert tenant in due.waiting(connection, NOW)


def test_a_tenant_is_named_until_its_events_are_sealed(connection, tenant, ref):
    assert tenant in due.waiting(connection, NOW)

    seals.seal(connection, tenant, NOW)

    assert tenant not in due.waiting(connection, NOW)
