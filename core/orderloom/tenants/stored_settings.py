"""The tenant's own layer of settings: rows of canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.orders import codec
from orderloom.store import schema
from orderloom.tenants.rows import bump_revision
from orderloom.tenants.settings import TENANT, Layer, checked
from orderloom.tenants.structuring import unstructure

_table = schema.tenant_settings
_ALL = sa.select(_table.c.module, _table.c.name, _table.c.value).where(
    _table.c.tenant_id == bindparam("tenant")
)
_REMOVE = sa.delete(_table).where(
    _table.c.tenant_id == bindparam("tenant"),
    _table.c.module == bindparam("of_module"),
    _table.c.name == bindparam("named"),
)


def stored_settings(connection: Connection, tenant: str) -> dict[str, dict[str, Any]]:
    """The raw values of all modules: module -> name -> value."""
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(_ALL, {"tenant": tenant}):
        found.setdefault(row.module, {})[row.name] = codec.loads(row.value)
    return found


def save_settings(
    connection: Connection, tenant: str, module: str, cls: type[Any], values: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Set some settings of a module for a tenant.

    Args:
        connection: of the running command; all or nothing is its transaction's matter.
        tenant: key of the tenant.
        module: key of the module.
        cls: attrs class of its settings.
        values: raw or typed, by name.

    Returns:
        What changed: name -> [old, new], JSON-ready, None for the layer below; secrets as
        references. The body of the event.

    Raises:
        Refused: as `settings.layered`, for every value.
        NotFound: there is no such tenant.
    """
    raw = {name: unstructure(value) for name, value in values.items()}
    new = {
        name: unstructure(value) for name, value in checked(cls, module, Layer(TENANT, raw)).items()
    }
    return _replace(connection, tenant, module, new)


def clear_settings(
    connection: Connection, tenant: str, module: str, *names: str
) -> dict[str, list[Any]]:
    """Give settings back to the layers below; names that are not set are passed over.

    Returns:
        What changed, as `save_settings`.

    Raises:
        NotFound: there is no such tenant.
    """
    return _replace(connection, tenant, module, dict.fromkeys(names))


def _replace(
    connection: Connection, tenant: str, module: str, new: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Write new values; None removes one."""
    bump_revision(connection, tenant)
    old = stored_settings(connection, tenant).get(module, {})
    changes = {
        name: [old.get(name), value] for name, value in new.items() if old.get(name) != value
    }
    for name, (_, value) in changes.items():
        connection.execute(_REMOVE, {"tenant": tenant, "of_module": module, "named": name})
        if value is not None:
            row = {"module": module, "name": name, "value": codec.dumps(value)}
            connection.execute(sa.insert(_table), {"tenant_id": tenant, **row})
    return changes
