"""Approvals: requests, whose turn it is, delegations, amounts and policies."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Integer, Uuid

from orderloom.store.columns import Instant, Scaled
from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.subjects import to_subject
from orderloom.store.schema.tenants import to_tenant

approvals = tenant_table(
    "ol_approval",
    Column("id", Uuid, nullable=False),
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    word("type"),
    word("state", 16),  # waiting, passed, refused, withdrawn
    word("requester", 128),
    Column("amount", Scaled),
    word("currency", 3),
    text("record"),  # canonical JSON of the ApprovalRequest, votes and all
    Column("requested_at", Instant, nullable=False),
    Column("settled_at", Instant),
    to_subject(),
    Index(None, "tenant_id", "kind", "subject_id", "id"),
    Index(None, "tenant_id", "state", "id"),
    primary=("id",),
)

#: Whom a request waits for now: one row for each who could vote next.
approval_turns = tenant_table(
    "ol_approval_turn",
    Column("approval_id", Uuid, nullable=False),
    word("who", 160),  # role:<key>, person:<id>, side:<side>
    word("scope_kind", 16),
    word("scope_id"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "approval_id"], ["ol_approval.tenant_id", "ol_approval.id"]
    ),
    Index("ix_ol_approval_turn_who", "tenant_id", "who", "scope_kind", "scope_id", "approval_id"),
    primary=("approval_id", "who", "scope_kind", "scope_id"),
)

delegations = tenant_table(
    "ol_delegation",
    Column("id", Uuid, nullable=False),
    word("principal", 128),
    word("delegate", 128),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    word("created_by", 128),
    Column("revoked_at", Instant),
    to_tenant(),
    Index(None, "tenant_id", "delegate", "ends"),
    Index(None, "tenant_id", "principal", "ends"),
    primary=("id",),
)

allowances = tenant_table(
    "ol_allowance",
    word("limit_key", 128),
    word("user_id", 128),
    word("scope_kind", 16),
    word("scope_id"),
    word("per", 16),
    Column("amount", Scaled, nullable=False),
    word("currency", 3),
    to_tenant(),
    Index(None, "tenant_id", "user_id"),
    primary=("limit_key", "user_id", "scope_kind", "scope_id", "per"),
)

role_allowances = tenant_table(
    "ol_role_allowance",
    word("limit_key", 128),
    word("scope_kind", 16),
    word("scope_id"),
    word("role", 128),
    word("per", 16),
    Column("amount", Scaled, nullable=False),
    word("currency", 3),
    to_tenant(),
    primary=("limit_key", "scope_kind", "scope_id", "role", "per"),
)

policies = tenant_table(
    "ol_policy",
    Column("seq", Integer, nullable=False),
    word("digest"),
    text("text"),  # as it was written; the last one is in force, an empty one asks for nothing
    Column("since", Instant, nullable=False),
    word("set_by", 128),
    to_tenant(),
    primary=("seq",),
)
