"""Where stories take place: one database, two tenants for each story, a clock, a fault injector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from orderloom.errors import Problem, Refused
from orderloom.loom import Orderloom
from orderloom.modules import Assemblies, Assembly, Catalogue, Loaded
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.sqlite import prepare
from orderloom.store.schema import metadata
from orderloom.testing.clock import FakeClock
from orderloom.testing.fuzzing.cast import ADMIN, actor_of
from orderloom.testing.fuzzing.ground import Ground
from orderloom.testing.fuzzing.injecting import KEY, Injector
from orderloom.testing.fuzzing.tables import Tables
from orderloom.testing.samples import Samples, samples_of
from orderloom.values import shown
from orderloom.worker import Worker

TENANTS: Final = ("north", "south")
_ON: Final = "on"


@attrs.frozen(kw_only=True, eq=False)
class World:
    """One database under one set of modules; stories of it share nothing but the code.

    Attributes:
        module: key of the one under test.
        ground: what its stories stand on.
        types: those it owns or touches.
        samples: its own.
    """

    module: str
    ground: Ground
    engine: Engine
    loom: Orderloom
    worker: Worker
    clock: FakeClock
    injector: Injector
    assembly: Assembly
    types: Mapping[str, OrderType | SubjectType]
    samples: Samples
    tables: Tables

    def tenant(self, name: str) -> str:
        """The key of a fresh tenant."""
        key = f"{name}{uuid4().hex[:12]}"
        settings = {**self.samples.settings, **self.ground.settings}
        self.loom.create_tenant(key, title=f"Sample {name}", modules=[KEY])
        with self.loom.desk(key, actor_of(ADMIN)) as desk:
            if settings:
                desk.admin.set(self.module, settings)
            self.ground.prepare(desk)
        return key


@contextmanager
def world(module: str, ground: type[Ground], engine: Engine | None) -> Iterator[World]:
    """Open a world.

    Args:
        module: key of the module under test; those it requires run with it.
        ground: what its stories stand on.
        engine: of a database of orderloom's own; tenants are added to it and stay. None makes
            a SQLite database that goes with the world.

    Raises:
        NotFound: there is no such module.
        ModuleFault: it cannot be switched on.
        Refused: [fuzz.ground] that is no class of grounds.
    """
    if not (isinstance(ground, type) and issubclass(ground, Ground)):
        text = "{given} is no subclass of Ground. To stand on one, hand over the class itself."
        raise Refused([Problem("fuzz.ground", text, "ground", params={"given": shown(ground)})])
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        used = _own_engine(Path(folder)) if engine is None else engine
        try:
            yield _made(module, ground(), used)
        finally:
            if engine is None:
                used.dispose()


def _made(module: str, ground: Ground, engine: Engine) -> World:
    given = ground.modules
    catalogue = Catalogue.discover() if given is None else Catalogue.of(given)
    assembly = _assembly(catalogue, module)
    loaded = [catalogue.loaded[key] for key in assembly.order]
    types: dict[str, OrderType | SubjectType] = {
        **assembly.order_types,
        **assembly.subject_types,
    }
    injector = Injector(types, assembly.order)
    clock = FakeClock()
    loom = Orderloom(
        engine, modules=[*(each.plugin for each in loaded), injector.module], clock=clock
    )
    loom.migrate()
    return World(
        module=module,
        ground=ground,
        engine=engine,
        loom=loom,
        worker=Worker(loom),
        clock=clock,
        injector=injector,
        assembly=assembly,
        types={key: types[key] for key in sorted(assembly.types[module])},
        samples=samples_of(catalogue.loaded[module]),
        tables=Tables([*metadata.tables, *_module_tables(loaded)]),
    )


def _assembly(catalogue: Catalogue, module: str) -> Assembly:
    """What the module and those it requires add up to."""
    wanted: dict[str, str] = {}
    waiting = [module]
    while waiting:
        key = waiting.pop()
        if key not in wanted and catalogue.find(key):
            wanted[key] = _ON
            waiting += catalogue.loaded[key].manifest.requires if key in catalogue.loaded else ()
    assembly = Assemblies(catalogue).of(wanted)
    for fault in assembly.faults:
        raise fault
    return assembly


def _module_tables(loaded: list[Loaded]) -> Iterator[str]:
    for each in loaded:
        if each.manifest.tables is not None:
            yield from each.manifest.tables.tables


def _own_engine(folder: Path) -> Engine:
    engine = prepare(sa.create_engine(f"sqlite:///{folder / 'stories.db'}"))
    sa.event.listen(engine, "checkout", _hurry)
    return engine


def _hurry(driver: Any, record: Any, _proxy: Any) -> None:
    """No story outlives a power cut: commits need not wait for the disk."""
    if not record.info.get("hurried"):
        driver.execute("PRAGMA synchronous = OFF").close()
        record.info["hurried"] = True
