"""A module comes and goes: the rest goes on, and its data is there when it comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import Engine

from orderloom.errors import OrderloomError
from orderloom.loom import Orderloom
from orderloom.modules import OFF, ON
from orderloom.orders.commands import NewOrder
from orderloom.tenants import PARK, Remedy
from orderloom.testing.contract.bystander import TYPE as BYSTANDERS
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import TOURED, Finding, check
from orderloom.testing.contract.rows import Rows, differing, dump
from orderloom.testing.contract.tour import Station
from orderloom.testing.contract.wording import told
from orderloom.testing.databases import fast_engine

_ALONE = "To let the rest go on without it, keep what it needs in its own tables."


@check(TOURED)
def it_can_leave_and_return(case: Case) -> Iterator[Finding]:
    """Uninstalled or switched off, the rest goes on; back again, everything is as it was."""
    with TemporaryDirectory(prefix="orderloom-leaving-") as folder:
        path = Path(folder) / "orders.db"
        _copy(case.bench.loom.engine, path)
        kept = _own(case, path)
        with _loom(case, path, case.others) as loom:
            yield from _absent(case, loom)
        with _loom(case, path, [case.probe.plugin(), *case.others]) as loom:
            yield from _back(case, loom, kept, path, "installed again")
            yield from _switched(case, loom)
            yield from _back(case, loom, kept, path, "switched on again")


def _copy(engine: Engine, path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy, closing(engine.raw_connection()) as source:
        driver: Any = source.driver_connection
        driver.backup(copy)


@contextmanager
def _loom(case: Case, path: Path, modules: Sequence[object]) -> Iterator[Orderloom]:
    engine = fast_engine(path)
    known = [one for one in modules if _can_stand(case, one)]
    try:
        yield Orderloom(engine, modules=known, clock=case.bench.clock)
    finally:
        engine.dispose()


def _can_stand(case: Case, module: object) -> bool:
    """Whether a module could be installed; those that require the one that left could not."""
    return case.key not in module.module.requires  # type: ignore[attr-defined]  # a module has one


def _own(case: Case, path: Path) -> Rows:
    engine = fast_engine(path)
    try:
        return dump(engine, prefix=f"ol_{case.key}_")
    finally:
        engine.dispose()


def _absent(case: Case, loom: Orderloom) -> Iterator[Finding]:
    try:
        loom.migrate()
    except Exception as error:
        yield Finding(f"Without it the database cannot be migrated: {told(error)}", _ALONE)
    yield from _others_go_on(case, loom, "Uninstalled")
    for station in _stations(case):
        try:
            with loom.reader(case.bench.tenant, case.bench.actor) as reader:
                reader.history(reader.get(station.subject.ref))
        except Exception as error:
            yield Finding(
                f"Uninstalled, a {station.subject.type} cannot be read: {told(error)}", _ALONE
            )
            return


def _others_go_on(case: Case, loom: Orderloom, when: str) -> Iterator[Finding]:
    try:
        with loom.desk(case.bench.tenant, case.bench.actor) as desk:
            desk.place(NewOrder(BYSTANDERS))
    except Exception as error:
        yield Finding(
            f"{when}, it keeps orders of other modules from being placed: {told(error)}", _ALONE
        )


def _back(case: Case, loom: Orderloom, kept: Rows, path: Path, when: str) -> Iterator[Finding]:
    if applied := loom.migrate():
        yield Finding(
            f"When it is {when}, revisions run again: {', '.join(map(str, applied))}.",
            "To have each run once, give each revision one name for good.",
        )
    if changed := differing(kept, _own(case, path)):
        yield Finding(
            f"When it is {when}, its rows are not what they were ({changed}).",
            "To keep what is stored, clean nothing up when it loads.",
        )
    for station in _stations(case):
        try:
            with loom.reader(case.bench.tenant, case.bench.actor) as reader:
                reader.explain(reader.get(station.subject.ref))
        except Exception as error:
            yield Finding(
                f"When it is {when}, a {station.subject.type} cannot be worked with: {told(error)}",
                "To find everything again, keep what it needs in the database.",
            )
            return


def _switched(case: Case, loom: Orderloom) -> Iterator[Finding]:
    """Off, with everything open parked, and on again."""
    tenant, actor = case.bench.tenant, case.bench.actor
    try:
        with loom.desk(tenant, actor) as desk:
            plan = desk.admin.plan(case.key, OFF)
            if plan.dependants:
                return
            parked = [Remedy(type=one.type, status=one.status, kind=PARK) for one in plan.groups]
            desk.admin.switch(case.key, OFF, parked)
    except OrderloomError as error:
        yield Finding(
            f"It cannot be switched off: {told(error)}", "To let admins do so, mend that."
        )
        return
    yield from _others_go_on(case, loom, "Switched off")
    try:
        with loom.desk(tenant, actor) as desk:
            desk.admin.switch(case.key, ON)
    except Exception as error:
        yield Finding(
            f"It cannot be switched on again: {told(error)}", "To let admins do so, mend that."
        )


def _stations(case: Case) -> Iterator[Station]:
    own = set(case.own_types)
    return (one for one in case.tour.all_stations() if one.subject.type in own)
