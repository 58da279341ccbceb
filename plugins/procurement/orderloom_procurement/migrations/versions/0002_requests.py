"""Requests, and the needs they are linked to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Date, Index, Text, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

revision = "procurement_0002"
down_revision = "procurement_0001"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

# Only what the foreign key refers to.
tenant_table(
    "ol_procurement_need", Column("id", Uuid, nullable=False), primary=("id",), metadata=metadata
)
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
    Column("kind", key(16), nullable=False),
    Column("status", key(), nullable=False),
    Column("denied", key(16), nullable=False),
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


def upgrade() -> None:
    requests.create(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    requests.drop(op.get_bind(), checkfirst=False)
