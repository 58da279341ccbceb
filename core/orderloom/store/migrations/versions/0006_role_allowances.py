"""What each holder of a role may order on his own; the amounts of users stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

from orderloom.store.columns import Scaled, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
tenant_table("ol_tenant", metadata=metadata, primary=())  # is there; only what is pointed at


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[role_allowances], checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=[role_allowances], checkfirst=False)


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


role_allowances = tenant_table(
    "ol_role_allowance",
    _key("limit_key", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _key("role", 128),
    _key("per", 16),
    Column("amount", Scaled, nullable=False),
    _key("currency", 3),
    sa.ForeignKeyConstraint(["tenant_id"], ["ol_tenant.tenant_id"]),
    metadata=metadata,
    primary=("limit_key", "scope_kind", "scope_id", "role", "per"),
)
