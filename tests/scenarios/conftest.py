"""A tenant to be treated badly: through the Python API, the command line and CSV files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import attrs
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from orderloom import (
    Actor,
    Address,
    Contact,
    Delivery,
    Desk,
    Grant,
    NewOrder,
    Order,
    Orderloom,
    Party,
    Project,
    Reader,
    Subject,
    User,
)
from orderloom.cli.main import cli
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import NewNeed, add_need
from orderloom_procurement.records import ORDER_TYPE

ANN = Actor("ann", (Grant("admin"),))
GATE = Address(("Meadow Gate", "Sample Lane 1"), city="Exampleton", country="GB")


@attrs.frozen
class House:
    """A tenant with module procurement, one project and one vendor, and somebody who may all."""

    loom: Orderloom
    tenant: str
    actor: Actor = ANN

    def desk(self) -> AbstractContextManager[Desk]:
        return self.loom.desk(self.tenant, self.actor)

    def reader(self) -> AbstractContextManager[Reader]:
        return self.loom.reader(self.tenant, self.actor)

    def need(self, **more: Any) -> Subject:
        """200 folding chairs, needed by the summer project."""
        fields = {"name": "Folding chair", "quantity": "200", "department": "Bar", **more}
        with self.desk() as desk:
            return add_need(desk, NewNeed(**{"project": "summer", **fields}))

    def new(self, *lines: Any, **more: Any) -> NewOrder:
        fields = {"project": "summer", "seller": "V1", "lines": lines, **more}
        return NewOrder(
            ORDER_TYPE, **{"delivery": Delivery(address=GATE), "bill_to": GATE, **fields}
        )

    def order(self, need: Subject, quantity: str = "50") -> Order:
        """A draft of some of a need."""
        with self.desk() as desk:
            return desk.place(self.new(line_for(need, quantity)))


@attrs.frozen
class Told:
    """What the command line answered: to a person, and as the problem object of `--json`."""

    text: str
    problem: dict[str, Any]

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.problem["problems"]]

    @property
    def fields(self) -> list[str]:
        return [one["field"] for one in self.problem["problems"]]


@attrs.frozen
class Shell:
    """Types commands into `orderloom`, as ann in a tenant."""

    base: tuple[str, ...]

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, [*self.base, *words])

    def does(self, *words: str) -> str:
        """A command that succeeds; answers what it prints."""
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str) -> Told:
        """A command that is refused: exit code 2, one block on stderr, a remedy, no traceback."""
        result = self.run(*words)
        told = self.run("--json", *words)
        for one in (result, told):
            assert one.exit_code == 2, one.output
            assert isinstance(one.exception, SystemExit)
            assert "Traceback" not in one.output
        assert result.stdout == ""
        assert "To " in result.stderr or "Did you mean" in result.stderr
        assert told.stderr == ""
        return Told(result.stderr, json.loads(told.stdout))


@pytest.fixture
def tenant_key(loom: Orderloom) -> str:
    """A fresh tenant with procurement alone: `order place` then needs no type."""
    key = f"t{uuid4().hex[:12]}"
    loom.create_tenant(key, title="Example Festivals", modules=["procurement"])
    return key


@pytest.fixture
def house(loom: Orderloom, tenant_key: str) -> House:
    with loom.desk(tenant_key, ANN) as desk:
        desk.directory.save_project(Project("summer", "Summer Festival"))
        contact = Contact("Vic Vendor", email="orders@one.example")
        desk.directory.save_party(Party("V1", "Vendor One", roles={"vendor"}, contacts=[contact]))
        desk.directory.save_user(User(id="ann", grants=[Grant("admin")]))
    return House(loom, tenant_key)


@pytest.fixture
def shell(house: House, url: str) -> Shell:
    return Shell(("--db", url, "--tenant", house.tenant, "--as", "ann"))


@pytest.fixture
def url(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of the test's database, for commands typed into an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("ORDERLOOM_DB", "ORDERLOOM_TENANT", "ORDERLOOM_USER"):
        monkeypatch.delenv(name, raising=False)
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def unchanged(owner_engine: Engine) -> Callable[[], AbstractContextManager[None]]:
    """Everything inside leaves every row of every table as it was."""

    @contextmanager
    def watch() -> Iterator[None]:
        before = contents(owner_engine)
        yield
        assert contents(owner_engine) == before

    return watch


def contents(engine: Engine) -> dict[str, object]:
    """Every table of the database with its rows; on PostgreSQL, which all tests share, with how
    many there are and the transaction that last wrote one.
    """
    what = "*" if engine.dialect.name == "sqlite" else "count(*), max(xmin::text::bigint)"
    with engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT {what} FROM "{name}"')))
            for name in sa.inspect(connection).get_table_names()
        }
