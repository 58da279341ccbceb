"""Statements on the driver's own cursor do what they do through SQLAlchemy."""

from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom.errors import Refused
from orderloom.store.engine import writing
from orderloom.store.faults import translated
from orderloom.store.prepared import Prepared, direct
from orderloom.store.schema import lines, projects, subjects

PROJECT = projects.c
INSERT = Prepared(projects.insert().inline(), columns=("tenant_id", "id", "title"))
FIND = Prepared(
    sa.select(PROJECT.id, PROJECT.title)
    .where(PROJECT.tenant_id == bindparam("tenant"), PROJECT.prefix == "")
    .order_by(PROJECT.id)
)
RENAME = Prepared(
    projects.update().where(PROJECT.tenant_id == bindparam("at_tenant")), columns=("title",)
)


def rows(tenant, *ids):
    return [{"tenant_id": tenant, "id": id, "title": id.title()} for id in ids]


def listen(connection):
    seen = []
    sa.event.listen(
        connection, "before_cursor_execute", lambda *given: seen.append(given[2].split()[0])
    )  # fmt: skip
    return seen


@pytest.mark.parametrize("heard", [False, True], ids=["direct", "heard"])
def test_rows_come_back_by_name(connection, tenant, heard):
    if heard:
        listen(connection)
    INSERT.execute_many(connection, rows(tenant, "a", "b"))

    found = FIND.all(connection, {"tenant": tenant})

    assert [(row.id, row.title) for row in found] == [("a", "A"), ("b", "B")]
    assert FIND.first(connection, {"tenant": tenant}).title == "A"
    assert FIND.scalar(connection, {"tenant": tenant}) == "a"


@pytest.mark.parametrize("heard", [False, True], ids=["direct", "heard"])
def test_it_says_how_many_rows_it_changed(connection, tenant, heard):
    if heard:
        listen(connection)

    assert INSERT.execute(connection, rows(tenant, "a")[0]) == 1
    INSERT.execute_many(connection, rows(tenant, "b", "c"))
    assert RENAME.execute(connection, {"at_tenant": tenant, "title": "Same"}) == 3
    assert RENAME.execute(connection, {"at_tenant": "nobody", "title": "Same"}) == 0


def test_whoever_listens_hears_of_it(connection, tenant):
    INSERT.execute(connection, rows(tenant, "a")[0])
    seen = listen(connection)

    FIND.all(connection, {"tenant": tenant})
    INSERT.execute_many(connection, rows(tenant, "b", "c"))

    assert seen == ["SELECT", "INSERT"]


def test_nothing_is_sent_for_no_rows(connection):
    INSERT.execute_many(connection, [])

    assert not connection.in_transaction() or connection.get_transaction().is_active


def test_without_any_row_there_is_no_first(connection, tenant):
    assert FIND.first(connection, {"tenant": tenant}) is None
    assert FIND.scalar(connection, {"tenant": tenant}) is None


def test_a_parameter_that_is_missing_is_a_bug(connection):
    with pytest.raises(KeyError, match="tenant"):
        FIND.all(connection, {})


@pytest.mark.parametrize("heard", [False, True], ids=["direct", "heard"])
def test_errors_are_those_of_sqlalchemy(connection, tenant, heard):
    INSERT.execute(connection, rows(tenant, "a")[0])
    if heard:
        listen(connection)

    with pytest.raises(sa.exc.IntegrityError) as raised, connection.begin_nested():
        INSERT.execute(connection, rows(tenant, "a")[0])

    assert "INSERT INTO ol_project" in raised.value.statement
    assert not raised.value.connection_invalidated
    assert [row.id for row in FIND.all(connection, {"tenant": tenant})] == ["a"]


def test_text_no_database_can_keep_is_refused(connection, tenant):
    with pytest.raises(Refused) as refused, connection.begin_nested(), translated():
        INSERT.execute(connection, rows(tenant, "half \ud800")[0])

    assert refused.value.codes == ("store.unstorable_text",)


def test_a_transaction_that_cannot_go_on_is_left_to_sqlalchemy(engine, tenant):
    with engine.connect() as connection, connection.begin() as transaction:
        assert direct(connection) is not None
        transaction.rollback()

        with pytest.raises(sa.exc.InvalidRequestError):
            INSERT.execute(connection, rows(tenant, "a")[0])


def test_a_connection_without_a_transaction_begins_one(engine, tenant):
    with engine.connect() as connection:
        assert not connection.in_transaction()

        FIND.all(connection, {"tenant": tenant})

        assert connection.in_transaction()


def test_values_have_the_types_of_their_columns(engine, tenant, make_order, make_row):
    from orderloom.store.subjects import insert

    order = make_order()
    find = Prepared(
        sa.select(subjects.c.id, subjects.c.total, subjects.c.created_at, subjects.c.parked)
        .where(subjects.c.tenant_id == bindparam("tenant"))
    )  # fmt: skip
    with writing(engine, tenant) as connection:
        insert(connection, tenant, [make_row(order)])

        row = find.first(connection, {"tenant": tenant})

    assert row == (order.id, Decimal(5000), order.created_at, False)
    assert isinstance(row.id, UUID)
    assert row.parked is False
    assert row.created_at.utcoffset().total_seconds() == 0


def test_a_figure_with_too_many_digits_is_refused_before_it_is_sent(connection, tenant):
    change = Prepared(
        lines.update().where(lines.c.tenant_id == bindparam("at")), columns=("quantity",)
    )

    with pytest.raises(Refused) as refused:
        change.execute(connection, {"at": tenant, "quantity": Decimal("0.0000001")})

    assert refused.value.codes == ("decimal.too_long",)
