"""Rows of several tables are written together, and all or none after a guarded change."""

from datetime import date

import pytest
import sqlalchemy as sa

from orderloom.errors import Conflict, Refused
from orderloom.store import batch
from orderloom.store.batch import Change, Held
from orderloom.store.engine import writing
from orderloom.store.faults import translated
from orderloom.store.schema import parties, projects, tenants


def project(tenant, id, **more):
    blank = {"title": "", "prefix": "", "starts": None, "ends": None}
    return {"tenant_id": tenant, "id": id, **blank, **more}


def party(tenant, id):
    return {"tenant_id": tenant, "id": id, "name": id.title(), "record": "{}"}


def titles(connection, tenant):
    rows = sa.select(projects.c.id, projects.c.title).where(projects.c.tenant_id == tenant)
    return dict(connection.execute(rows.order_by(projects.c.id)).all())


def ids(connection, tenant):
    of = sa.select(parties.c.id).where(parties.c.tenant_id == tenant).order_by(parties.c.id)
    return connection.execute(of).scalars().all()


def retitled(tenant, id, old, new):
    return Change(projects, {"title": new}, {"tenant_id": tenant, "id": id, "title": old})


@pytest.fixture
def postgres(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


def test_every_table_gets_its_rows(connection, tenant):
    batch.insert(
        connection,
        {
            projects: [project(tenant, "a"), project(tenant, "b", title="“Quotes” \\ and ‘all’")],
            parties: [party(tenant, "v")],
        },
    )

    assert titles(connection, tenant) == {"a": "", "b": "“Quotes” \\ and ‘all’"}
    assert ids(connection, tenant) == ["v"]


def test_nothing_and_days_come_out_as_they_went_in(connection, tenant):
    batch.insert(connection, {projects: [project(tenant, "a", ends=date(2026, 7, 1))]})

    row = connection.execute(sa.select(projects).where(projects.c.tenant_id == tenant)).one()
    assert (row.starts, row.ends) == (None, date(2026, 7, 1))


def test_on_postgresql_it_is_one_statement(postgres, connection, tenant):
    sent = []
    sa.event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))

    batch.insert(connection, {projects: [project(tenant, "a")], parties: [party(tenant, "v")]})

    assert len(sent) == 1


def test_rows_follow_a_change_that_found_its_row(connection, tenant):
    batch.insert(connection, {projects: [project(tenant, "a", title="Old")]})

    moved = batch.move(
        connection, retitled(tenant, "a", "Old", "New"), {parties: [party(tenant, "v")]}
    )

    assert moved
    assert titles(connection, tenant) == {"a": "New"}
    assert ids(connection, tenant) == ["v"]


def test_nothing_is_written_if_the_row_was_changed_meanwhile(connection, tenant):
    batch.insert(connection, {projects: [project(tenant, "a", title="Theirs")]})

    moved = batch.move(
        connection, retitled(tenant, "a", "Old", "New"), {parties: [party(tenant, "v")]}
    )

    assert not moved
    assert titles(connection, tenant) == {"a": "Theirs"}
    assert ids(connection, tenant) == []


def test_text_no_database_can_keep_is_refused(connection, tenant):
    with pytest.raises(Refused) as refused, connection.begin_nested(), translated():
        batch.insert(connection, {projects: [project(tenant, "a", title="half \ud800")]})

    assert refused.value.codes == ("store.unstorable_text",)


def test_nul_is_refused_on_postgresql(postgres, connection, tenant):
    with pytest.raises(Refused) as refused, connection.begin_nested(), translated():
        batch.insert(connection, {projects: [project(tenant, "a", title="nul \0")]})

    assert refused.value.codes == ("store.unstorable_text",)


def test_on_postgresql_what_is_written_holds_the_tenant(postgres, engine, tenant):
    closed = sa.select(tenants).where(tenants.c.tenant_id == tenant).with_for_update()

    def close():
        with writing(engine, tenant) as theirs:
            theirs.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            theirs.execute(closed)

    held = Held(tenant)
    with writing(engine, tenant) as ours:
        batch.insert(ours, {projects: [project(tenant, "a")]}, held)

        with pytest.raises(Conflict):
            close()

    assert held.revision == 1


def test_a_change_does_not_wait_for_who_closes_the_tenant(postgres, engine, tenant):
    with writing(engine, tenant) as first:
        batch.insert(first, {projects: [project(tenant, "a", title="Old")]})

    def move():
        with writing(engine, tenant) as ours:
            ours.exec_driver_sql("SET LOCAL statement_timeout = '500ms'")  # another error
            batch.move(ours, retitled(tenant, "a", "Old", "New"), {}, Held(tenant))

    with writing(engine, tenant) as closing:
        closing.execute(sa.select(tenants).where(tenants.c.tenant_id == tenant).with_for_update())

        with pytest.raises(Conflict) as conflict:
            move()

    assert conflict.value.retryable


def test_on_sqlite_nobody_need_be_held(connection, tenant, engine):
    held = Held(tenant)

    batch.insert(connection, {projects: [project(tenant, "a")]}, held)

    assert (held.revision is None) is (engine.dialect.name == "sqlite")
