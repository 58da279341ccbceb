from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from orderloom import tenants
from orderloom.store import schema
from orderloom.store.entering import enter

NOW = datetime(2027, 1, 2, tzinfo=UTC)


@pytest.fixture
def subject(connection, tenant):
    """Adds a subject; answers whether it is parked now, when called without a status."""

    def add(number, status, stage="open", **more):
        row = {
            "tenant_id": tenant, "kind": "order", "id": UUID(int=number), "type": "shop.order",
            "version": 1, "status": status, "stage": stage, "head_seq": 0,
            "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        made = {**row, **more}
        enter(connection, made["tenant_id"])
        connection.execute(sa.insert(schema.subjects), made)
        enter(connection, tenant)

    return add


@pytest.fixture
def parked(connection, tenant):
    """The numbers of the parked subjects."""
    table = schema.subjects
    select = sa.select(table.c.id).where(table.c.tenant_id == tenant, table.c.parked)
    return lambda: sorted(id.int for id in connection.execute(select).scalars())


def test_open_subjects_are_counted_by_type_and_status(connection, tenant, subject):
    subject(1, "sent")
    subject(2, "sent", type="mill.order")
    subject(3, "new", "draft")
    subject(4, "sent")
    subject(5, "asked", "waiting")

    assert tenants.count_subjects(connection, tenant).open == {
        ("shop.order", "sent"): 2,
        ("mill.order", "sent"): 1,
        ("shop.order", "new"): 1,
        ("shop.order", "asked"): 1,
    }


def test_where_all_subjects_are_is_counted(other_tenant, connection, tenant, subject):
    subject(1, "sent")
    subject(2, "sent", deleted_at=NOW)
    subject(3, "done", "done")
    subject(4, "sent", parked=True)
    subject(5, "sent", tenant_id=other_tenant)

    assert tenants.held_statuses(connection, tenant) == (
        ("shop.order", "done", False, 1),
        ("shop.order", "sent", False, 2),
        ("shop.order", "sent", True, 1),
    )


def test_finished_and_deleted_subjects_and_other_tenants_do_not_count(
    other_tenant, connection, tenant, subject
):
    subject(1, "done", "done")
    subject(2, "gone", "dropped")
    subject(3, "sent", deleted_at=NOW)
    subject(4, "sent", tenant_id=other_tenant)

    assert tenants.count_subjects(connection, tenant) == tenants.Counts({}, {})


def test_parking_freezes_the_open_subjects_in_the_named_statuses_only(
    other_tenant, connection, tenant, subject, parked
):
    subject(1, "sent")
    subject(2, "packed")
    subject(3, "new")
    subject(4, "sent", "done")
    subject(5, "sent", type="mill.order")
    subject(6, "sent", tenant_id=other_tenant)

    count = tenants.park(connection, tenant, "shop.order", ["sent", "packed"])

    assert (count, parked()) == (2, [1, 2])
    assert tenants.count_subjects(connection, tenant).parked == {
        ("shop.order", "packed"): 1,
        ("shop.order", "sent"): 1,
    }


def test_parking_nothing_is_no_error(connection, tenant, subject, parked):
    subject(1, "sent")

    assert tenants.park(connection, tenant, "shop.order", []) == 0
    assert parked() == []


def test_unparking_releases_the_named_statuses_only(connection, tenant, subject, parked):
    subject(1, "sent", parked=True)
    subject(2, "packed", parked=True)

    count = tenants.unpark(connection, tenant, "shop.order", ["sent"])

    assert (count, parked()) == (1, [2])
