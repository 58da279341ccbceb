"""In a host's transaction: SAVEPOINTs only, and the host has the last word."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

import orderloom.sqlite
from orderloom.errors import Refused
from orderloom.store import schema
from orderloom.store.engine import joined, reading
from orderloom.store.migrate import migrate

PROJECTS = schema.projects


@pytest.fixture(params=["default", "prepared", "postgres"])
def host_engine(request, tmp_path):
    """A host's own engine: SQLite as SQLAlchemy opens it, SQLite prepared, PostgreSQL."""
    if request.param == "postgres":
        url = sa.make_url(request.getfixturevalue("postgres_url"))
        request.getfixturevalue("restricted_url")
        engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    else:
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "host.db"
        path.write_bytes(template.read_bytes())
        engine = sa.create_engine(f"sqlite:///{path}")
        _enforce_foreign_keys(engine)
        if request.param == "prepared":
            orderloom.sqlite.prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def host_tenant(host_engine):
    key = f"host-{id(host_engine)}"
    with host_engine.begin() as connection:
        found = connection.execute(_tenant(key)).first()
        if not found:
            connection.execute(sa.text(
                "INSERT INTO ol_tenant (tenant_id, created_at) "
                "VALUES (:key, '2026-07-01T00:00:00.000000Z')"
            ), {"key": key})  # fmt: skip
    return key


def nothing(session, tenant):
    """The host did nothing."""


def read(session, tenant):
    """The host only read."""
    session.execute(_tenant(tenant)).all()


def wrote(session, tenant):
    """The host wrote."""
    session.execute(PROJECTS.insert(), {"tenant_id": tenant, "id": "the-hosts"})


before_joining = pytest.mark.parametrize("before", [nothing, read, wrote])


@before_joining
def test_what_was_done_is_there_when_the_host_commits(host_engine, host_tenant, before):
    with Session(host_engine) as session:
        before(session, host_tenant)
        with joined(session) as connection:
            _add(connection, host_tenant, "ours")
        session.commit()

    assert "ours" in _projects(host_engine, host_tenant)


@before_joining
def test_nothing_is_left_when_the_host_rolls_back(host_engine, host_tenant, before):
    with Session(host_engine) as session:
        before(session, host_tenant)
        with joined(session) as connection:
            _add(connection, host_tenant, "ours")
        session.rollback()

    assert _projects(host_engine, host_tenant) == []


@before_joining
def test_nothing_is_committed_before_the_host_commits(host_engine, host_tenant, before):
    with Session(host_engine) as session:
        before(session, host_tenant)
        with joined(session) as connection:
            _add(connection, host_tenant, "ours")

        assert _projects(_fresh(host_engine), host_tenant) == []


@before_joining
def test_our_error_leaves_the_host_what_it_wrote(host_engine, host_tenant, before):
    def fail(session):
        with joined(session) as connection:
            _add(connection, host_tenant, "ours")
            raise ZeroDivisionError

    with Session(host_engine) as session:
        before(session, host_tenant)
        with pytest.raises(ZeroDivisionError):
            fail(session)
        _add(session, host_tenant, "later")
        session.commit()

    expected = ["later"] if before is not wrote else ["later", "the-hosts"]
    assert sorted(_projects(host_engine, host_tenant)) == expected


def test_a_connection_is_joined_like_a_session(host_engine, host_tenant):
    with host_engine.connect() as host:
        with joined(host) as connection:
            _add(connection, host_tenant, "ours")
        host.rollback()

    assert _projects(host_engine, host_tenant) == []


def test_a_savepoint_of_the_host_takes_our_work_with_it(host_engine, host_tenant):
    with Session(host_engine) as session:
        _add(session, host_tenant, "the-hosts")
        savepoint = session.begin_nested()
        with joined(session) as connection:
            _add(connection, host_tenant, "ours")
        savepoint.rollback()
        session.commit()

    assert _projects(host_engine, host_tenant) == ["the-hosts"]


def test_what_the_session_has_pending_is_flushed_first(host_engine, host_tenant):
    class Base(DeclarativeBase):
        metadata = schema.metadata

    class Project(Base):
        __table__ = PROJECTS

    with Session(host_engine) as session:
        session.add(Project(tenant_id=host_tenant, id="pending"))

        with joined(session) as connection:
            found = connection.scalars(_ids(host_tenant)).all()

    assert found == ["pending"]


def test_autocommit_is_refused(host_engine):
    automatic = host_engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    with automatic as host, pytest.raises(Refused) as raised, joined(host):
        pass

    assert raised.value.codes == ("store.autocommit",)


@pytest.mark.parametrize("prepared", [False, True])
def test_an_engine_in_autocommit_is_refused(host_engine, prepared):
    engine = sa.create_engine(host_engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    if prepared and engine.dialect.name == "sqlite":
        orderloom.sqlite.prepare(engine)

    with engine.connect() as host, pytest.raises(Refused) as raised, joined(host):
        pass

    assert raised.value.codes == ("store.autocommit",)


def test_sqlite_without_foreign_keys_is_refused(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}", poolclass=NullPool)

    told = pytest.raises(Refused, match=r"orderloom\.sqlite\.prepare")
    with Session(engine) as session, told as raised, joined(session):
        pass

    assert raised.value.codes == ("store.foreign_keys_off",)


def test_joining_installs_nothing_on_the_hosts_engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}", poolclass=NullPool)
    _enforce_foreign_keys(engine)

    with Session(engine) as session, joined(session):
        pass

    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert not connection.connection.dbapi_connection.in_transaction


def test_an_async_session_is_told_how_to_join():
    class AsyncSession:
        sync_session = None

    with pytest.raises(Refused, match="run_sync") as raised, joined(AsyncSession()):
        pass

    assert raised.value.codes == ("store.async_host",)


def test_something_else_cannot_be_joined():
    with pytest.raises(Refused) as raised, joined("sqlite:///orders.db"):
        pass

    assert raised.value.codes == ("store.not_a_host",)


def test_a_host_migrates_in_its_own_transaction(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}", poolclass=NullPool)
    _enforce_foreign_keys(engine)

    with engine.connect() as host:
        migrate(host)
        host.rollback()

    assert sa.inspect(engine).get_table_names() == []


def _enforce_foreign_keys(engine):
    @sa.event.listens_for(engine, "connect")
    def on_connect(driver, record):
        driver.execute("PRAGMA foreign_keys = ON")


def _fresh(engine):
    """The same database by connections of its own."""
    fresh = sa.create_engine(engine.url, poolclass=NullPool)
    return orderloom.sqlite.prepare(fresh) if fresh.dialect.name == "sqlite" else fresh


def _tenant(key):
    return sa.select(schema.tenants.c.tenant_id).where(schema.tenants.c.tenant_id == key)


def _ids(tenant):
    return sa.select(PROJECTS.c.id).where(PROJECTS.c.tenant_id == tenant)


def _add(connection, tenant, id):
    connection.execute(PROJECTS.insert(), {"tenant_id": tenant, "id": id})


def _projects(engine, tenant):
    with reading(_fresh(engine)) as connection:
        return connection.scalars(_ids(tenant)).all()
