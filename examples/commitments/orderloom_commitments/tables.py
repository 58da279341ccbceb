"""One row for each project, and one for each order that counts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

metadata = sa.MetaData(naming_convention=NAMING)

# What budgets are read from, and what two orders of a project at the same moment wait for.
projects = tenant_table(
    "ol_commitments_project",
    Column("id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "project", unique=True),
    primary=("id",),
    metadata=metadata,
)

orders = tenant_table(
    "ol_commitments_order",
    Column("order_id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    Column("amount", Scaled, nullable=False),
    Column("currency", key(3), nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "project"),
    primary=("order_id",),
    metadata=metadata,
)
