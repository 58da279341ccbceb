"""The modules there are, found and loaded one by one, so that a broken one harms nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points

import attrs

from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules.loading import Broken, Loaded, Offer, load, manifest_of
from orderloom.modules.managers import Managers
from orderloom.modules.order import find_circle
from orderloom.values import nearest, shown

GROUP = "orderloom.modules"
SAFE_MODE = "ORDERLOOM_SAFE_MODE"


@attrs.frozen(eq=False)
class Catalogue:
    """All modules of one process, by key.

    Attributes:
        loaded: those that can be switched on.
        broken: those that cannot, each with its reason.
        managers: the plugin managers of sets of loaded modules.
    """

    loaded: Mapping[str, Loaded]
    broken: Mapping[str, Broken]
    managers: Managers = attrs.field(init=False, repr=False)

    @managers.default
    def _own_managers(self) -> Managers:
        return Managers({key: loaded.plugin for key, loaded in self.loaded.items()})

    @classmethod
    def discover(cls, *, safe: bool | None = None) -> Catalogue:
        """The modules that installed distributions offer as entry points of `orderloom.modules`.

        Args:
            safe: load nothing, list everything; None asks the variable ORDERLOOM_SAFE_MODE.
        """
        return cls._from(map(Offer.of_entry_point, entry_points(group=GROUP)), safe)

    @classmethod
    def of(cls, objects: Iterable[object], *, safe: bool | None = None) -> Catalogue:
        """The modules handed over: python modules, namespaces or instances.

        Args:
            objects: each with a `Module` as its attribute `module`.
            safe: as for `discover`.

        Raises:
            Refused: [module.no_manifest] for each object without one.
        """
        offers, problems = [], []
        for plugin in objects:
            if manifest := manifest_of(plugin):
                offers.append(Offer.of_object(manifest, plugin))
            else:
                problems.append(_no_manifest(plugin))
        if problems:
            raise Refused(problems)
        return cls._from(offers, safe)

    def find(self, key: str) -> Loaded | Broken:
        """The module of this key.

        Raises:
            NotFound: there is none; says which is the nearest, or which there are.
        """
        known: dict[str, Loaded | Broken] = {**self.loaded, **self.broken}
        if key not in known:
            near, all_keys = nearest(key, known), ", ".join(sorted(known))
            hint = f"To name one, use: {all_keys}." if all_keys else "No module is installed."
            raise NotFound("module", key, f"Did you mean {near}?" if near else hint)
        return known[key]

    @classmethod
    def _from(cls, offers: Iterable[Offer], safe: bool | None) -> Catalogue:
        by_key: dict[str, list[Offer]] = {}
        for offer in sorted(offers, key=lambda offer: (offer.key, offer.origin)):
            by_key.setdefault(offer.key, []).append(offer)
        safe = os.environ.get(SAFE_MODE, "0") not in ("", "0") if safe is None else safe
        found = [load(same, safe=safe) for same in by_key.values()]
        loaded = {each.key: each for each in found if isinstance(each, Loaded)}
        broken = {each.key: each for each in found if isinstance(each, Broken)}
        for key, reason in _unmet(loaded, by_key).items():
            bad = loaded.pop(key)
            broken[key] = Broken(key, reason, "requires", bad.version, bad.distribution)
        return cls(loaded, dict(sorted(broken.items())))


def _unmet(loaded: Mapping[str, Loaded], known: Iterable[str]) -> dict[str, str]:
    """Modules whose `requires` can never be met, each with the reason."""
    unmet: dict[str, str] = {}
    for key, module in loaded.items():
        if missing := sorted(module.manifest.requires - set(known)):
            names = " and ".join(missing)
            unmet[key] = f"It requires {names}. To use it, install what provides {names}."
    manifests = {key: module.manifest for key, module in loaded.items()}
    while circle := find_circle(manifests.values(), requires_only=True):
        for key in circle.modules:
            unmet[key] = circle.reason
            del manifests[key]
    return unmet


def _no_manifest(plugin: object) -> Problem:
    return Problem(
        "module.no_manifest",
        "{given} is no module. To hand it over, give it an attribute module = Module(…).",
        "modules",
        params={"given": shown(getattr(plugin, "__name__", plugin))},
    )
