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
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._known: dict[Any, Assembly] = {}
        self._lock = threading.Lock()

    def of(
        self,
        enabled: Mapping[str, str],
        stored_types: Mapping[str, Iterable[str]] | None = None,
        overlays: Mapping[str, Overlay] | None = None,
        newer: Mapping[str, str] | None = None,
    ) -> Assembly:
        """The assembly of these modules; the same object for the same arguments, as `assemble`.

        Threads that ask for a new one at once may each compile it; they get the same one.
        """
        stored = {key: frozenset(types) for key, types in (stored_types or {}).items()}
        overlays, newer = overlays or {}, newer or {}
        key = tuple(frozenset(each.items()) for each in (enabled, stored, overlays, newer))
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        # Outside the lock: the code of modules runs here, however long it takes.
        made = assemble(self.catalogue, enabled, stored, overlays, newer)
        with self._lock:
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            return self._known.setdefault(key, made)
