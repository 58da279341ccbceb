"""Documents, deliveries, who is told what and how, webhooks and quarantined reactions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Integer, LargeBinary, Uuid

from orderloom.store.columns import Instant
from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.subjects import to_subject
from orderloom.store.schema.tenants import to_tenant

documents = tenant_table(
    "ol_document",
    Column("id", Uuid, nullable=False),
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    word("type"),
    word("number"),
    Column("revision", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("issued_at", Instant, nullable=False),
    word("language", 16),
    text("frozen"),  # canonical JSON of the FrozenDocument
    to_subject(),
    sa.UniqueConstraint("tenant_id", "kind", "subject_id", "type", "revision"),
    primary=("id",),
)

document_files = tenant_table(
    "ol_document_file",
    Column("document_id", Uuid, nullable=False),
    word("format", 16),
    word("sha256"),
    Column("content", LargeBinary, nullable=False),
    Column("rendered_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(
        ["tenant_id", "document_id"], ["ol_document.tenant_id", "ol_document.id"]
    ),
    primary=("document_id", "format"),
)

deliveries = tenant_table(
    "ol_delivery",
    Column("id", Uuid, nullable=False),
    word("channel", 16),  # mail, webhook, hook
    word("source", 128),  # the notification's key, webhook:name, or module:hook
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    word("recipient", 320),
    text("payload"),  # canonical JSON: the message as frozen when it was owed
    Column("document_id", Uuid),
    word("state", 16),  # owed, done, dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("leased_until", Instant),
    word("worker", 128),
    text("error"),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    to_subject(),
    Index(None, "tenant_id", "state", "next_at"),
    Index(None, "tenant_id", "kind", "subject_id", "seq"),
    primary=("id",),
)

templates = tenant_table(
    "ol_template",
    word("key", 128),  # of the notification
    word("language", 16),
    text("subject"),
    text("text"),
    text("html"),
    to_tenant(),
    primary=("key", "language"),
)

wishes = tenant_table(
    "ol_wish",
    word("user_id", 128),  # of the directory or of the host; "" for all who wish nothing themselves
    word("topic", 128),
    word("channel", 16),
    word("how", 16),  # now, off, hourly, daily
    to_tenant(),
    primary=("user_id", "topic", "channel"),
)

inbox = tenant_table(
    "ol_inbox",
    word("user_id", 128),
    Column("id", Uuid, nullable=False),
    word("source", 128),  # the notification's key
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    text("title"),
    text("text"),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    to_subject(),
    Index(None, "tenant_id", "user_id", "read_at"),
    Index(None, "tenant_id", "kind", "subject_id"),
    Index(None, "tenant_id", "at"),
    primary=("user_id", "id"),
)

webhooks = tenant_table(
    "ol_webhook",
    word("name"),
    text("url"),
    text("types"),  # JSON list
    word("role", 128),
    word("scope_kind", 16),
    word("scope_id"),
    text("secrets"),  # JSON list of what signs, the present one first
    word("state", 16),  # on, disabled
    text("reason"),
    Column("failing_since", Instant),
    Column("created_at", Instant, nullable=False),
    to_tenant(),
    primary=("name",),
)

quarantine = tenant_table(
    "ol_quarantine",
    word("source", 128),  # module:hook
    text("error"),
    Column("since", Instant, nullable=False),
    to_tenant(),
    primary=("source",),
)
