"""The tables of this module: how much of each need is on orders, on which lines, and requests."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Date, Index, Text, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

metadata = sa.MetaData(naming_convention=NAMING)

# One row for each need that is not deleted. `ordered` is the counter coverage is read from.
needs = tenant_table(
    "ol_procurement_need",
    Column("id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    Column("department", key(200), nullable=False),
    Column("area", key(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("needed", Scaled, nullable=False),
    Column("ordered", Scaled, nullable=False),
    Column("unit", key(16), nullable=False),
    Column("needed_by", Date),
    Column("product", key(), nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "project", "department"),
    primary=("id",),
    metadata=metadata,
)

# One row for each line that covers a need, as long as its order counts.
allocations = tenant_table(
    "ol_procurement_allocation",
    Column("order_id", Uuid, nullable=False),
    Column("line_id", Uuid, nullable=False),
    Column("need_id", Uuid, nullable=False),
    Column("quantity", Scaled, nullable=False),  # in the need's unit: what the counter holds of it
    Column("line_quantity", Scaled, nullable=False),  # in the line's own unit
    sa.ForeignKeyConstraint(
        ["tenant_id", "need_id"], ["ol_procurement_need.tenant_id", "ol_procurement_need.id"]
    ),
    Index(None, "tenant_id", "need_id"),
    primary=("order_id", "line_id"),
    metadata=metadata,
)

# One row for each request that is not deleted, whatever was decided about it.
requests = tenant_table(
    "ol_procurement_request",
    Column("id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    Column("department", key(200), nullable=False),
    Column("area", key(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Scaled, nullable=False),
    Column("unit", key(16), nullable=False),
    Column("needed_by", Date),
    Column("requester", key(200), nullable=False),
    Column("kind", key(16), nullable=False),  # which approval it asks for
    Column("status", key(), nullable=False),
    Column("denied", key(16), nullable=False),  # the step it was denied at
    Column("need", Uuid),
    to_tenant(),
    sa.ForeignKeyConstraint(
        ["tenant_id", "need"], ["ol_procurement_need.tenant_id", "ol_procurement_need.id"]
    ),
    Index(None, "tenant_id", "project", "department", "status"),
    Index(None, "tenant_id", "need"),
    primary=("id",),
    metadata=metadata,
)
