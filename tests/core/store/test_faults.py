"""A driver's error says what happened and what to do."""

import pickle
import sqlite3

import pytest
import sqlalchemy as sa

import orderloom.sqlite
from orderloom.errors import Conflict, Refused
from orderloom.store import schema
from orderloom.store.engine import open_engine, writing
from orderloom.store.faults import translate, translated


def test_a_read_only_file_is_refused(sqlite_template):
    engine = open_engine(f"sqlite:///file:{sqlite_template}?mode=ro&uri=true")

    assert _codes_of_writing(engine) == ("store.read_only",)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "orders.db"
    path.write_bytes(b"name,quantity\n" * 200)

    assert _codes_of_writing(open_engine(f"sqlite:///{path}")) == ("store.not_a_database",)


def test_a_missing_folder_is_refused(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'nowhere' / 'orders.db'}")

    assert _codes_of_writing(engine) == ("store.cannot_open",)


def test_a_database_without_our_tables_is_refused(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")

    assert _codes_of_writing(engine) == ("store.not_migrated",)


def test_a_schema_without_our_tables_is_refused(postgres_engine):
    def look_elsewhere():
        with writing(postgres_engine) as connection:
            connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
            connection.execute(sa.select(schema.tenants))

    with pytest.raises(Refused) as raised:
        look_elsewhere()

    assert raised.value.codes == ("store.not_migrated",)


def test_a_full_disk_is_refused(sqlite_engine):
    def fill():
        with writing(sqlite_engine) as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for number in range(100):
                connection.exec_driver_sql(f"CREATE TABLE sample_{number} (id)")

    with pytest.raises(Refused) as raised:
        fill()

    assert raised.value.codes == ("store.disk_full",)


def test_a_server_that_does_not_answer_is_refused(tmp_path):
    engine = open_engine(f"postgresql://somebody@/orders?host={tmp_path}")

    with pytest.raises(Refused, match=r"does not answer: .*To go on") as raised, writing(engine):
        pass

    assert raised.value.codes == ("store.unreachable",)


def test_a_database_that_is_not_there_is_told_from_a_server_that_is_not(postgres_url):
    url = sa.make_url(postgres_url).set(database="nowhere")

    with pytest.raises(Refused, match=r'"nowhere" does not exist\..*CREATE DATABASE') as raised:
        writing(open_engine(url)).__enter__()

    assert raised.value.codes == ("store.no_such_database",)


def test_a_user_the_server_does_not_know_is_not_let_in(postgres_url):
    url = sa.make_url(postgres_url).set(username="nobody_at_all")

    with pytest.raises(Refused, match=r"does not exist\..*PGPASSWORD") as raised:
        writing(open_engine(url)).__enter__()

    assert raised.value.codes == ("store.not_let_in",)


@pytest.mark.parametrize(
    "said",
    [
        'connection failed: FATAL:  password authentication failed for user "somebody"',
        "connection failed: fe_sendauth: no password supplied",
        'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "somebody"',
    ],
)
def test_whoever_has_no_password_or_a_wrong_one_is_not_let_in(said):
    psycopg = pytest.importorskip("psycopg")
    cause = psycopg.OperationalError(said)

    found = translate(sa.exc.OperationalError(None, None, cause))

    assert found.codes == ("store.not_let_in",)


def test_a_host_that_waits_for_its_own_transaction_is_told_to_join_it(sqlite_engine):
    host = orderloom.sqlite.prepare(sa.create_engine(sqlite_engine.url))
    sa.event.listen(host, "checkout", lambda driver, *_: _do_not_wait(driver))

    with (
        host.begin(),
        pytest.raises(Conflict, match=r"try again\..*Orderloom\.join") as raised,
        writing(open_engine(host)),
    ):
        pass
    host.dispose()

    assert raised.value.retryable


def test_whoever_has_no_host_is_only_told_to_try_again(sqlite_engine):
    sa.event.listen(sqlite_engine, "checkout", lambda driver, *_: _do_not_wait(driver))

    with (
        writing(sqlite_engine),
        pytest.raises(Conflict, match=r"try again\.$"),
        writing(sqlite_engine),
    ):
        pass


def _do_not_wait(driver):
    driver.execute("PRAGMA busy_timeout = 0").close()


def test_a_busy_database_is_a_conflict_worth_retrying(sqlite_engine):
    impatient = sa.create_engine(sqlite_engine.url, connect_args={"timeout": 0})

    with (
        writing(sqlite_engine),
        pytest.raises(Conflict) as raised,
        translated(),
        impatient.connect() as second,
    ):
        second.exec_driver_sql("BEGIN IMMEDIATE")
    impatient.dispose()

    assert raised.value.retryable


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_what_postgresql_asks_to_retry_is_a_conflict(state):
    psycopg = pytest.importorskip("psycopg")
    cause = psycopg.errors.lookup(state)("no luck")

    found = translate(sa.exc.OperationalError("UPDATE ol_subject", {}, cause))

    assert isinstance(found, Conflict)
    assert found.retryable


def test_a_lost_connection_is_worth_retrying_unless_it_was_committing():
    psycopg = pytest.importorskip("psycopg")

    def lost(statement):
        cause = psycopg.OperationalError("server closed the connection unexpectedly")
        return sa.exc.OperationalError(statement, {}, cause, connection_invalidated=True)

    assert translate(lost("UPDATE ol_subject")).retryable
    assert translate(lost(None)) is None


def test_a_bug_travels_untouched(connection):
    with pytest.raises(sa.exc.DBAPIError), translated():
        connection.exec_driver_sql("SELECT nonsense FROM ol_tenant")


def test_a_bug_met_while_handling_a_busy_database_travels_untouched(connection):
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    def handle_badly():
        try:
            raise sa.exc.OperationalError("UPDATE ol_subject", {}, busy)
        except sa.exc.OperationalError:
            connection.exec_driver_sql("SELECT nonsense FROM ol_tenant")

    with pytest.raises(sa.exc.DBAPIError, match="nonsense"), translated():
        handle_badly()


def test_what_a_wrapped_error_was_raised_from_is_told():
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    cause = sa.exc.OperationalError("UPDATE ol_subject", {}, busy)

    with pytest.raises(Conflict), translated():
        raise sa.exc.StatementError("wrapped", "UPDATE ol_subject", {}, None) from cause


def test_a_disk_full_inside_a_savepoint_is_refused(sqlite_engine):
    """SQLite has rolled back by then, so that ROLLBACK TO fails as well."""

    def fill():
        with writing(sqlite_engine) as connection:
            connection.exec_driver_sql("CREATE TABLE sample (content)")
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            with connection.begin_nested():
                connection.exec_driver_sql("INSERT INTO sample VALUES (zeroblob(100000))")

    with pytest.raises(Refused) as raised:
        fill()

    assert raised.value.codes == ("store.disk_full",)


def test_what_is_translated_can_be_pickled():
    cause = sqlite3.OperationalError("attempt to write a readonly database")
    cause.sqlite_errorcode = sqlite3.SQLITE_READONLY
    refused = translate(sa.exc.OperationalError("UPDATE ol_tenant", {}, cause))

    copy = pickle.loads(pickle.dumps(refused))

    assert copy.problems == refused.problems


def _codes_of_writing(engine):
    with pytest.raises(Refused) as raised, writing(engine) as connection:
        connection.execute(schema.tenants.update().values(title="Example"))
    engine.dispose()
    return raised.value.codes
