"""The core's tables. `tenant_id` comes first in every key, unique key, foreign key and index."""

from __future__ import annotations

from orderloom.store.schema.approvals import (
    allowances,
    approval_turns,
    approvals,
    delegations,
    policies,
    role_allowances,
)
from orderloom.store.schema.attachments import attachments
from orderloom.store.schema.commands import idempotency, series, timers
from orderloom.store.schema.deliveries import (
    deliveries,
    document_files,
    documents,
    inbox,
    quarantine,
    templates,
    webhooks,
    wishes,
)
from orderloom.store.schema.directory import grants, parties, products, projects, units, users
from orderloom.store.schema.making import NAMING, metadata, tenant_table
from orderloom.store.schema.subjects import (
    events,
    lifecycles,
    lines,
    seals,
    subject_fields,
    subjects,
    to_subject,
)
from orderloom.store.schema.tenants import (
    tenant_modules,
    tenant_overlays,
    tenant_settings,
    tenants,
    to_tenant,
)

__all__ = [
    "NAMING",
    "allowances",
    "approval_turns",
    "approvals",
    "attachments",
    "delegations",
    "deliveries",
    "document_files",
    "documents",
    "events",
    "grants",
    "idempotency",
    "inbox",
    "lifecycles",
    "lines",
    "metadata",
    "parties",
    "policies",
    "products",
    "projects",
    "quarantine",
    "role_allowances",
    "seals",
    "series",
    "subject_fields",
    "subjects",
    "templates",
    "tenant_modules",
    "tenant_overlays",
    "tenant_settings",
    "tenant_table",
    "tenants",
    "timers",
    "to_subject",
    "to_tenant",
    "units",
    "users",
    "webhooks",
    "wishes",
]
