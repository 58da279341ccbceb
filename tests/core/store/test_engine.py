"""Engines are opened safely, and transactions do what they say."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

import orderloom.sqlite
from orderloom import Orderloom
from orderloom.errors import Conflict, Refused
from orderloom.store import schema
from orderloom.store.engine import open_engine, reading, writing
from orderloom.store.prepared import Prepared

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@on_sqlite
def test_sqlite_is_durable_and_enforces_foreign_keys(engine):
    with writing(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    full = 2
    assert found == {
        "journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 30_000
    }  # fmt: skip


def test_a_url_without_a_driver_gets_psycopg():
    engine = open_engine("postgresql://somebody@localhost/orders")

    assert engine.dialect.driver == "psycopg"


def test_options_in_a_url_are_kept_beside_the_lock_timeout(postgres_url):
    engine = open_engine(sa.make_url(postgres_url).update_query_dict(
        {"options": "-c statement_timeout=7000"}
    ))  # fmt: skip

    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout")
        ]
    engine.dispose()

    assert found == ["10s", "7s"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("orders.db", "store.bad_url"),
        ("", "store.bad_url"),
        ("mysql://somebody@localhost/orders", "store.other_engine"),
    ],
)
def test_another_url_is_refused(url, code):
    with pytest.raises(Refused) as raised:
        open_engine(url)

    assert raised.value.codes == (code,)


def test_a_hosts_sqlite_engine_has_to_be_prepared(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}")

    with pytest.raises(Refused, match=r"orderloom\.sqlite\.prepare\(engine\)") as raised:
        open_engine(engine)

    assert raised.value.codes == ("store.sqlite_unprepared",)
    assert open_engine(orderloom.sqlite.prepare(engine)) is engine


@pytest.mark.parametrize("given", ["sqlite:///orders.db", None])
def test_what_is_no_engine_cannot_be_prepared(given):
    with pytest.raises(Refused, match="create_engine") as raised:
        orderloom.sqlite.prepare(given)

    assert raised.value.codes == ("store.not_an_engine",)


def test_of_an_asynchronous_engine_the_synchronous_one_is_prepared(tmp_path):
    asyncio = pytest.importorskip("sqlalchemy.ext.asyncio")
    host = asyncio.create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'host.db'}")

    with pytest.raises(Refused, match="its sync_engine") as raised:
        orderloom.sqlite.prepare(host)

    assert raised.value.codes == ("store.not_an_engine",)
    assert orderloom.sqlite.prepare(host.sync_engine) is host.sync_engine


def test_an_asynchronous_engine_outside_of_its_greenlet_is_refused(tmp_path):
    asyncio = pytest.importorskip("sqlalchemy.ext.asyncio")
    host = asyncio.create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'host.db'}")
    engine = open_engine(orderloom.sqlite.prepare(host.sync_engine))

    with pytest.raises(Refused) as raised, writing(engine):
        pass

    assert raised.value.codes == ("store.async_engine",)


@pytest.mark.parametrize("given", ["made with it", "its option"])
def test_a_hosts_engine_in_autocommit_is_refused(engine, given):
    level = {"isolation_level": "AUTOCOMMIT"}
    host = sa.create_engine(engine.url, **(level if given == "made with it" else {}))
    if engine.dialect.name == "sqlite":
        orderloom.sqlite.prepare(host)
    if given == "its option":
        host = host.execution_options(**level)

    with pytest.raises(Refused, match=r"leave out isolation_level='AUTOCOMMIT'") as raised:
        Orderloom(host)

    assert raised.value.codes == ("store.autocommit",)


def test_an_engine_whose_option_undoes_autocommit_is_taken(engine):
    host = sa.create_engine(engine.url, isolation_level="AUTOCOMMIT")
    host = host.execution_options(isolation_level="SERIALIZABLE")
    if engine.dialect.name == "sqlite":
        orderloom.sqlite.prepare(host)

    assert open_engine(host) is host


@on_postgres
def test_a_pool_that_hands_out_autocommit_is_refused(engine):
    host = sa.create_engine(engine.url)
    sa.event.listen(host, "connect", lambda driver, record: setattr(driver, "autocommit", True))

    with pytest.raises(Refused) as raised, writing(open_engine(host)):
        pass
    host.dispose()

    assert raised.value.codes == ("store.autocommit",)


def test_preparing_twice_begins_once():
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)

    orderloom.sqlite.prepare(orderloom.sqlite.prepare(engine))

    with writing(engine) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_preparing_an_engine_and_its_option_begins_once(tmp_path):
    engine = orderloom.sqlite.prepare(sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}"))
    option = orderloom.sqlite.prepare(engine.execution_options(logging_token="orders"))

    with writing(open_engine(option)) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_preparing_reaches_connections_the_pool_holds_already(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")

    orderloom.sqlite.prepare(engine)

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_an_error_rolls_everything_back(engine, tenant):
    def fail():
        with writing(engine, tenant) as connection:
            _add_project(connection, tenant, "summer")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert _projects(engine, tenant) == []


def test_leaving_commits(engine, tenant):
    with writing(engine, tenant) as connection:
        _add_project(connection, tenant, "summer")

    assert _projects(engine, tenant) == ["summer"]


def test_a_reader_cannot_write(engine, tenant):
    with pytest.raises(Refused) as raised, reading(engine, tenant) as connection:
        _add_project(connection, tenant, "summer")

    assert raised.value.codes == ("store.read_only",)


def test_a_writer_can_write_after_a_reader_used_its_connection(engine, tenant):
    with reading(engine, tenant):
        pass

    with writing(engine, tenant) as connection:
        _add_project(connection, tenant, "summer")

    assert _projects(engine, tenant) == ["summer"]


def test_a_reader_sees_one_snapshot(engine, tenant):
    select = sa.select(schema.projects.c.id).where(schema.projects.c.tenant_id == tenant)

    with reading(engine, tenant) as reader:
        before = reader.scalars(select).all()
        with writing(engine, tenant) as writer:
            _add_project(writer, tenant, "summer")
        after = reader.scalars(select).all()

    assert (before, after) == ([], [])


@on_sqlite
def test_writers_on_sqlite_queue_instead_of_failing(engine, tenant):
    """With a plain BEGIN the second one to write after reading is told "database is locked"."""
    failures = []

    def work(number):
        try:
            for step in range(10):
                with writing(engine, tenant) as connection:
                    connection.execute(sa.select(schema.projects)).all()
                    _add_project(connection, tenant, f"{number}-{step}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(_projects(engine, tenant)) == 40


@on_postgres
def test_a_hosts_engine_gets_the_lock_timeout_for_the_transaction_only(engine, postgres_url):
    host = open_engine(
        sa.create_engine(sa.make_url(postgres_url).set(drivername="postgresql+psycopg"))
    )

    with writing(host) as connection:
        inside = connection.exec_driver_sql("SHOW lock_timeout").scalar()
    with host.connect() as connection:
        outside = connection.exec_driver_sql("SHOW lock_timeout").scalar()
    host.dispose()

    assert (inside, outside) == ("10s", "0")


@on_postgres
def test_waiting_too_long_for_a_row_is_a_conflict_worth_retrying(engine, tenant):
    held = sa.select(schema.tenants).where(schema.tenants.c.tenant_id == tenant).with_for_update()

    def hold_impatiently():
        with writing(engine, tenant) as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = 50")
            second.execute(held)

    with writing(engine, tenant) as first:
        first.execute(held)
        with pytest.raises(Conflict) as raised:
            hold_impatiently()

    assert raised.value.retryable


def _add_project(connection, tenant, id):
    connection.execute(schema.projects.insert(), {"tenant_id": tenant, "id": id})


def _projects(engine, tenant):
    projects = schema.projects.c
    with reading(engine, tenant) as connection:
        return connection.scalars(sa.select(projects.id).where(projects.tenant_id == tenant)).all()


@on_sqlite
def test_whoever_takes_a_connection_after_a_reader_can_write(engine):
    with reading(engine) as connection:
        reader = connection.connection.dbapi_connection

    taken = engine.raw_connection()

    assert taken.dbapi_connection is reader
    assert taken.execute("PRAGMA query_only").fetchone() == (0,)
    taken.close()


def test_a_connection_that_others_share_can_be_written_to_once_its_reader_has_left():
    engine = orderloom.sqlite.prepare(sa.create_engine("sqlite://", poolclass=StaticPool))

    with reading(engine) as connection:
        driver = connection.connection.dbapi_connection
        during = driver.execute("PRAGMA query_only").fetchone()

    assert (during, driver.execute("PRAGMA query_only").fetchone()) == ((1,), (0,))


@on_postgres
def test_statements_stay_prepared_from_one_reader_to_the_next(engine):
    own = open_engine(engine.url)
    count = Prepared(sa.text("SELECT count(*) FROM pg_prepared_statements").columns(n=sa.Integer))
    found = []

    for _ in range(8):  # the driver prepares what it has run five times
        with reading(own) as connection:
            found.append(count.scalar(connection, {}))
    own.dispose()

    assert found == [0, 0, 0, 0, 0, 1, 1, 1]
