"""Who may run orderloom, and that migrations keep it so."""

import pytest
import sqlalchemy as sa

from orderloom import Orderloom
from orderloom.errors import Refused
from orderloom.store import walls
from orderloom.store.engine import open_engine, reading
from orderloom.store.find import Query, find
from orderloom.store.migrate import CORE, ModuleMigrations, downgrade, migrate

PROCUREMENT = ModuleMigrations("procurement", "orderloom_procurement.migrations")
RUNS = "orderloom_app"


@pytest.fixture
def owner(database, restricted_url):
    """An empty database, as its owner; the role that runs orderloom is there."""
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def runs(owner):
    """The same database for the role that runs orderloom."""
    engine = open_engine(owner.url.set(username=RUNS))
    yield engine
    engine.dispose()


def ask(engine, statement):
    with engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalars().all()


def said(statements, engine):
    sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))


def test_who_was_let_in_once_may_use_the_tables_of_modules_that_come_later(owner, runs):
    migrate(owner, grant=RUNS)

    migrate(owner, [PROCUREMENT])

    assert ask(runs, "SELECT 1 FROM ol_procurement_need") == []
    assert ask(runs, "SELECT ol_tenant_keys()") == []


def test_who_was_not_let_in_may_nothing(owner, runs):
    migrate(owner)

    with pytest.raises(Refused, match=r"permission denied.*--grant ROLE") as refused:
        Orderloom(runs).tenants()

    assert refused.value.codes == ("store.not_allowed",)


def test_a_role_can_be_let_in_when_nothing_is_left_to_migrate(owner, runs):
    migrate(owner)

    assert migrate(owner, grant=RUNS) == []
    assert Orderloom(runs).tenants() == ()


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("nobody_there", "store.unknown_role"),
        ('x"; DROP TABLE ol_tenant; --', "store.unknown_role"),
        ("postgres", "store.role_passes"),
    ],
)
def test_a_role_that_would_pass_by_the_wall_or_is_not_there_is_refused(owner, role, code):
    told = []

    with pytest.raises(Refused) as refused:
        migrate(owner, progress=told.append, grant=role)

    assert refused.value.codes == (code,)
    assert told == []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("", "you are connected as it"),
        ("SUPERUSER", "it is a superuser"),
        ("BYPASSRLS", "it has BYPASSRLS"),
        ("IN ROLE {me}", "it is a member of {me}"),
    ],
)
def test_a_role_is_told_why_it_would_pass_by_the_wall(owner, made, reason):
    (me,) = ask(owner, "SELECT current_user")
    with owner.connect() as connection:  # rolled back: roles are the whole server's
        if made:
            connection.exec_driver_sql(f"CREATE ROLE ol_passes {made.format(me=me)}")

        with pytest.raises(Refused, match=reason.format(me=me)):
            migrate(connection, grant="ol_passes" if made else me)


def test_a_role_with_a_strange_name_is_let_in(owner):
    with owner.begin() as connection:
        connection.exec_driver_sql('CREATE ROLE "Odd ""100%%"" role"')
    migrate(owner, grant='Odd "100%" role')

    found = ask(owner, """SELECT has_table_privilege('Odd "100%%" role', 'ol_line', 'INSERT')""")
    with owner.begin() as connection:
        connection.exec_driver_sql('DROP OWNED BY "Odd ""100%%"" role"')
        connection.exec_driver_sql('DROP ROLE "Odd ""100%%"" role"')
    assert found == [True]


def test_sqlite_has_no_roles(sqlite_engine):
    with pytest.raises(Refused, match="rights") as refused:
        migrate(sqlite_engine, grant=RUNS)

    assert refused.value.codes == ("store.no_roles",)


def test_the_role_that_runs_may_ask_for_a_migration_that_is_done(owner, runs):
    migrate(owner, [PROCUREMENT], grant=RUNS)

    assert migrate(runs, [PROCUREMENT]) == []


def test_the_role_that_runs_cannot_migrate(owner, runs):
    migrate(owner, grant=RUNS)

    with pytest.raises(Refused, match="as the owner of the tables") as refused:
        migrate(runs, [PROCUREMENT])

    assert refused.value.codes == ("store.not_allowed",)


