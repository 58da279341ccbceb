"""How tables are made: names of constraints, the tenant first, columns of text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table, Text

from orderloom.store.columns import key

#: How constraints and indexes are named; a module gives it to the `MetaData` of its own.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)


def tenant_table(
    name: str, *items: Any, primary: tuple[str, ...], metadata: sa.MetaData = metadata
) -> Table:
    """A table of one tenant's rows: `tenant_id` first, then the given columns.

    Args:
        name: starts with `ol_` (a module's with `ol_<module>_`).
        items: columns, foreign keys, indexes.
        primary: the columns that, after `tenant_id`, make up the primary key.
        metadata: a module passes its own, made with `NAMING`.
    """
    tenant = Column("tenant_id", key(63), nullable=False)
    return Table(name, metadata, tenant, *items, sa.PrimaryKeyConstraint("tenant_id", *primary))


def text(name: str, default: str = "") -> Column[str]:
    """A column of text that is never null."""
    return Column(name, Text, nullable=False, server_default=default)


def word(name: str, length: int = 64) -> Column[str]:
    """A column of short text, compared byte by byte, that is never null."""
    return Column(name, key(length), nullable=False, server_default="")
