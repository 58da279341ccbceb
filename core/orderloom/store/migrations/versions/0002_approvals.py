"""The ledger of approvals, delegations, allowances and policies; who placed what, by user."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Integer, Text, Uuid

from orderloom.store.columns import Instant, Scaled, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
# What is referred to is there already; only its keys are named here.
tenant_table("ol_tenant", metadata=metadata, primary=())
tenant_table(
    "ol_subject",
    Column("kind", key(64), nullable=False),
    Column("id", Uuid, nullable=False),
    metadata=metadata,
    primary=("kind", "id"),
)
_EXISTING = ("ol_tenant", "ol_subject")
table = partial(tenant_table, metadata=metadata)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=_new(), checkfirst=False)
    op.create_index(CREATED_BY, "ol_subject", ["tenant_id", "kind", "created_by", "id"])


def downgrade() -> None:
    op.drop_index(CREATED_BY, "ol_subject")
    metadata.drop_all(op.get_bind(), tables=_new(), checkfirst=False)


def _new() -> list[sa.Table]:
    return [one for one in metadata.sorted_tables if one.name not in _EXISTING]


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


def _to_tenant() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["ol_tenant.tenant_id"])


CREATED_BY = "ix_ol_subject_tenant_id_kind_created_by_id"

table(
    "ol_approval",
    Column("id", Uuid, nullable=False),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("type"),
    _key("state", 16),
    _key("requester", 128),
    Column("amount", Scaled),
    _key("currency", 3),
    _text("record"),
    Column("requested_at", Instant, nullable=False),
    Column("settled_at", Instant),
    sa.ForeignKeyConstraint(
        ["tenant_id", "kind", "subject_id"],
        ["ol_subject.tenant_id", "ol_subject.kind", "ol_subject.id"],
    ),
    Index(None, "tenant_id", "kind", "subject_id", "id"),
    Index(None, "tenant_id", "state", "id"),
    primary=("id",),
)

table(
    "ol_approval_turn",
    Column("approval_id", Uuid, nullable=False),
    _key("who", 160),
    _key("scope_kind", 16),
    _key("scope_id"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "approval_id"], ["ol_approval.tenant_id", "ol_approval.id"]
    ),
    Index("ix_ol_approval_turn_who", "tenant_id", "who", "scope_kind", "scope_id", "approval_id"),
    primary=("approval_id", "who", "scope_kind", "scope_id"),
)

table(
    "ol_delegation",
    Column("id", Uuid, nullable=False),
    _key("principal", 128),
    _key("delegate", 128),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    _key("created_by", 128),
    Column("revoked_at", Instant),
    _to_tenant(),
    Index(None, "tenant_id", "delegate", "ends"),
    Index(None, "tenant_id", "principal", "ends"),
    primary=("id",),
)

table(
    "ol_allowance",
    _key("limit_key", 128),
    _key("user_id", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _key("per", 16),
    Column("amount", Scaled, nullable=False),
    _key("currency", 3),
    _to_tenant(),
    Index(None, "tenant_id", "user_id"),
    primary=("limit_key", "user_id", "scope_kind", "scope_id", "per"),
)

table(
    "ol_policy",
    Column("seq", Integer, nullable=False),
    _key("digest"),
    _text("text"),
    Column("since", Instant, nullable=False),
    _key("set_by", 128),
    _to_tenant(),
    primary=("seq",),
)
