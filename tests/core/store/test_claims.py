"""Claims are locked in one order, and what is gone is said."""

import pytest
import sqlalchemy as sa

from orderloom.errors import Conflict
from orderloom.modules.contributions.claims import Claim
from orderloom.store import schema
from orderloom.store.claims import lock
from orderloom.store.engine import writing

TABLES = {"ol_project": schema.projects, "ol_party": schema.parties}


@pytest.fixture
def filled(engine, tenant):
    with writing(engine, tenant) as connection:
        for table in TABLES.values():
            connection.execute(
                table.insert(), [{"tenant_id": tenant, "id": id} for id in ("a", "b", "c")]
            )
    return tenant


def test_claims_are_taken_by_table_and_id(engine, filled):
    asked = []
    with writing(engine, filled) as connection:
        sa.event.listen(
            connection, "before_cursor_execute", lambda *given: asked.append(given[2])
        )  # fmt: skip
        claims = [Claim("ol_project", "b"), Claim("ol_party", "c"), Claim("ol_project", "a")]

        lock(connection, filled, claims, TABLES)

    assert [("ol_party" in statement, "ORDER BY" in statement) for statement in asked] == [
        (True, True), (False, True)
    ]  # fmt: skip


def test_a_row_claimed_twice_is_taken_once(engine, filled):
    asked = []
    with writing(engine, filled) as connection:
        sa.event.listen(
            connection, "before_cursor_execute", lambda *given: asked.append(given[3])
        )  # fmt: skip

        lock(connection, filled, [Claim("ol_project", "a")] * 2, TABLES)

    assert [_values(parameters) for parameters in asked] == [[filled, "a"]]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_the_claimed_rows_are_held_and_no_others(engine, filled):
    free = (
        sa.select(schema.projects.c.id)
        .where(schema.projects.c.tenant_id == filled)
        .order_by(schema.projects.c.id)
        .with_for_update(skip_locked=True)
    )
    with writing(engine, filled) as first, writing(engine, filled) as second:
        lock(first, filled, [Claim("ol_project", "a"), Claim("ol_project", "c")] * 2, TABLES)

        assert second.scalars(free).all() == ["b"]


def test_a_row_that_is_gone_is_a_conflict_worth_retrying(engine, filled):
    claims = [Claim("ol_project", "a"), Claim("ol_project", "gone")]

    with (
        writing(engine, filled) as connection,
        pytest.raises(Conflict, match="gone from ol_project") as raised,
    ):
        lock(connection, filled, claims, TABLES)

    assert raised.value.retryable


def test_another_tenants_row_is_not_there(engine, filled, other_tenant):
    with writing(engine, other_tenant) as connection, pytest.raises(Conflict):
        lock(connection, other_tenant, [Claim("ol_project", "a")], TABLES)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_claimed_row_makes_the_next_one_wait(engine, filled):
    def claim_impatiently():
        with writing(engine, filled) as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = 50")
            lock(second, filled, [Claim("ol_project", "a")], TABLES)

    with writing(engine, filled) as first:
        lock(first, filled, [Claim("ol_project", "a")], TABLES)
        with pytest.raises(Conflict) as raised:
            claim_impatiently()

    assert raised.value.retryable


def _values(parameters):
    """What a driver was given, by name or by place."""
    return list(parameters.values() if isinstance(parameters, dict) else parameters)
