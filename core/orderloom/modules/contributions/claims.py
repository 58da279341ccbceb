"""Rows a command must hold before it is decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs


@attrs.frozen(order=True)
class Claim:
    """One row to lock; claims are taken in (table, id) order, so that nobody waits in a circle.

    Attributes:
        table: name of a tenant table whose primary key is (tenant_id, id).
        id: UUID or text.
    """

    table: str
    id: UUID | str = attrs.field(order=str)

    def key(self) -> tuple[str, Any]:
        """What claims are told apart by."""
        return self.table, self.id
