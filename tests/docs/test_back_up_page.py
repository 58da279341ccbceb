"""docs/how-to/back-up-and-restore.md, typed where there is a server and what comes with one."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from orderloom.store.engine import open_engine

APP = "orderloom --db postgresql://orders_app@localhost"
ROLES = ("orders_app", "orders_owner")


@pytest.fixture
def bound(server, monkeypatch):
    """Takes a command to the server of the tests instead of localhost; its programs are found."""
    with server.connect() as connection:
        select = "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
        programs = connection.exec_driver_sql(select).scalar()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    host = server.url.query["host"]

    def bind(command):
        words = shlex.split(command)
        urls = [
            f"{word.replace('@localhost/', '@/')}?host={host}" if "@localhost/" in word else word
            for word in words
        ]
        return shlex.join(urls)

    return bind


@pytest.fixture
def server(database):
    """The administrator's, with the roles and the database the page speaks of."""
    server = open_engine(database).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for role in ROLES:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        connection.exec_driver_sql("CREATE DATABASE orders OWNER orders_owner")
    yield server
    with server.connect() as connection:
        for name in ("orders", "restored"):
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in ROLES:
            connection.exec_driver_sql(f"DROP ROLE {role}")
    server.dispose()


@pytest.fixture
def back_up(page, bound, server):
    """The page, and before its reader a database that has something in it."""
    read = page("docs/how-to/back-up-and-restore.md")
    commands = [
        line.removeprefix("$ ")
        for block in read.blocks("console")
        for line in block.splitlines()
        if line.startswith("$ ") and "@localhost/" in line
    ]
    read.instead = {command: bound(command) for command in commands}
    for before in (
        "orderloom --db postgresql://orders_owner@localhost/orders migrate --grant orders_app",
        f"{APP}/orders tenant add acme --module procurement",
        f"{APP}/orders --tenant acme --as admin project add summer 'Summer festival'",
    ):
        read.expect(bound(before), "")
    return read


def test_both_databases_are_backed_up_and_restored_as_the_page_says(back_up, bound, server):
    back_up.run()

    listing = bound(f"{APP}/restored --tenant acme --as admin project list")
    back_up.expect(listing, "…summer…")
    as_app = open_engine(server.url.set(username="orders_app", database="restored"))
    with as_app.connect() as connection:  # the wall was restored too: no tenant, no row
        assert connection.exec_driver_sql("SELECT count(*) FROM ol_tenant").scalar() == 0
    as_app.dispose()


def test_the_role_that_runs_orderloom_cannot_dump(back_up, bound):
    command = bound("pg_dump postgresql://orders_app@localhost/orders")

    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "row-level security" in done.stderr