def test_a_table_made_without_a_wall_gets_one_with_the_next_migration(owner, runs):
    migrate(owner, grant=RUNS)
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ol_late (tenant_id text PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO ol_late VALUES ('acme')")
        connection.exec_driver_sql("CREATE VIEW ol_v_late AS SELECT * FROM ol_late")

    migrate(owner)

    assert ask(owner, "SELECT tenant_id FROM ol_late") == ["acme"]
    assert ask(runs, "SELECT tenant_id FROM ol_late") == []
    assert ask(runs, "SELECT tenant_id FROM ol_v_late") == []


def test_walls_of_another_version_are_built_anew(owner, monkeypatch):
    migrate(owner)
    monkeypatch.setattr(walls, "_POLICY", "ol_tenant ON {table} USING (false)")
    monkeypatch.setattr(walls, "_STAMP", "another")

    migrate(owner)

    assert set(ask(owner, "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy")) == {"false"}


def test_nothing_is_touched_where_everything_stands(owner):
    migrate(owner, [PROCUREMENT], grant=RUNS)
    statements = []
    said(statements, owner)

    migrate(owner, [PROCUREMENT])

    assert {statement.split()[0] for statement in statements} == {"SELECT"}


def test_rights_on_the_views_outlive_a_migration(owner, runs):
    migrate(owner)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"GRANT SELECT ON ol_v_event TO {RUNS}")
        connection.exec_driver_sql(f"GRANT SELECT ON ol_event TO {RUNS}")

    migrate(owner, [PROCUREMENT])

    assert ask(runs, "SELECT event_id FROM ol_v_event") == []


def test_taking_a_module_away_leaves_the_walls_standing(owner, runs):
    migrate(owner, [PROCUREMENT], grant=RUNS)

    downgrade(owner, PROCUREMENT)

    assert ask(runs, "SELECT ol_tenant_keys()") == []
    with reading(runs, "acme") as connection:
        assert connection.exec_driver_sql("SELECT id FROM ol_subject_search").all() == []


def test_taking_the_core_away_takes_the_doors(owner):
    migrate(owner, grant=RUNS)

    downgrade(owner, CORE)

    assert ask(owner, "SELECT proname FROM pg_proc WHERE starts_with(proname, 'ol_')") == []


def test_an_old_server_is_refused(owner, monkeypatch):
    with owner.connect():
        pass
    monkeypatch.setattr(owner.dialect, "server_version_info", (14, 11))

    with pytest.raises(Refused, match="use 15 or later") as refused:
        migrate(owner)

    assert refused.value.codes == ("store.old_server",)


def test_an_operator_somebody_made_is_not_run_by_the_owner(owner, runs):
    """What a function of the owner's finds on its path must not be another role's."""
    migrate(owner, grant=RUNS)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA public TO {RUNS}")
        connection.exec_driver_sql(
            "INSERT INTO ol_tenant (tenant_id, created_at) VALUES ('acme', now())"
        )
        connection.exec_driver_sql(
            "INSERT INTO ol_subject (tenant_id, id, version, head_seq, created_at, updated_at) "
            "VALUES ('acme', '00000000-0000-0000-0000-000000000001', 1, 0, now(), now())"
        )
        connection.exec_driver_sql(
            "INSERT INTO ol_timer (tenant_id, kind, subject_id, timer, due_at) "
            "SELECT tenant_id, kind, id, 'lapse', now() FROM ol_subject"
        )
    with runs.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION trap(timestamptz, timestamptz) RETURNS boolean LANGUAGE plpgsql "
            "AS $$ BEGIN RAISE EXCEPTION 'run by the owner'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE OPERATOR <= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = trap)"
        )

    with runs.connect() as connection:
        connection.exec_driver_sql("SET LOCAL search_path = public, pg_catalog")
        found = connection.exec_driver_sql("SELECT ol_tenants_waiting(now())").scalars().all()

    assert found == ["acme"]


def test_search_can_use_the_index_of_words(owner, runs):
    migrate(owner, grant=RUNS)
    with owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO ol_tenant (tenant_id, created_at) VALUES ('acme', now())"
        )
        connection.exec_driver_sql(
            "INSERT INTO ol_subject "
            "(tenant_id, kind, id, version, head_seq, created_at, updated_at, search) "
            "SELECT 'acme', 'order', gen_random_uuid(), 1, 1, now(), now(), "
            "array_to_tsvector(ARRAY['acme/w' || n]) FROM generate_series(1, 5000) AS n"
        )
        connection.exec_driver_sql("ANALYZE ol_subject")
    asked = []
    with reading(runs, "acme") as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2:4]))
        find(connection, "acme", Query(kind="order", text="chair"))
        statement, parameters = asked[0]
        for other in ("seqscan", "indexscan"):  # they read few rows in order
            connection.exec_driver_sql(f"SET LOCAL enable_{other} = off")

        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()

    assert any("ix_ol_subject_search" in line for line in plan), plan
