"""Databases that cannot be worked with now: the command ends soon, with what to do about it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import make_url

from orderloom import Conflict, ModuleFault, NewLine, Orderloom, Refused
from orderloom.store import engine as engines
from orderloom.store import sqlite
from orderloom.store.engine import writing
from orderloom.worker import Worker

#: Holds a SQLite file as another process would, until its standard input ends.
HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
if sys.argv[2] == "all":
    held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN IMMEDIATE")
held.execute("CREATE TABLE holder (id)")
print("held", flush=True)
sys.stdin.read()
"""

WRITING = (
    "order place --project summer --line Tent=1",
    "order do ORDER cancel",
    "order edit ORDER --title New",
    "order delete ORDER --yes",
    "project add winter Winter",
    "tenant settings set core smtp_port=25",
    "procurement needs add summer Bar Cup 1",
    "procurement needs import needs.csv",
)
READING = ("order list", "order show ORDER", "procurement coverage summer", "module list")


@pytest.fixture
def order(house):
    return house.order(house.need())


@pytest.fixture
def type_in(shell, order, tmp_path):
    """Type a command about the order; answers what is told to a person and to a machine."""
    (tmp_path / "needs.csv").write_text("project,department,name,quantity\nsummer,Bar,Cup,1\n")

    def words(line):
        return [str(order.id) if word == "ORDER" else word for word in line.split()]

    return lambda line, do=shell.refused: do(*words(line))


@pytest.fixture
def impatient(monkeypatch):
    """Locks are waited for a moment only."""
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT_MS", 20)
    monkeypatch.setattr(engines, "LOCK_TIMEOUT_MS", 20)
    monkeypatch.setattr("orderloom.loom.LONGEST_TRYING", 0)


# ── read-only ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def read_only_url(engine, url):
    """The same database, to be read only."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///file:{engine.url.database}?mode=ro&uri=true"
    option = {"options": "-c default_transaction_read_only=on"}
    return make_url(url).update_query_dict(option).render_as_string(hide_password=False)


def test_a_read_only_database_refuses_every_change(type_in, unchanged, read_only_url):
    with unchanged():
        for line in WRITING:
            told = type_in(f"--db {read_only_url.replace(' ', '%20')} {line}")
            assert told.codes == ["store.read_only"]
            assert "To go on, make its file and folder writable, or connect to" in told.text


def test_a_read_only_database_can_be_read(type_in, shell, read_only_url):
    for line in READING:
        assert type_in(f"--db {read_only_url.replace(' ', '%20')} {line}", shell.does)


def test_python_refuses_to_write_after_reading(house, order, unchanged, read_only_url):
    loom = Orderloom(read_only_url)
    with loom.reader(house.tenant, house.actor) as reader:
        assert reader.get(order.ref) == order

    with (
        unchanged(),
        pytest.raises(Refused) as refused,
        loom.desk(house.tenant, house.actor) as desk,
    ):
        desk.perform(order, "cancel")
    loom.engine.dispose()

    assert refused.value.codes == ("store.read_only",)


# ── locked ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def held(engine, tenant, what):
    """Somebody else's transaction, under way meanwhile."""
    if engine.dialect.name == "sqlite":
        args = [sys.executable, "-c", HOLDER, engine.url.database, what]
        with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout.readline() == b"held\n"
            yield
            holder.stdin.close()
            holder.wait()
        return
    with writing(engine, tenant) as other:
        transaction = other.get_transaction()
        if what == "all":
            other.exec_driver_sql("LOCK TABLE ol_tenant IN ACCESS EXCLUSIVE MODE")
        else:
            statement = "SELECT 1 FROM ol_subject WHERE tenant_id = %(tenant)s FOR UPDATE"
            other.exec_driver_sql(statement, {"tenant": tenant})
        yield
        transaction.rollback()


def test_a_locked_row_ends_the_command_soon(house, type_in, unchanged, engine, impatient):
    with unchanged(), held(engine, house.tenant, "rows"):
        told = type_in("order do ORDER cancel")

    assert told.text.startswith("Busy: ")
    assert told.text.endswith("; nothing was written. To go on, try again.\n")
    assert told.problem["retryable"]


def test_a_locked_row_does_not_keep_anybody_from_reading(house, type_in, shell, engine, impatient):
    with held(engine, house.tenant, "rows"):
        for line in READING:
            assert type_in(line, shell.does)


def test_a_locked_database_ends_every_command_soon(house, type_in, unchanged, engine, impatient):
    engine.dispose()  # SQLite gives the whole file to nobody while others have it open
    with held(engine, house.tenant, "all"):
        for line in (*WRITING, *READING, "dispatch"):
            told = type_in(line)
            assert told.text.startswith("Busy: ")
            assert "nothing was written. To go on, try again." in told.text


def test_python_is_told_to_try_again(house, order, unchanged, engine, url, impatient):
    loom = Orderloom(url)
    with unchanged(), held(engine, house.tenant, "rows"), pytest.raises(Conflict) as conflict:
        loom.run(house.tenant, house.actor, lambda desk: desk.perform(order, "cancel"))
    loom.engine.dispose()

    assert conflict.value.retryable


