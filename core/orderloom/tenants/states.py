"""Which modules are on for a tenant."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.modules import OFF
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.tenants.rows import bump_revision

_table = schema.tenant_modules
_ALL = (
    sa.select(_table.c.module, _table.c.state, _table.c.types, _table.c.tables)
    .where(_table.c.tenant_id == bindparam("tenant"))
    .order_by(_table.c.module)
)
_REMOVE = sa.delete(_table).where(
    _table.c.tenant_id == bindparam("tenant"), _table.c.module == bindparam("named")
)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@attrs.frozen
class StoredState:
    """How a module stands with a tenant, and what it brought when it was last switched.

    Attributes:
        state: `ON`, `CLOSING` (no new subjects, everything else runs) or `OFF`.
        types: keys of the types it owned or touched; they stay blocked if it cannot be loaded.
        tables: names of its tables: what a later purge may take.
    """

    state: str
    types: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    tables: tuple[str, ...] = attrs.field(default=(), converter=_sorted)


def states(connection: Connection, tenant: str) -> dict[str, StoredState]:
    """The modules that are on or closing, by key; one that is off is not in it."""
    rows = connection.execute(_ALL, {"tenant": tenant})
    return {
        row.module: StoredState(row.state, codec.loads(row.types), codec.loads(row.tables))
        for row in rows
    }


def set_state(connection: Connection, tenant: str, module: str, state: StoredState) -> int:
    """Set how a module stands; answers the tenant's new revision.

    "off" forgets the row, never any data of the module.

    Raises:
        NotFound: there is no such tenant.
    """
    revision = bump_revision(connection, tenant)
    connection.execute(_REMOVE, {"tenant": tenant, "named": module})
    if state.state != OFF:
        row = {
            "tenant_id": tenant,
            "module": module,
            "state": state.state,
            "types": codec.dumps(state.types),
            "tables": codec.dumps(state.tables),
        }
        connection.execute(sa.insert(_table), row)
    return revision
