"""The core's tables. `tenant_id` comes first in every key, unique key, foreign key and index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from orderloom.store.columns import Instant, Scaled, key

#: How constraints and indexes are named; a module gives it to the `MetaData` of its own.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)


def tenant_table(
    name: str, *items: Any, primary: tuple[str, ...], metadata: sa.MetaData = metadata
) -> Table:
    """A table of one tenant's rows: `tenant_id` first, then the given columns.

    Args:
        name: starts with `ol_` (a module's with `ol_<module>_`).
        items: columns, foreign keys, indexes.
        primary: the columns that, after `tenant_id`, make up the primary key.
        metadata: a module passes its own, made with `NAMING`.
    """
    tenant = Column("tenant_id", key(63), nullable=False)
    return Table(name, metadata, tenant, *items, sa.PrimaryKeyConstraint("tenant_id", *primary))


def to_tenant() -> sa.ForeignKeyConstraint:
    """The rows go with their tenant."""
    return sa.ForeignKeyConstraint(["tenant_id"], [tenants.c.tenant_id])


def to_subject(kind: str = "kind", id: str = "subject_id") -> sa.ForeignKeyConstraint:
    """The rows belong to a subject, named by two columns."""
    target = subjects.c
    return sa.ForeignKeyConstraint(
        ["tenant_id", kind, id], [target.tenant_id, target.kind, target.id]
    )


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


# ── tenants ────────────────────────────────────────────────────────────────────────────────

tenants = tenant_table(
    "ol_tenant",
    _text("title"),
    _key("timezone"),
    _key("currency", 3),
    _key("language", 16),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    primary=(),
)

tenant_modules = tenant_table(
    "ol_tenant_module",
    _key("module"),
    _key("state", 16),  # on, closing; no row means off
    _text("types"),  # JSON list of the types it owned or touched when it was switched on
    _text("tables"),  # JSON list of its tables then: what a later purge may take
    to_tenant(),
    primary=("module",),
)

tenant_settings = tenant_table(
    "ol_tenant_setting",
    _key("module"),
    _key("name"),
    _text("value"),
    to_tenant(),
    primary=("module", "name"),
)

tenant_overlays = tenant_table(
    "ol_tenant_overlay",
    _key("lifecycle"),
    _text("text"),
    to_tenant(),
    primary=("lifecycle",),
)

# ── directory (stand-alone) ────────────────────────────────────────────────────────────────

projects = tenant_table(
    "ol_project",
    _key("id"),
    _text("title"),
    _key("prefix", 16),
    Column("starts", Date),
    Column("ends", Date),
    to_tenant(),
    primary=("id",),
)

parties = tenant_table(
    "ol_party",
    _key("id"),
    _text("name"),
    _text("record"),  # canonical JSON of the Party
    to_tenant(),
    primary=("id",),
)

products = tenant_table(
    "ol_product",
    _key("id"),
    _text("name"),
    _text("record"),  # canonical JSON of the Product
    to_tenant(),
    primary=("id",),
)

units = tenant_table(
    "ol_unit",
    _key("code", 16),
    _text("symbol"),
    _text("title"),
    Column("digits", Integer, nullable=False, server_default="6"),
    to_tenant(),
    primary=("code",),
)

users = tenant_table(
    "ol_user",
    _key("id", 128),
    _text("name"),
    _text("email"),
    _key("language", 16),
    Column("active", Boolean, nullable=False, server_default=sa.true()),
    to_tenant(),
    primary=("id",),
)

grants = tenant_table(
    "ol_grant",
    _key("role", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _key("user_id", 128),
    sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["ol_user.tenant_id", "ol_user.id"]),
    Index(None, "tenant_id", "user_id"),
    primary=("role", "scope_kind", "scope_id", "user_id"),
)

# ── subjects ───────────────────────────────────────────────────────────────────────────────

subjects = tenant_table(
    "ol_subject",
    _key("kind"),
    Column("id", Uuid, nullable=False),
    _key("type"),
    Column("version", Integer, nullable=False),
    _key("status"),
    _key("stage", 16),
    _text("facets"),
    _key("number"),
    _text("title"),
    _key("project"),
    _key("buyer"),
    _key("seller"),
    _key("currency", 3),
    Column("total", Scaled),
    _text("content"),  # canonical JSON of what has no column of its own
    _text("data"),  # module data, one canonical JSON object
    _text("fields"),  # canonical JSON of what ol_subject_field holds of it
    _key("lifecycle"),
    Column("created_at", Instant, nullable=False),
    _key("created_by", 128),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("parked", Boolean, nullable=False, server_default=sa.false()),
    Column("head_seq", Integer, nullable=False),
    _key("head_hash"),
    # On SQLite the row of the full text table. Either is indexed by the migration alone: the
    # index differs by engine, and the words in it begin with the tenant.
    Column("search", TSVECTOR().with_variant(sa.BigInteger, "sqlite")),
    to_tenant(),
    Index(None, "tenant_id", "kind", "type", "status", "id"),
    Index(None, "tenant_id", "kind", "stage", "id"),
    Index(None, "tenant_id", "kind", "project", "id"),
    Index(None, "tenant_id", "kind", "seller", "id"),
    Index(None, "tenant_id", "kind", "buyer", "id"),
    Index(None, "tenant_id", "kind", "number"),
    Index(None, "tenant_id", "lifecycle"),
    Index(None, "tenant_id", "kind", "created_by", "id"),
    primary=("kind", "id"),
)

lines = tenant_table(
    "ol_line",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    _text("name"),
    _key("product"),
    Column("quantity", Scaled, nullable=False),
    _key("unit", 16),
    Column("price", Scaled),
    Column("price_per", Scaled),
    Column("total", Scaled),
    Column("tax", Scaled),
    _text("content"),
    _text("data"),
    to_subject(),
    primary=("kind", "subject_id", "id"),
)

subject_fields = tenant_table(
    "ol_subject_field",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("field", 128),
    _key("value", 255),
    to_subject(),
    Index(None, "tenant_id", "field", "value", "subject_id"),
    primary=("kind", "subject_id", "field"),
)

events = tenant_table(
    "ol_event",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    _key("name"),
    Column("at", Instant, nullable=False),
    _text("text"),  # what the hash covers, canonical JSON
    Column("personal", Text),  # erasable; its salted digest is in the text
    Column("salt", Text),
    _key("hash"),
    Column("seal", Integer),  # the tenant seal that covers it, none yet if null
    to_subject(),
    Index(None, "tenant_id", "seal"),
    sa.UniqueConstraint("tenant_id", "id"),
    primary=("kind", "subject_id", "seq"),
)

seals = tenant_table(
    "ol_seal",
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("events", Integer, nullable=False),  # how many it covers
    _text("heads"),  # JSON list of [kind, subject, seq, hash]: where those subjects' chains stood
    _key("previous"),
    _key("hash"),
    to_tenant(),
    primary=("seq",),
)

lifecycles = tenant_table(
    "ol_lifecycle",
    _key("digest"),
    _key("name"),
    _text("text"),
    to_tenant(),
    primary=("digest",),
)

# ── commands ───────────────────────────────────────────────────────────────────────────────

series = tenant_table(
    "ol_series",
    _key("series", 128),
    _key("period", 128),
    Column("last", sa.BigInteger, nullable=False),
    to_tenant(),
    primary=("series", "period"),
)

idempotency = tenant_table(
    "ol_idempotency",
    _key("actor", 128),
    _key("key", 255),
    _key("digest"),
    _text("result"),
    Column("at", Instant, nullable=False),
    Index(None, "tenant_id", "at"),
    to_tenant(),
    primary=("actor", "key"),
)

timers = tenant_table(
    "ol_timer",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("timer"),
    Column("due_at", Instant, nullable=False),
    to_subject(),
    Index(None, "tenant_id", "due_at"),
    primary=("kind", "subject_id", "timer"),
)

# ── documents and deliveries ───────────────────────────────────────────────────────────────

documents = tenant_table(
    "ol_document",
    Column("id", Uuid, nullable=False),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("type"),
    _key("number"),
    Column("revision", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("issued_at", Instant, nullable=False),
    _key("language", 16),
    _text("frozen"),  # canonical JSON of the FrozenDocument
    to_subject(),
    sa.UniqueConstraint("tenant_id", "kind", "subject_id", "type", "revision"),
    primary=("id",),
)

document_files = tenant_table(
    "ol_document_file",
    Column("document_id", Uuid, nullable=False),
    _key("format", 16),
    _key("sha256"),
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
    _key("channel", 16),  # mail, webhook, hook
    _key("source", 128),  # the notification's key, webhook:name, or module:hook
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    _key("recipient", 320),
    _text("payload"),  # canonical JSON: the message as frozen when it was owed
    Column("document_id", Uuid),
    _key("state", 16),  # owed, done, dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("leased_until", Instant),
    _key("worker", 128),
    _text("error"),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    to_subject(),
    Index(None, "tenant_id", "state", "next_at"),
    Index(None, "tenant_id", "kind", "subject_id", "seq"),
    primary=("id",),
)

# ── who is told what, and how ──────────────────────────────────────────────────────────────

templates = tenant_table(
    "ol_template",
    _key("key", 128),  # of the notification
    _key("language", 16),
    _text("subject"),
    _text("text"),
    _text("html"),
    to_tenant(),
    primary=("key", "language"),
)

wishes = tenant_table(
    "ol_wish",
    _key("user_id", 128),  # of the directory or of the host; "" for all who wish nothing themselves
    _key("topic", 128),
    _key("channel", 16),
    _key("how", 16),  # now, off, hourly, daily
    to_tenant(),
    primary=("user_id", "topic", "channel"),
)

inbox = tenant_table(
    "ol_inbox",
    _key("user_id", 128),
    Column("id", Uuid, nullable=False),
    _key("source", 128),  # the notification's key
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    _text("title"),
    _text("text"),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    to_subject(),
    Index(None, "tenant_id", "user_id", "read_at"),
    Index(None, "tenant_id", "kind", "subject_id"),
    Index(None, "tenant_id", "at"),
    primary=("user_id", "id"),
)

# ── webhooks and reactions ─────────────────────────────────────────────────────────────────

webhooks = tenant_table(
    "ol_webhook",
    _key("name"),
    _text("url"),
    _text("types"),  # JSON list
    _key("role", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _text("secrets"),  # JSON list of what signs, the present one first
    _key("state", 16),  # on, disabled
    _text("reason"),
    Column("failing_since", Instant),
    Column("created_at", Instant, nullable=False),
    to_tenant(),
    primary=("name",),
)

quarantine = tenant_table(
    "ol_quarantine",
    _key("source", 128),  # module:hook
    _text("error"),
    Column("since", Instant, nullable=False),
    to_tenant(),
    primary=("source",),
)

# ── approvals ──────────────────────────────────────────────────────────────────────────────

approvals = tenant_table(
    "ol_approval",
    Column("id", Uuid, nullable=False),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("type"),
    _key("state", 16),  # waiting, passed, refused, withdrawn
    _key("requester", 128),
    Column("amount", Scaled),
    _key("currency", 3),
    _text("record"),  # canonical JSON of the ApprovalRequest, votes and all
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
    _key("who", 160),  # role:<key>, person:<id>, side:<side>
    _key("scope_kind", 16),
    _key("scope_id"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "approval_id"], ["ol_approval.tenant_id", "ol_approval.id"]
    ),
    Index("ix_ol_approval_turn_who", "tenant_id", "who", "scope_kind", "scope_id", "approval_id"),
    primary=("approval_id", "who", "scope_kind", "scope_id"),
)

delegations = tenant_table(
    "ol_delegation",
    Column("id", Uuid, nullable=False),
    _key("principal", 128),
    _key("delegate", 128),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    _key("created_by", 128),
    Column("revoked_at", Instant),
    to_tenant(),
    Index(None, "tenant_id", "delegate", "ends"),
    Index(None, "tenant_id", "principal", "ends"),
    primary=("id",),
)

allowances = tenant_table(
    "ol_allowance",
    _key("limit_key", 128),
    _key("user_id", 128),
    _key("scope_kind", 16),
    _key("scope_id"),
    _key("per", 16),
    Column("amount", Scaled, nullable=False),
    _key("currency", 3),
    to_tenant(),
    Index(None, "tenant_id", "user_id"),
    primary=("limit_key", "user_id", "scope_kind", "scope_id", "per"),
)

policies = tenant_table(
    "ol_policy",
    Column("seq", Integer, nullable=False),
    _key("digest"),
    _text("text"),  # as it was written; the last one is in force, an empty one asks for nothing
    Column("since", Instant, nullable=False),
    _key("set_by", 128),
    to_tenant(),
    primary=("seq",),
)

# ── attachments ────────────────────────────────────────────────────────────────────────────

attachments = tenant_table(
    "ol_attachment",
    Column("id", Uuid, nullable=False),  # and what its file is called where it lies
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("file_kind"),
    _text("name"),  # "" once it was erased
    _key("media"),
    Column("size", sa.BigInteger, nullable=False),
    _key("sha256"),
    _key("action"),
    Column("event_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    _key("actor", 128),
    to_subject(),
    Index(None, "tenant_id", "kind", "subject_id"),
    primary=("id",),
)
