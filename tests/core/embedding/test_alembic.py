"""A host with an Alembic history of its own, beside our tables."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from orderloom import Orderloom
from orderloom.store.engine import open_engine

ENV = """
import orderloom.alembic
from alembic import context

given = context.config.attributes
with given["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=given["metadata"],
        render_as_batch=True,
        **({"include_name": orderloom.alembic.include_name} if given["careful"] else {}),
    )
    with context.begin_transaction():
        context.run_migrations()
"""
TEMPLATE = """
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

def upgrade():
    ${upgrades}


def downgrade():
    ${downgrades}
"""


@pytest.fixture(params=["sqlite", "postgres"])
def host_engine(request, tmp_path):
    """A host's database with our tables and a tenant in it."""
    url = (
        f"sqlite:///{tmp_path / 'host.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("database")
    )
    engine = open_engine(url)
    loom = Orderloom(engine)
    loom.migrate()
    loom.create_tenant("acme", modules=loom.catalogue.loaded)
    yield engine
    engine.dispose()


@pytest.fixture
def host(host_engine, tmp_path):
    """The host's own history, not begun."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "script.py.mako").write_text(TEMPLATE)
    metadata = sa.MetaData()
    sa.Table(
        "invoice", metadata, sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(20), index=True),
    )  # fmt: skip
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(engine=host_engine, metadata=metadata, careful=True)
    return config


def written(config, message):
    """The text of the revision that autogenerate proposes."""
    return Path(command.revision(config, message, autogenerate=True).path).read_text()


def ours(engine):
    inspector = sa.inspect(engine)
    return {
        name: sorted(column["name"] for column in inspector.get_columns(name))
        for name in inspector.get_table_names()
        if name.startswith("ol_")
    }


def test_autogenerate_sees_the_hosts_tables_only(host):
    text = written(host, "begin")

    assert "create_table('invoice'" in text
    assert "ol_" not in text


def test_without_the_filter_it_would_drop_ours(host):
    host.attributes["careful"] = False

    text = written(host, "begin")

    assert "drop_table('ol_subject')" in text


def test_the_hosts_history_goes_up_and_down_and_leaves_ours(host, host_engine):
    before = ours(host_engine)
    written(host, "begin")

    command.upgrade(host, "head")
    up = sa.inspect(host_engine).has_table("invoice")
    command.downgrade(host, "base")
    down = sa.inspect(host_engine).has_table("invoice")

    assert (up, down) == (True, False)
    assert ours(host_engine) == before
    assert [tenant.key for tenant in Orderloom(host_engine).tenants()] == ["acme"]


def test_when_the_host_is_up_to_date_nothing_is_proposed(host):
    written(host, "begin")
    command.upgrade(host, "head")

    text = written(host, "again")

    assert "op." not in text


def test_our_migrations_leave_the_hosts_history(host, host_engine):
    written(host, "begin")
    command.upgrade(host, "head")

    assert Orderloom(host_engine).migrate() == []

    with host_engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    assert len(rows) == 1
