"""A desk inside a host's transaction: from nothing done, something read, something written."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orderloom import Conflict, ModuleFault, NotFound, Orderloom, Problem, Refused
from orderloom.desk.states import StateCache
from orderloom.store import schema
from orderloom.store.engine import reading, writing

TABLES = (schema.subjects, schema.lines, schema.events, schema.deliveries, schema.documents)


@pytest.fixture
def host_rows(engine):
    """A table of the host's."""
    table = sa.Table(
        f"host_{uuid4().hex[:8]}", sa.MetaData(), sa.Column("name", sa.Text, primary_key=True)
    )
    table.create(engine)
    yield table
    table.drop(engine)


BEFORE = {
    "nothing": lambda host, table: None,
    "read": lambda host, table: host.execute(sa.select(table)).all(),
    "wrote": lambda host, table: host.execute(table.insert(), {"name": "before"}),
}


@pytest.fixture(params=["connection", "session"])
def open_host(request, engine):
    """What a host works with."""
    return engine.connect if request.param == "connection" else lambda: Session(engine)


@pytest.fixture(params=list(BEFORE))
def prepared(request, host_rows):
    """What the host did before it joined."""
    return lambda host: BEFORE[request.param](host, host_rows)


def rows(toy):
    """How many rows the tenant's orders have in each table."""
    found = Counter()
    with reading(toy.loom.engine, toy.tenant) as connection:
        for table in TABLES:
            statement = sa.select(sa.func.count()).where(table.c.tenant_id == toy.tenant)
            if "kind" in table.c:
                statement = statement.where(table.c.kind == "order")
            found[table.name] = connection.execute(statement).scalar_one()
    return found


def names(toy, table):
    with toy.loom.engine.connect() as connection:
        return sorted(connection.execute(sa.select(table.c.name)).scalars())


def sell(toy, host):
    with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
        return desk.perform(desk.place(toy.new()), "send")


def test_when_the_host_rolls_back_there_is_nothing(toy, open_host, prepared, host_rows):
    before = rows(toy)
    with open_host() as host:
        prepared(host)
        assert sell(toy, host).number == "T-2026-0001"
        host.rollback()

    assert rows(toy) == before
    assert names(toy, host_rows) == []
    assert toy.perform(toy.place(), "send").number == "T-2026-0001"
    assert toy.verified().ok


def test_when_the_host_commits_there_is_exactly_one_of_each(toy, open_host, prepared):
    before = rows(toy)
    with open_host() as host:
        prepared(host)
        order = sell(toy, host)
        host.commit()

    assert rows(toy) - before == {
        "ol_subject": 1, "ol_line": 1, "ol_event": 3, "ol_delivery": 1, "ol_document": 1,
    }  # fmt: skip
    assert toy.get(order) == order
    assert toy.verified().ok


def test_nothing_is_seen_before_the_host_commits(toy, open_host, prepared):
    before = rows(toy)
    with open_host() as host:
        prepared(host)
        sell(toy, host)
        if toy.loom.engine.dialect.name == "postgresql":  # SQLite keeps others out meanwhile
            assert rows(toy) == before
        host.commit()

    assert rows(toy) != before


@pytest.mark.parametrize("fault", [Refused, ModuleFault, RuntimeError])
def test_the_hosts_rows_survive_our_errors(make_toy, make_module, open_host, host_rows, fault):
    def fails(order):
        if order.title == "fault":
            raise KeyError

    toy = make_toy(make_module("faulty", on_order_placed=fails))
    before = rows(toy)

    def work(host):
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.place(toy.new())
            if fault is Refused:
                desk.place(toy.new(seller="ghost"))
            if fault is ModuleFault:
                desk.place(toy.new(title="fault"))
            raise RuntimeError

    with open_host() as host:
        host.execute(host_rows.insert(), {"name": "before"})
        with pytest.raises(fault):
            work(host)
        host.execute(host_rows.insert(), {"name": "after"})
        host.commit()

    assert names(toy, host_rows) == ["after", "before"]
    assert rows(toy) == before


def test_the_hosts_savepoints_survive(toy, open_host, host_rows):
    with open_host() as host:
        with host.begin_nested():
            host.execute(host_rows.insert(), {"name": "kept"})
            sell(toy, host)
        lost = host.begin_nested()
        host.execute(host_rows.insert(), {"name": "lost"})
        sell(toy, host)
        lost.rollback()
        host.commit()

    assert names(toy, host_rows) == ["kept"]
    assert toy.count() == 1
    assert toy.perform(toy.place(), "send").number == "T-2026-0002"


def test_a_swallowed_module_fault_is_not_released(make_toy, make_module, engine):
    toy = make_toy(make_module("faulty", on_order_placed=lambda order: 1 / 0))
    before = rows(toy)

    def swallows(host):
        joined = toy.loom.join(host, tenant=toy.tenant, actor=toy.ann)
        with joined as desk, pytest.raises(ModuleFault):
            desk.place(toy.new())

    with engine.connect() as host:
        with pytest.raises(ModuleFault):
            swallows(host)
        host.commit()

    assert rows(toy) == before


