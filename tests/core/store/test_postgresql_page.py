"""What docs/how-to/run-on-postgresql.md tells an administrator to type, typed."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from orderloom import Orderloom
from orderloom.cli.main import cli
from orderloom.store.engine import open_engine

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "run-on-postgresql.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def server(postgres_url):
    """An administrator of the server; what the page makes is taken away again."""
    engine = open_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    yield engine
    with engine.connect() as connection:
        for name in ("orders", "erp"):
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in ("acme_reports", "orders_app", "orders_owner"):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
    engine.dispose()


@pytest.fixture
def typed(server):
    """Types SQL as a role into a database; answers the first column of each SELECT."""

    def run(text, *, role="postgres", database="orders"):
        found = []
        engine = sa.create_engine(
            server.url.set(username=role, database=database), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            for statement in text.split(";"):
                if bare := re.sub(r"^--.*$", "", statement, flags=re.MULTILINE).strip():
                    result = connection.exec_driver_sql(bare)
                    found += result.scalars() if result.returns_rows else []
        engine.dispose()
        return found

    return run


@pytest.fixture
def shell(server):
    """Types the commands of a block; `localhost` is the server of the tests."""
    host = server.url.query["host"]

    def run(text):
        answers = []
        for line in re.findall(r"^\$ orderloom (.*)$", text, re.MULTILINE):
            words = [word.strip('"') for word in line.replace("@localhost/", "@/").split()]
            words[1] += f"{'&' if '?' in words[1] else '?'}host={host}"
            result = CliRunner().invoke(cli, words)
            assert result.exit_code == 0, result.output
            answers.append(result.output)
        return answers

    return run


def blocks(language):
    return [text for kind, text in BLOCKS if kind == language]


def test_the_page_works_as_it_is_written(typed, shell, server):
    roles, wall, reports, reports_of_a_module = blocks("sql")
    commands, through_the_url = blocks("console")

    typed(roles, database="postgres")
    migrated, added = shell(commands)
    assert ("applied core core_0001" in migrated, "acme" in added) == (True, True)
    switched = (
        "SELECT set_config('orderloom.tenant', 'acme', false); SELECT module FROM ol_tenant_module"
    )
    assert typed(switched, role="orders_app") == ["acme", "procurement"]

    assert typed(wall, role="orders_app") == [0, "acme", 1, 0]
    assert [int(n) for n in re.findall(r"^-- (\d)", wall, re.MULTILINE)] == [0, 1, 0]

    typed(reports)
    assert typed("SELECT DISTINCT tenant_id FROM ol_v_event", role="acme_reports") == ["acme"]
    typed(reports_of_a_module)
    assert typed("SELECT name FROM ol_v_procurement_coverage", role="acme_reports") == []

    typed("CREATE DATABASE erp OWNER orders_owner", database="postgres")
    (python,) = blocks("python")
    url = server.url.set(username="orders_owner", database="erp")
    text = re.sub(r'"postgresql://[^"]*"', "url", python)
    scope = {"Orderloom": Orderloom, "url": url}
    exec(text, scope)
    scope["loom"].create_tenant("beta")
    scope["loom"].close()
    assert "beta" in shell(through_the_url)[0]
    assert typed("SELECT 1 FROM pg_tables WHERE tablename = 'ol_line' AND schemaname <> 'orders'",
                 database="erp") == []  # fmt: skip
