"""Which module added what to a merged lifecycle."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

TENANT = "tenant"
"""The name that answers for a tenant's overlay."""


@attrs.frozen
class Provenance:
    """The module behind each part of a merged lifecycle; "" for a part it does not know.

    Attributes:
        owner: the module that declares the lifecycle.
        owners: (kind, *key) -> module; the methods below know the keys.
    """

    owner: str
    owners: Mapping[tuple[str, ...], str] = attrs.field(hash=False)

    def of_status(self, name: str, *, facet: str = "") -> str:
        """Who added a status."""
        return self.owners.get(("status", facet, name), "")

    def of_action(self, name: str) -> str:
        """Who added an action."""
        return self.owners.get(("action", name), "")

    def of_edge(self, action: str, source: str) -> str:
        """Who made an action possible from a source, towards all of its targets."""
        return self.owners.get(("edge", action, source), "")

    def of_waiting(self, action: str) -> str:
        """Who lets an action wait for approvals."""
        return self.owners.get(("waiting", action), "")

    def of_timer(self, name: str) -> str:
        """Who added a timer."""
        return self.owners.get(("timer", name), "")

    def of_facet(self, name: str) -> str:
        """Who added a facet."""
        return self.owners.get(("facet", name), "")

    def of_renaming(self, old: str) -> str:
        """Who renamed a former status."""
        return self.owners.get(("renaming", old), "")
