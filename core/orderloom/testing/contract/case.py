"""A module under test: itself, the modules it needs, and a bench it was toured on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import attrs
import sqlalchemy as sa

from orderloom.decide import permission_of
from orderloom.errors import ModuleFault
from orderloom.modules import ON, Assemblies, Assembly, Broken, Catalogue, Loaded, module_order
from orderloom.modules.loading import manifest_of
from orderloom.notify import Delivery
from orderloom.store import schema
from orderloom.store.migrate import ModuleMigrations
from orderloom.testing.bench import Bench, open_bench
from orderloom.testing.contract.bystander import bystander
from orderloom.testing.contract.finding import LOADED, SOUND, TOURED
from orderloom.testing.contract.probe import Probe
from orderloom.testing.contract.rows import Rows, dump
from orderloom.testing.contract.tour import Tour
from orderloom.testing.samples import samples_of
from orderloom.worker import Done

FOREIGN = "Foreign"
"""Marks every name in the other tenant's directory: it may appear nowhere in the first one."""

_TOLD = sa.select(schema.inbox.c.source).distinct()


def modules_with(
    given: str | object, catalogue: Catalogue | None = None
) -> tuple[Loaded | Broken, dict[str, Loaded], frozenset[str]]:
    """A module, the modules it needs by key, itself included if it can be loaded, and all keys.

    Those are what it requires, and what owns the types it touches, as far as they are installed.

    Args:
        given: key of an installed module, or a python module, namespace or instance with a
            manifest.
        catalogue: where to look; the installed modules if not given.

    Raises:
        NotFound: there is no such module.
        Refused: [module.no_manifest].
    """
    catalogue = catalogue or Catalogue.discover()
    if isinstance(given, str):
        found = catalogue.find(given)
    else:
        own = manifest_of(given)
        others = (one for key, one in catalogue.loaded.items() if not own or key != own.key)
        catalogue = Catalogue.of([given, *(one.plugin for one in others)])
        found = catalogue.find(own.key if own else "")
    needed: dict[str, Loaded] = {}
    _need(found.key, catalogue.loaded, needed)
    return found, needed, frozenset((*catalogue.loaded, *catalogue.broken))


def _need(key: str, known: Mapping[str, Loaded], needed: dict[str, Loaded]) -> None:
    if key in needed or key not in known:
        return
    needed[key] = known[key]
    manifest = known[key].manifest
    for other in (*manifest.requires, *(type.partition(".")[0] for type in manifest.touches)):
        _need(other, known, needed)


