"""A tenant's own statuses, labels and next-statuses, kept as text."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.lifecycle.overlay import Overlay
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.tenants.rows import bump_revision

_table = schema.tenant_overlays
_ALL = (
    sa.select(_table.c.lifecycle, _table.c.text)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .order_by(_table.c.lifecycle)
)
_REMOVE = sa.delete(_table).where(
    _table.c.tenant_id == bindparam("tenant"), _table.c.lifecycle == bindparam("named")
)


def overlays(connection: Connection, tenant: str) -> dict[str, Overlay]:
    """The overlays of a tenant by lifecycle."""
    rows = connection.execute(_ALL, {"tenant": tenant})
    return {row.lifecycle: Overlay.from_dict(codec.loads(row.text)) for row in rows}


def save_overlay(connection: Connection, tenant: str, lifecycle: str, overlay: Overlay) -> int:
    """Replace the overlay of one lifecycle; an empty one removes it.

    Whether the lifecycle still holds together is to be proved before this is called.

    Returns:
        The tenant's new revision.

    Raises:
        NotFound: there is no such tenant.
    """
    revision = bump_revision(connection, tenant)
    connection.execute(_REMOVE, {"tenant": tenant, "named": lifecycle})
    if overlay != Overlay():
        text = codec.dumps(overlay.to_dict())
        row = {"tenant_id": tenant, "lifecycle": lifecycle, "text": text}
        connection.execute(sa.insert(_table), row)
    return revision
