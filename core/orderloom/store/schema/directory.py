"""The stand-alone directory: projects, parties, products, units, users and their grants."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Date, Index, Integer

from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.tenants import to_tenant

projects = tenant_table(
    "ol_project",
    word("id"),
    text("title"),
    word("prefix", 16),
    Column("starts", Date),
    Column("ends", Date),
    to_tenant(),
    primary=("id",),
)

parties = tenant_table(
    "ol_party",
    word("id"),
    text("name"),
    text("record"),  # canonical JSON of the Party
    to_tenant(),
    primary=("id",),
)

products = tenant_table(
    "ol_product",
    word("id"),
    text("name"),
    text("record"),  # canonical JSON of the Product
    to_tenant(),
    primary=("id",),
)

units = tenant_table(
    "ol_unit",
    word("code", 16),
    text("symbol"),
    text("title"),
    Column("digits", Integer, nullable=False, server_default="6"),
    to_tenant(),
    primary=("code",),
)

users = tenant_table(
    "ol_user",
    word("id", 128),
    text("name"),
    text("email"),
    word("language", 16),
    Column("active", Boolean, nullable=False, server_default=sa.true()),
    to_tenant(),
    primary=("id",),
)

grants = tenant_table(
    "ol_grant",
    word("role", 128),
    word("scope_kind", 16),
    word("scope_id"),
    word("user_id", 128),
    sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["ol_user.tenant_id", "ol_user.id"]),
    Index(None, "tenant_id", "user_id"),
    primary=("role", "scope_kind", "scope_id", "user_id"),
)