@attrs.define(slots=False, eq=False)
class Case:
    """One module, looked at from all sides; what takes long is done when first asked for.

    Attributes:
        found: the module as it was loaded, or why it was not.
        needed: what it is tried with, itself included.
        installed: keys of all modules there are.
        other_before, other_after: the rows of tenant `other`, before and after `acme` was toured.
    """

    found: Loaded | Broken
    needed: dict[str, Loaded]
    installed: frozenset[str]
    other_before: Rows = attrs.field(factory=dict, init=False)
    other_after: Rows = attrs.field(factory=dict, init=False)
    _ran: frozenset[str] = attrs.field(default=frozenset(), init=False)
    _stack: ExitStack = attrs.field(factory=ExitStack, init=False)

    @classmethod
    def of(cls, given: str | object, catalogue: Catalogue | None = None) -> Case:
        """The case of a module of a catalogue (by key) or of one that is handed over.

        Raises:
            NotFound, Refused: as `modules_with`.
        """
        return cls(*modules_with(given, catalogue))

    def close(self) -> None:
        """Take the bench away."""
        self._stack.close()

    @property
    def key(self) -> str:
        """Key of the module."""
        return self.found.key

    @property
    def loaded(self) -> Loaded:
        """The module; only for checks that need it LOADED."""
        assert isinstance(self.found, Loaded)
        return self.found

    def missing(self, level: int) -> str:
        """Why the module does not stand as far as a check needs; "" if it does.

        Args:
            level: ANYTHING, LOADED, SOUND or TOURED.
        """
        if level >= LOADED and isinstance(self.found, Broken):
            return "it could not be loaded"
        if level >= SOUND and self.fault is not None:
            return "what it contributes does not fit together"
        if level >= TOURED and self.tour_error is not None:
            return "it could not be tried"
        if level >= TOURED and self.types and not any(self.tour.stations.values()):
            return "nothing of it could be placed"
        return ""

    @property
    def fault(self) -> ModuleFault | None:
        """Why it does not work together with what it needs."""
        return next(iter(self.assembly.faults), None)

    @cached_property
    def tour_error(self) -> Exception | None:
        """Why it could not be toured."""
        try:
            self.tours  # noqa: B018 - asked for here, kept
        except Exception as error:  # of its samples: whatever it is, it is told
            return error
        return None

    # ── what it contributes ────────────────────────────────────────────────────────────────

    @cached_property
    def assembly(self) -> Assembly:
        """What it and the modules it needs add up to."""
        return self.assembled()

    def assembled(self) -> Assembly:
        """The same, compiled anew."""
        catalogue = Catalogue.of(one.plugin for one in self.needed.values())
        return Assemblies(catalogue).of(dict.fromkeys(self.needed, ON))

    @property
    def types(self) -> tuple[str, ...]:
        """The types it owns, then those it touches."""
        own = [type for type, owner in self.assembly.owners.items() if owner == self.key]
        return (*own, *sorted(self.loaded.manifest.touches & self.assembly.owners.keys()))

    @property
    def own_types(self) -> tuple[str, ...]:
        """The types it owns."""
        return tuple(type for type in self.types if self.assembly.owners[type] == self.key)

    def registered(self, hook: str) -> list[Any]:
        """The records its own `register_*` hook answers."""
        return [one for key, one in self.assembly.dispatcher.collect(hook) if key == self.key]

    # ── what it does ───────────────────────────────────────────────────────────────────────

    @property
    def migrations(self) -> tuple[ModuleMigrations, ...]:
        """The revisions of the modules it needs, in dependency order, its own last."""
        order = module_order(one.manifest for one in self.needed.values())
        packages = {key: self.needed[key].manifest.migrations for key in order}
        found = [ModuleMigrations(key, package) for key, package in packages.items() if package]
        return tuple(sorted(found, key=lambda one: one.key == self.key))

    @cached_property
    def probe(self) -> Probe:
        """The module, watched."""
        return Probe(self.loaded)

    @cached_property
    def others(self) -> list[object]:
        """The other modules on the bench."""
        readable = {permission_of(type, "read") for type in self._records()}
        rest = [one.plugin for key, one in self.needed.items() if key != self.key]
        return [*rest, bystander(readable)]

    @cached_property
    def bench(self) -> Bench:
        """Two tenants of the same modules: `acme`, and `other`, whose names are all foreign."""
        bench = self._stack.enter_context(open_bench([self.probe.plugin(), *self.others]))
        self.probe.watch(bench.loom.engine)
        return bench

    @cached_property
    def tours(self) -> tuple[Tour, Tour]:
        """The tour of `other`, made first, and that of `acme`."""
        samples = {key: samples_of(loaded) for key, loaded in self.needed.items()}
        other = self.bench.add_tenant("other", name=FOREIGN)
        first = Tour(bench=other, probe=self.probe, samples=samples).visit(self.types)
        self.other_before = dump(self.bench.loom.engine, tenant="other")
        second = Tour(bench=self.bench, probe=self.probe, samples=samples).visit(self.types)
        self.other_after = dump(self.bench.loom.engine, tenant="other")
        return first, second

    @property
    def tour(self) -> Tour:
        """The tour of `acme`."""
        return self.tours[1]

    # ── what follows it ────────────────────────────────────────────────────────────────────

    @cached_property
    def worked(self) -> list[Done]:
        """What a worker did after the tours."""
        self.tours  # noqa: B018 - made before
        self.probe.fired.clear()
        done = self.bench.work()
        self._ran = frozenset(self.probe.fired)
        return done

    @property
    def ran_afterwards(self) -> frozenset[str]:
        """The hooks that worker ran."""
        self.worked  # noqa: B018 - done before
        return self._ran

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was owed in `acme`, once a worker has sent it."""
        self.worked  # noqa: B018 - done before
        with self.bench.reader() as reader:
            return reader.deliveries(limit=1000)

    @property
    def told(self) -> frozenset[str]:
        """The notifications that somebody in `acme` has in his inbox."""
        self.worked  # noqa: B018 - done before
        with self.bench.reader() as reader:
            return frozenset(row.source for row in reader.reading.rows(_TOLD))

    def hear_again(self, source: str) -> int:
        """Owe what was delivered to an `after_*` hook in `acme` once more; answers how much.

        Args:
            source: "module:hook".
        """
        heard = [one.id for one in self.deliveries if one.source == source]
        with self.bench.desk() as desk:
            return desk.admin.resend(heard) if heard else 0

    def _records(self) -> Iterator[Any]:
        types = {**self.assembly.order_types, **self.assembly.subject_types}
        return iter(types.values())
