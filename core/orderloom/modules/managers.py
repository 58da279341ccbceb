"""One plugin manager per distinct set of modules: an allow-list, so that no other module can run.

A manager shared by all modules would be a deny-list: whatever is registered later, or reached by a
nested call, runs for every tenant. See docs/adr/0002.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pluggy

from orderloom.modules import specs


class Managers:
    """The managers of one catalogue, built when first asked for; safe to share between threads.

    Args:
        plugins: what holds the hook implementations, by module key; checked beforehand.
    """

    def __init__(self, plugins: Mapping[str, object]) -> None:
        self._plugins = dict(plugins)
        self._managers: dict[frozenset[str], pluggy.PluginManager] = {}

    def of(self, keys: Iterable[str]) -> pluggy.PluginManager:
        """The manager that knows exactly these modules."""
        wanted = frozenset(keys)
        known = self._managers.get(wanted)
        return known or self._managers.setdefault(wanted, self._build(wanted))

    def _build(self, keys: frozenset[str]) -> pluggy.PluginManager:
        manager = pluggy.PluginManager(specs.PROJECT)
        manager.add_hookspecs(specs)
        for key in sorted(keys):
            manager.register(self._plugins[key], key)
        manager.check_pending()
        return manager