def test_a_session_is_flushed_before(toy, engine, host_rows):
    class Row:
        pass

    registry = sa.orm.registry()
    registry.map_imperatively(Row, host_rows)
    with Session(engine) as session:
        row = Row()
        row.name = "pending"
        session.add(row)
        with toy.loom.join(session, tenant=toy.tenant, actor=toy.ann):
            assert names_in(session, host_rows) == ["pending"]
        session.rollback()
    registry.dispose()


def names_in(session, table):
    return list(session.connection().execute(sa.select(table.c.name)).scalars())


def test_several_joins_in_one_transaction_see_each_other(toy, engine):
    with engine.connect() as host:
        order = sell(toy, host)
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.perform(order, "finish")
        host.commit()

    assert toy.get(order).status == "done"


def test_administration_rolled_back_by_the_host_leaves_no_trace(make_toy, make_module, engine):
    def check_action(action):
        return Problem("stop.it", "Stop. To go on, ask Kim.")

    stop = make_module("stop", check_action=check_action)
    toy = make_toy(off=(stop,))
    order = toy.place()
    with engine.connect() as host:
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.admin.switch("stop", "on")
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            assert desk.preview(order, "send").problems[0].code == "stop.it"
        host.rollback()

    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    other = Orderloom(engine, modules=plugins, clock=toy.clock)
    with other.desk(toy.tenant, toy.ann) as desk:  # the same revision, for something else
        desk.admin.set("toy", {"greeting": "Hi"})

    assert toy.perform(order, "send").status == "sent"


def test_declarations_seen_in_a_host_that_rolls_back_are_kept_later(toy, engine):
    fresh = Orderloom(engine, modules=[toy.loom.catalogue.loaded["toy"].plugin], clock=toy.clock)
    delete = schema.lifecycles.delete().where(schema.lifecycles.c.tenant_id == toy.tenant)
    with writing(engine, toy.tenant) as connection:
        connection.execute(delete)
    with engine.connect() as host:
        for _ in range(2):
            with fresh.join(host, tenant=toy.tenant, actor=toy.ann):
                pass
        host.rollback()

    with fresh.desk(toy.tenant, toy.ann):
        pass

    with reading(engine, toy.tenant) as connection:
        found = connection.execute(
            sa.select(schema.lifecycles.c.name).where(schema.lifecycles.c.tenant_id == toy.tenant)
        ).scalars()
        assert sorted(found) == ["toy.order", "toy.visit"]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_host_that_ends_its_transaction_inside_is_told(
    toy, open_host, prepared, host_rows, ending
):
    def work(host):
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.place(toy.new())
            getattr(host, ending)()

    with open_host() as host:
        prepared(host)
        with pytest.raises(Refused, match="do that after the block") as refused:
            work(host)
        host.rollback()
        host.execute(host_rows.insert(), {"name": "later"})
        host.commit()

    assert refused.value.codes == ("store.host_ended",)
    assert "later" in names(toy, host_rows)


def test_a_desk_whose_host_has_committed_says_so_instead_of_going_on(toy, open_host):
    def work(host):
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            host.commit()
            desk.place(toy.new())

    with open_host() as host:
        with pytest.raises(Refused) as refused:
            work(host)
        host.commit()

    assert refused.value.codes == ("store.host_ended",)
    assert toy.count() == 0


def test_a_connection_in_autocommit_is_refused_with_the_remedy(toy, engine):
    loose = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with loose as host, pytest.raises(Refused, match="leave out isolation_level") as refused:
        sell(toy, host)

    assert refused.value.codes == ("store.autocommit",)


def test_sqlite_without_foreign_keys_is_refused_with_the_remedy(toy, engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("foreign keys are always on")
    bare = sa.create_engine(engine.url)
    with bare.connect() as host, pytest.raises(Refused, match=r"orderloom\.sqlite\.prepare"):
        sell(toy, host)
    bare.dispose()


def test_an_unknown_tenant_is_not_found(toy, engine):
    def joins(host):
        with toy.loom.join(host, tenant="nobody", actor=toy.ann):
            pass

    with engine.connect() as host, pytest.raises(NotFound, match="tenant"):
        joins(host)


def test_a_tenant_changed_in_a_host_that_committed_is_compiled_once(toy, engine, monkeypatch):
    with engine.connect() as host:
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.admin.update(title="Renamed")
        host.commit()
    compiled, real = [], StateCache._compiled

    def count(*args):
        compiled.append(args)
        return real(*args)

    monkeypatch.setattr(StateCache, "_compiled", count)

    for _ in range(2):
        with toy.reader() as reader:
            assert reader.tenant.title == "Renamed"
    with engine.connect() as host, toy.loom.join(host, tenant=toy.tenant, actor=toy.ann):
        pass

    assert len(compiled) == 1


def test_an_order_of_a_module_switched_off_meanwhile_is_not_released(toy, engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")

    def place(host):
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            with toy.desk() as other:
                other.admin.switch("toy", "off")
            desk.place(toy.new())

    with engine.connect() as host:
        with pytest.raises(Conflict) as conflict:
            place(host)
        host.commit()

    assert conflict.value.retryable
    assert toy.count() == 0
