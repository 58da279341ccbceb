"""The tables of webhooks and of reactions in quarantine."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Text

from orderloom.store.columns import Instant, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
table = partial(tenant_table, metadata=metadata)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=_ours(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=_ours(), checkfirst=False)


def _ours() -> list[sa.Table]:
    return [one for one in metadata.sorted_tables if one is not _tenants]


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


def _to_tenant() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["ol_tenant.tenant_id"])


_tenants = table("ol_tenant", primary=())  # stands for the table that is there

table(
    "ol_webhook",
    _key("name"),
    _text("url"),
    _text("types"),
    _key("role", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _text("secrets"),
    _key("state", 16),
    _text("reason"),
    Column("failing_since", Instant),
    Column("created_at", Instant, nullable=False),
    _to_tenant(),
    primary=("name",),
)

table(
    "ol_quarantine",
    _key("source", 128),
    _text("error"),
    Column("since", Instant, nullable=False),
    _to_tenant(),
    primary=("source",),
)
