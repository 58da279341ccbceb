"""Who at a supplier looks after which outlet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

from orderloom.store import NAMING, key, tenant_table, to_tenant

revision = "supplier_0002"
down_revision = "supplier_0001"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

tenant_table(
    "ol_supplier_accounts",
    Column("supplier", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("owner", key(), nullable=False),
    to_tenant(),
    primary=("supplier", "outlet"),
    metadata=metadata,
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)
