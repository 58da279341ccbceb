"""Product lists of suppliers, and when they deliver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Index

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

revision = "supplier_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

tenant_table(
    "ol_supplier_product",
    Column("supplier", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("product", key(), nullable=False),
    Column("price", Scaled, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("tax_category", key(3), nullable=False),
    Column("tax_percent", Scaled, nullable=False),
    Column("pack", Scaled, nullable=False),
    Column("least", Scaled, nullable=False),
    Column("available", Boolean, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "product"),
    primary=("supplier", "outlet", "product"),
    metadata=metadata,
)
tenant_table(
    "ol_supplier_terms",
    Column("supplier", key(), nullable=False),
    Column("cut_off", key(5), nullable=False),
    Column("weekdays", key(32), nullable=False),
    to_tenant(),
    primary=("supplier",),
    metadata=metadata,
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)
