"""Load one module, contained: whatever is wrong with it becomes a record, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import Distribution, EntryPoint
from importlib.resources import files
from typing import Any

import attrs

from orderloom.errors import ModuleFault
from orderloom.modules.calls import fault_of
from orderloom.modules.compatibility import incompatibility
from orderloom.modules.manifest import Module
from orderloom.modules.registration import registration_faults


@attrs.frozen(eq=False)
class Loaded:
    """A module that can be switched on.

    Attributes:
        plugin: what holds its hook implementations.
        distribution, version: where it came from, "" if it was handed over as an object.
    """

    key: str
    manifest: Module
    plugin: object
    distribution: str = ""
    version: str = ""


@attrs.frozen
class Broken:
    """A module that cannot be switched on.

    Attributes:
        reason: what is wrong and what to do.
        hook: the step that failed: "compatibility" (nothing of it was imported), "import",
            "requires", "safe mode", or the name of a function that is not what a hook must be.
        distribution, version: as in `Loaded`.
    """

    key: str
    reason: str
    hook: str = "import"
    version: str = ""
    distribution: str = ""

    @property
    def fault(self) -> ModuleFault:
        """What commands on its types are refused with."""
        return ModuleFault(self.key, self.hook, self.version, self.reason)


@attrs.frozen(eq=False)
class Offer:
    """A module before it is imported.

    Attributes:
        origin: what names it beside others that offer the same key.
        load: imports it.
        metadata: of its distribution; None if it was handed over as an object.
    """

    key: str
    origin: str
    load: Callable[[], object]
    metadata: Distribution | None = None

    @classmethod
    def of_entry_point(cls, point: EntryPoint) -> Offer:
        """The module an entry point names."""
        metadata = point.dist
        origin = f"{metadata.name} {metadata.version}" if metadata else point.value
        return cls(point.name, origin, point.load, metadata)

    @classmethod
    def of_object(cls, manifest: Module, plugin: object) -> Offer:
        """A module that was handed over."""
        origin = str(getattr(plugin, "__name__", type(plugin).__name__))
        return cls(manifest.key, origin, lambda: plugin)


def manifest_of(plugin: object) -> Module | None:
    """The manifest a python module, namespace or instance carries; None if it has none."""
    manifest = getattr(plugin, "module", None)
    return manifest if isinstance(manifest, Module) else None


def load(offers: Sequence[Offer], *, safe: bool) -> Loaded | Broken:
    """Load what is offered under one key.

    Args:
        offers: more than one is a mistake that names them all: choosing between them would be up
            to the order of installation.
        safe: load nothing.
    """
    offer = offers[0]
    metadata = offer.metadata
    origin: dict[str, Any] = (
        {"distribution": metadata.name, "version": metadata.version} if metadata else {}
    )
    if safe:
        reason = "Safe mode is on. To use it, start without safe mode (ORDERLOOM_SAFE_MODE)."
        return Broken(offer.key, reason, "safe mode", **origin)
    if len(offers) > 1:
        names = " and ".join(each.origin for each in offers)
        reason = f"It is provided by {names}. To use it, keep one of them."
        return Broken(offer.key, reason, **origin)
    if metadata and (reason := incompatibility(metadata)):
        return Broken(offer.key, reason, "compatibility", **origin)
    try:
        return _checked(offer, offer.load(), origin)
    except (Exception, SystemExit) as error:
        return Broken(offer.key, fault_of(error, offer.key, "import", "").reason, **origin)


def _checked(offer: Offer, plugin: object, origin: dict[str, Any]) -> Loaded | Broken:
    manifest = manifest_of(plugin)
    if manifest is None:
        reason = "It has no manifest. To use it, give it an attribute module = Module(…)."
        return Broken(offer.key, reason, **origin)
    if manifest.key != offer.key:
        reason = (
            f"Its entry point is named {offer.key} and its manifest {manifest.key}. To use it, "
            "name both alike."
        )
        return Broken(offer.key, reason, **origin)
    if reason := _migration_fault(manifest):
        return Broken(offer.key, reason, "migrations", **origin)
    faults = tuple(registration_faults(plugin))
    if faults:
        guilty = {name for name, _ in faults}  # one alone is named by the fault itself
        texts = (reason if len(guilty) == 1 else f"{name}: {reason}" for name, reason in faults)
        return Broken(offer.key, " ".join(texts), faults[0][0], **origin)
    return Loaded(offer.key, manifest, plugin, **origin)


def _migration_fault(manifest: Module) -> str:
    """What keeps its tables from ever being made, "" if nothing does."""
    package = manifest.migrations
    if manifest.tables is not None and not package:
        return (
            "It has tables and no migrations. To have them made, name its package of Alembic "
            "revisions in migrations= of the manifest."
        )
    if package and not _has_revisions(package):
        return (
            f"Its migrations= names {package}, where there is no folder versions. To have its "
            "tables made, put its Alembic revisions there."
        )
    return ""


def _has_revisions(package: str) -> bool:
    try:
        return (files(package) / "versions").is_dir()
    except ModuleNotFoundError:
        return False
