"""Hosts on every database: SQLite prepared by orderloom or by themselves, and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

HERE = Path(__file__).parent
sys.path.append(str(HERE))
if find_spec("host_erp") is None:  # it is installed where only this is tested
    sys.path.append(str(HERE.parent.parent / "examples" / "host_erp"))

from hosting import Site  # noqa: E402 - once the path leads there
from tapping import Tap, listener, tapped_engine, tapped_module  # noqa: E402 - once the path leads there

import orderloom_procurement.module as procurement  # noqa: E402 - once the path leads there
from host_erp.purchasing import Wanted, actor_of, new_order  # noqa: E402 - once the path leads there
from host_erp.story import add_masters  # noqa: E402 - once the path leads there
from host_erp.tables import Base  # noqa: E402 - once the path leads there
from orderloom import Orderloom, sqlite  # noqa: E402 - once the path leads there

WANTED = Wanted(vendor="V1", cost_centre="summer", items={"CH-1": 190})
PREPARED, PLAIN, POSTGRES = "sqlite", "sqlite prepared by the host", "postgres"
GIVEN_URL = os.environ.get("ORDERLOOM_TEST_DATABASE_URL", "")


def _kinds() -> list[str]:
    if GIVEN_URL.startswith("postgresql"):
        return [POSTGRES]
    return [PREPARED, PLAIN] if GIVEN_URL else [PREPARED, PLAIN, POSTGRES]


@pytest.fixture(scope="module", params=_kinds())
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A host with a company in its own tables and in ours."""
    given = GIVEN_URL or request.param == POSTGRES
    if given:
        shared = request.getfixturevalue("shared_engine")
    else:
        template = request.getfixturevalue("sqlite_template")
        path = shutil.copy(template, tmp_path_factory.mktemp("host") / "erp.db")
        shared = sqlite.prepare(sa.create_engine(f"sqlite:///{path}"))
    Base.metadata.create_all(shared)
    made = _site(shared, prepared=request.param != PLAIN)
    yield made
    made.engine.dispose()
    Base.metadata.drop_all(shared)
    if not given:
        shared.dispose()


def _site(shared: Engine, *, prepared: bool) -> Site:
    statements, hooks = Tap(), Tap()
    plugins = (tapped_module(procurement, hooks), listener(hooks))
    engine = tapped_engine(shared.url, statements)
    if engine.dialect.name == "sqlite":
        if prepared:
            sqlite.prepare(engine)
        sa.event.listen(engine, "checkout", _careless)
    company = f"h{uuid4().hex[:12]}"
    modules = ["procurement", "listener"]
    Orderloom(shared, modules=plugins).create_tenant(company, modules=modules)
    with Session(engine) as session, session.begin():
        add_masters(session, company)
        session.flush()
        actor = actor_of(session, company, "kim")
        new = new_order(session, company, WANTED)
    return Site(
        engine=engine,
        prepared=prepared,
        shared=shared,
        company=company,
        actor=actor,
        new=new,
        plugins=plugins,
        statements=statements,
        hooks=hooks,
    )


def _careless(driver: Any, record: object, proxy: object) -> None:
    """Foreign keys as any host has them; commits that survive no power cut, nor need to."""
    for pragma in ("foreign_keys = ON", "synchronous = OFF"):
        driver.execute(f"PRAGMA {pragma}").close()
