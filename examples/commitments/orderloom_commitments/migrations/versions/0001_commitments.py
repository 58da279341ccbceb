"""What projects have committed themselves to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

revision = "commitments_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

tenant_table(
    "ol_commitments_project",
    Column("id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "project", unique=True),
    primary=("id",),
    metadata=metadata,
)

tenant_table(
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


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)
