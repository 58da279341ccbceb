"""What orders are to be invoiced, and what of invoices is credited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Text, Uuid

from orderloom.store import NAMING, Instant, Scaled, key, tenant_table, to_tenant

revision = "invoicing_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

tenant_table(
    "ol_invoicing_handover",
    Column("id", Uuid, nullable=False),
    Column("kind", key(), nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("purpose", key(64), nullable=False),
    Column("asked", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("invoice_id", Uuid),
    Column("problem", Text, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "order_id"),
    Index(None, "tenant_id", "invoice_id"),
    primary=("id",),
    metadata=metadata,
)
tenant_table(
    "ol_invoicing_credit",
    Column("note_id", Uuid, nullable=False),
    Column("line_id", Uuid, nullable=False),
    Column("invoice_id", Uuid, nullable=False),
    Column("quantity", Scaled, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "invoice_id"),
    primary=("note_id", "line_id"),
    metadata=metadata,
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)