def test_trying_ends_in_good_time_however_long_each_attempt_waits(house, monkeypatch):
    tries = []

    def work(desk):
        tries.append(desk)
        raise Conflict("Busy.", retryable=True)

    monkeypatch.setattr("orderloom.loom.LONGEST_TRYING", 0)

    with pytest.raises(Conflict):
        house.loom.run(house.tenant, house.actor, work)
    assert len(tries) == 1


# ── newer ──────────────────────────────────────────────────────────────────────────────────


@contextmanager
def written_by_a_newer(key, owner_engine):
    """The version table names a revision nobody here knows."""
    table = f"ol_version_{key}"
    with owner_engine.begin() as connection:
        now = connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar()
        connection.exec_driver_sql(f"UPDATE {table} SET version_num = '{key}_9999'")
    yield
    with owner_engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET version_num = '{now}'")


def test_a_database_of_a_newer_core_is_not_touched(type_in, unchanged, owner_engine):
    with written_by_a_newer("core", owner_engine), unchanged():
        for line in (*WRITING, *READING, "migrate", "init", "dispatch", "audit verify"):
            told = type_in(line)
            assert told.codes == ["store.newer_database"]
            assert "revision core_9999). To open it, install that version" in told.text


def test_python_does_not_touch_a_database_of_a_newer_core(
    house, order, unchanged, owner_engine, url
):
    loom = Orderloom(url)
    with written_by_a_newer("core", owner_engine), unchanged():
        with pytest.raises(Refused, match="newer version of core"):
            loom.run(house.tenant, house.actor, lambda desk: desk.perform(order, "cancel"))
        with pytest.raises(Refused, match="newer version of core"):
            Worker(loom).once(tenant=house.tenant)
        with pytest.raises(Refused, match="newer version of core"):
            loom.create_tenant("acme")
        with pytest.raises(Refused, match="newer version of core"):
            loom.migrate()
    loom.engine.dispose()


def test_a_module_with_newer_tables_is_faulted_and_everything_else_goes_on(
    type_in, shell, owner_engine
):
    of_module = [line for line in WRITING if line.startswith(("order", "procurement"))]
    with written_by_a_newer("procurement", owner_engine):
        for line in of_module[1:]:
            told = type_in(line)
            assert "Module procurement 0" in told.text
            assert "revision procurement_9999). To use it, install that version" in told.text
        assert "would fail in migrate" in type_in("module plan procurement on", shell.does)
        assert "faulted" in type_in("module list", shell.does)
        assert "was created" in type_in("project add winter Winter", shell.does)
        assert "Vendor One" in type_in("order show ORDER", shell.does)


def test_python_refuses_commands_on_the_types_of_such_a_module(
    house, order, unchanged, owner_engine, url
):
    loom = Orderloom(url)
    with (
        written_by_a_newer("procurement", owner_engine),
        unchanged(),
        pytest.raises(ModuleFault) as fault,
        loom.desk(house.tenant, house.actor) as desk,
    ):
        desk.place(house.new(NewLine("Tent", 1)))
    loom.engine.dispose()

    assert (fault.value.module, fault.value.hook) == ("procurement", "migrate")


# ── no database at all ─────────────────────────────────────────────────────────────────────

NO_DATABASE = {
    "orders.db": ("store.bad_url", "such as sqlite:///orders.db"),
    "postgresql://host:port/orders": ("store.bad_url", "such as sqlite:///orders.db"),
    "mysql://host/orders": ("store.other_engine", "To go on, use SQLite or PostgreSQL."),
    "postgresql+nothing://host/orders": ("store.no_driver", "leave the driver out of its URL"),
    "sqlite:///no/such/folder/orders.db": ("cli.no_such_database", "check how it is written"),
    "sqlite:///folder": ("store.cannot_open", "check who may use it"),
    "sqlite:///picture.png": ("store.not_a_database", "To go on, name another file"),
    "sqlite:///half.db": ("store.damaged", "To go on, restore it from a backup."),
    "sqlite:///empty.db": ("store.not_migrated", "run `orderloom migrate`"),
    "postgresql://nobody@/orders?host=/nowhere": ("store.unreachable", "check its address"),
}


@pytest.mark.parametrize(("given", "told"), NO_DATABASE.items(), ids=NO_DATABASE)
def test_what_is_no_database_is_refused(type_in, tmp_path, sqlite_template, given, told):
    code, remedy = told
    (tmp_path / "folder").mkdir()
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" * 1000)
    (tmp_path / "half.db").write_bytes(sqlite_template.read_bytes()[:20_000])
    (tmp_path / "empty.db").write_bytes(b"")

    for line in (*WRITING, *READING, "dispatch", "audit verify"):
        answer = type_in(f"--db {given} {line}")
        assert answer.codes == [code]
        assert remedy in answer.text
    assert (tmp_path / "half.db").read_bytes() == sqlite_template.read_bytes()[:20_000]


@pytest.mark.parametrize("name", ["picture.png", "half.db"])
def test_what_is_no_database_is_not_made_one(type_in, tmp_path, sqlite_template, name):
    raw = {"picture.png": b"\x89PNG\r\n\x1a\n" * 1000, "half.db": b""}[name]
    raw = raw or sqlite_template.read_bytes()[:20_000]
    (tmp_path / name).write_bytes(raw)

    for line in ("init", "migrate"):
        assert type_in(f"--db sqlite:///{name} {line}").codes[0].startswith("store.")

    assert (tmp_path / name).read_bytes() == raw
    assert not (tmp_path / "orderloom.toml").exists()
