"""Databases and crews for the long tests: races, kills, storms.

They run with `python3 dev.py test -m long`, apart from the others; each says what protects.
"""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import attrs
import pytest
from sqlalchemy.engine import Connection, Engine

from orderloom import Contact, Orderloom, Party, Project
from orderloom.store.entering import enter

SCRIPT = Path(__file__).with_name("crew.py")
CARELESS = Path(__file__).with_name("careless.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is long."""
    for item in items:
        if item.path.is_relative_to(SCRIPT.parent):
            item.add_marker(pytest.mark.long)


def _load() -> ModuleType:
    spec = spec_from_file_location("crew", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["crew"] = module
    spec.loader.exec_module(module)
    return module


crew_module = _load()


class Member:
    """One process of the crew; what it says is read line by line."""

    def __init__(self, role: str, *arguments: str, **environment: str) -> None:
        script = SCRIPT if role in crew_module.ROLES else CARELESS
        command = [sys.executable, str(script), role, *arguments]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **environment},
        )
        self.said: list[str] = []
        self._rest = b""

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    def next_line(self, timeout: float = 120) -> str:
        """The next line it says."""
        known = len(self.said)
        until = time.monotonic() + timeout
        while len(self.said) == known:
            left = until - time.monotonic()
            assert left > 0, "it says nothing"
            assert self._listen(left), "it has ended by itself"
        return self.said[known]

    def listen_until(self, enough: Callable[[Member], bool], timeout: float = 120) -> None:
        until = time.monotonic() + timeout
        while not enough(self):
            assert self._listen(until - time.monotonic()), "it has ended by itself"

    def kill_in_the_gap(self) -> None:
        """For those who are careless: SIGKILL where it hurts."""
        self.listen_until(lambda one: "gap" in one.said)
        self.kill()

    def listen_for(self, seconds: float) -> None:
        """Take in what it says for a while."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            assert self._listen(left), "it has ended by itself"

    def _listen(self, seconds: float) -> bool:
        """Whether it is still there after having been listened to for at most so long."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], max(seconds, 0))
        if not ready:
            return True
        return self._take()

    def _take(self) -> bool:
        assert self.process.stdout is not None
        read = os.read(self.process.stdout.fileno(), 65536)
        *lines, self._rest = (self._rest + read).split(b"\n")
        self.said += [line.decode() for line in lines]
        return bool(read)

    @property
    def is_over(self) -> bool:
        """Whether it was killed or closed; it may have fallen over and not be."""
        assert self.process.stdout is not None
        return self.process.stdout.closed

    def kill(self) -> None:
        """SIGKILL; then everything it had said by then."""
        self.process.kill()
        self.process.wait()
        while self._take():
            pass
        self._let_go()

    def close(self) -> None:
        """Let it end by itself, at the end of its input."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)
        self._let_go()

    def _let_go(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


@attrs.frozen
class Site:
    """A tenant with a project and a vendor, in a database other processes can open."""

    loom: Orderloom
    tenant: str
    url: str
    start: Callable[..., Member]

    @property
    def is_sqlite(self) -> bool:
        return self.loom.engine.dialect.name == "sqlite"

    def member(self, role: str, *arguments: str, **environment: str) -> Member:
        return self.start(role, self.url, self.tenant, *arguments, **environment)

    @contextmanager
    def raw(self) -> Iterator[Connection]:
        """A connection that sees the tenant's rows; rolled back at the end."""
        with self.loom.engine.connect() as connection:
            enter(connection, self.tenant)
            yield connection
            connection.rollback()

    def reader(self) -> Any:
        return self.loom.reader(self.tenant, crew_module.ANN)

    def desk(self) -> Any:
        return self.loom.desk(self.tenant, crew_module.ANN)


@pytest.fixture
def crew() -> ModuleType:
    """The crew's script as a module, for threads."""
    return crew_module


@pytest.fixture
def start() -> Iterator[Callable[..., Member]]:
    """Starts a process of the crew: role, URL, tenant, further arguments; none outlives a test."""
    started: list[Member] = []

    def begin(*arguments: str, **environment: str) -> Member:
        started.append(Member(*arguments, **environment))
        return started[-1]

    yield begin
    for member in started:
        if not member.is_over:
            member.kill()


@pytest.fixture
def site(engine: Engine, start: Callable[..., Member]) -> Iterator[Site]:
    """Project summer and vendor V1 of a new tenant, procurement and the ear switched on."""
    url = engine.url.render_as_string(hide_password=False)
    loom = crew_module.crew_loom(url)
    tenant = f"t{uuid4().hex[:12]}"
    loom.create_tenant(tenant, modules=["procurement", "ear"])
    with loom.desk(tenant, crew_module.ANN) as desk:
        desk.directory.save_project(Project("summer", "Summer festival"))
        contact = Contact("Quotes", email="quotes@one.example")
        desk.directory.save_party(Party("V1", "Vendor V1", roles={"vendor"}, contacts=[contact]))
    yield Site(loom, tenant, url, start)
    loom.close()


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Chance that falls the same way each time the same test runs."""
    return random.Random(request.node.name)
