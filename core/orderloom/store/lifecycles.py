"""Declarations of lifecycles by their digest, so that old events can always be read."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.store.schema import lifecycles as table

_insert: Final = insert(table).on_conflict_do_nothing()
_select: Final = sa.select(table.c.text).where(
    table.c.tenant_id == bindparam("tenant"), table.c.digest == bindparam("digest")
)


def keep(connection: Connection, tenant: str, digest: str, name: str, text: str) -> None:
    """Store a declaration, unless it is known already."""
    row = {"tenant_id": tenant, "digest": digest, "name": name, "text": text}
    connection.execute(_insert, row)


def read(connection: Connection, tenant: str, digest: str) -> str | None:
    """The text of a declaration, None if the tenant never used it."""
    given = {"tenant": tenant, "digest": digest}
    text: str | None = connection.execute(_select, given).scalar_one_or_none()
    return text
