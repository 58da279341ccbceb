"""The assemblies of one process: compiled once for each distinct set of modules and overlays."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from orderloom.lifecycle import Overlay
from orderloom.modules.assembling import assemble
from orderloom.modules.assembly import Assembly
from orderloom.modules.catalogue import Catalogue

_MOST = 512  # many tenants share few sets; only overlays make more, and each revision a new one


class Assemblies:
    """Hands out assemblies; safe to share between threads.

    Args:
        catalogue: the modules there are.

    Attributes:
        newer: module -> revision of its tables in the database, if only a newer version of it
            knows that; such modules are faulted.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.newer: Mapping[str, str] = {}
        self._known: dict[Any, Assembly] = {}
        self._lock = threading.Lock()

    def of(
        self,
        enabled: Mapping[str, str],
        stored_types: Mapping[str, Iterable[str]] | None = None,
        overlays: Mapping[str, Overlay] | None = None,
    ) -> Assembly:
        """The assembly of these modules; the same object for the same arguments, as `assemble`."""
        stored = {key: frozenset(types) for key, types in (stored_types or {}).items()}
        overlays, newer = overlays or {}, self.newer
        key = tuple(frozenset(each.items()) for each in (enabled, stored, overlays, newer))
        with self._lock:
            if key not in self._known:
                while len(self._known) >= _MOST:
                    del self._known[next(iter(self._known))]
                self._known[key] = assemble(self.catalogue, enabled, stored, overlays, newer)
            return self._known[key]
