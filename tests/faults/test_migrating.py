"""Migrations: killed at any moment, and started by two processes at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from orderloom.store import migrate as migrating
from orderloom.store import schema
from orderloom.store.engine import open_engine
from orderloom_procurement import tables

KILLS, ROUNDS = 30, 20
"""Kills between the beginning of the transaction and its end; pairs that migrate at once."""

STEPS = 8  # six of the core, one each of the modules of the crew
"""Revisions of the core and of procurement."""


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request, tmp_path):
    """Makes empty databases; answers the URL of a new one each time."""
    if request.param == "sqlite":
        yield lambda number: f"sqlite:///{tmp_path}/fresh{number}.db"
        return
    server_url = sa.make_url(request.getfixturevalue("postgres_url"))
    server = open_engine(server_url)
    made = []

    def create(number):
        name = f"fresh_{abs(hash(tmp_path))}_{number}"
        _outside(server, f"CREATE DATABASE {name}")
        made.append(name)
        return server_url.set(database=name).render_as_string(hide_password=False)

    yield create
    for name in made:
        _outside(server, f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def _outside(server, statement):
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def _is_whole(crew, url):
    """Whether everything is there, just as the code says; refuses anything half made."""
    with crew.crew_loom(url) as loom, loom.engine.connect() as connection:
        states = migrating.status(connection, loom.migrations())
        names = sa.inspect(connection).get_table_names()
        present = {name for name in names if name.startswith("ol_")}
        if not present:
            return False
        assert all(state.pending == () for state in states), (states, present)
        assert _differences(connection, present) == []
        return True


def _differences(connection, present):
    expected = {*schema.metadata.tables, *tables.metadata.tables}
    versions = {name for name in present if name.startswith("ol_version_")}
    context = MigrationContext.configure(
        connection,
        opts={"include_name": lambda name, kind, parents: kind != "table" or name in expected},
    )
    missing = expected - present
    extra = {name for name in present - expected - versions if "search" not in name}
    differing = compare_metadata(context, [schema.metadata, tables.metadata])
    return [*missing, *extra, *(one for one in differing if one[0] != "remove_index")]


def _killed_on_its_way(start, url, dice):
    """What one that migrates had said when it was killed, after a step or before the first."""
    member = start("migrate", url, "-")
    assert member.next_line() == "ready"
    member.tell("go")
    steps = dice.randrange(STEPS + 1)
    member.listen_until(lambda one: "begun" in one.said and one.said.count("step") >= steps)
    member.listen_for(dice.random() / 100)
    member.kill()
    return member.said


def test_thirty_kills_on_the_way_leave_nothing(start, crew, fresh, dice):
    """Those that came too late are not among the thirty; they leave everything."""
    url, after_a_step, ends = fresh(0), [], 0

    while len(after_a_step) < KILLS:
        said = _killed_on_its_way(start, url, dice)
        if _is_whole(crew, url):
            ends += 1
            assert ends < 10 * KILLS  # faster machines are through before they are killed
            url = fresh(ends)
        else:
            after_a_step.append("step" in said)

    with crew.crew_loom(url) as loom:
        assert len(loom.migrate()) == STEPS
    assert _is_whole(crew, url)
    assert {True, False} == set(after_a_step)


def test_a_transaction_for_each_revision_would_leave_half_of_it(start, crew, fresh):
    """What protects is that all of it is one transaction."""
    url = fresh(0)
    start("migrate_in_steps", url, "-").kill_in_the_gap()

    with pytest.raises(AssertionError):
        _is_whole(crew, url)


def _both_end(pair):
    """How many steps each of them took."""
    for member in pair:
        member.listen_until(lambda one: "migrated" in one.said)
        member.close()
    return sorted(member.said.count("step") for member in pair)


def test_two_processes_that_migrate_at_once_do_it_once(start, crew, fresh):
    steps = []

    for number in range(ROUNDS):
        url = fresh(number)
        pair = [start("migrate", url, "-") for _ in range(2)]
        assert [member.next_line() for member in pair] == ["ready", "ready"]
        for member in pair:
            member.tell("go")
        steps.append(_both_end(pair))
        assert _is_whole(crew, url)

    with crew.crew_loom(url) as loom, loom.engine.connect() as connection:
        known = sum(
            bool(state.current) for state in migrating.status(connection, loom.migrations())
        )
    assert known == 2
    assert {tuple(step) for step in steps} == {(0, steps[0][1])}
    assert steps[0][1] >= known


def test_without_the_lock_one_of_them_would_fall_over_the_other(start, fresh):
    """What protects is that the second one looks only when the first one has gone."""
    url = fresh(0)
    pair = [start("migrate_unlocked", url, "-") for _ in range(2)]
    assert [member.next_line() for member in pair] == ["gap", "gap"]
    for member in pair:
        member.tell("go")

    with pytest.raises(AssertionError, match="it has ended by itself"):
        _both_end(pair)
