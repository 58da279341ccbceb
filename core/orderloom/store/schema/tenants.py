"""Tenants, what is switched on for them, and how it is set."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Integer

from orderloom.store.columns import Instant
from orderloom.store.schema.making import tenant_table, text, word

tenants = tenant_table(
    "ol_tenant",
    text("title"),
    word("timezone"),
    word("currency", 3),
    word("language", 16),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    primary=(),
)


def to_tenant() -> sa.ForeignKeyConstraint:
    """The rows go with their tenant."""
    return sa.ForeignKeyConstraint(["tenant_id"], [tenants.c.tenant_id])


tenant_modules = tenant_table(
    "ol_tenant_module",
    word("module"),
    word("state", 16),  # on, closing; no row means off
    text("types"),  # JSON list of the types it owned or touched when it was switched on
    text("tables"),  # JSON list of its tables then: what a later purge may take
    to_tenant(),
    primary=("module",),
)

tenant_settings = tenant_table(
    "ol_tenant_setting",
    word("module"),
    word("name"),
    text("value"),
    to_tenant(),
    primary=("module", "name"),
)

tenant_overlays = tenant_table(
    "ol_tenant_overlay",
    word("lifecycle"),
    text("text"),
    to_tenant(),
    primary=("lifecycle",),
)
