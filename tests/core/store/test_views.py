"""Reporting views show plain numbers."""

from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa

from orderloom.store import subjects


@pytest.fixture
def order(connection, tenant, make_order, make_line, make_row):
    """One line of 200 at 12.50, one without a price."""
    lines = (make_line(1), attrs.evolve(make_line(2), price=None))
    made = make_order(number="RFQ-1", lines=lines)
    subjects.insert(connection, tenant, [make_row(made)])
    return made


def test_orders_show_their_total(connection, tenant, order):
    (row,) = _rows(connection, "ol_v_order", tenant)

    assert (row.number, row.currency) == ("RFQ-1", "EUR")
    assert Decimal(str(row.total)) == Decimal(2500)


def test_lines_show_plain_numbers_and_no_price_as_null(connection, tenant, order):
    first, second = sorted(
        _rows(connection, "ol_v_order_line", tenant), key=lambda row: row.position
    )

    assert [Decimal(str(n)) for n in (first.quantity, first.price, first.total)] == [
        Decimal(200), Decimal("12.5"), Decimal(2500)
    ]  # fmt: skip
    assert (second.price, second.total) == (None, None)


def test_events_are_listed(connection, tenant, order):
    (row,) = _rows(connection, "ol_v_event", tenant)

    assert (row.seq, row.name) == (1, "placed")


def test_deleted_orders_are_left_out(connection, tenant, make_order, make_row):
    order = make_order()
    subjects.insert(
        connection, tenant, [make_row(attrs.evolve(order, deleted_at=order.created_at))]
    )

    assert _rows(connection, "ol_v_order", tenant) == []
    assert _rows(connection, "ol_v_order_line", tenant) == []


def _rows(connection, view, tenant):
    select = sa.text(f"SELECT * FROM {view} WHERE tenant_id = :tenant")
    return connection.execute(select, {"tenant": tenant}).all()
