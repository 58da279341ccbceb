"""Subjects, their lines and fields, their events and seals, the lifecycles they moved under."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from orderloom.store.columns import Instant, Scaled
from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.tenants import to_tenant

subjects = tenant_table(
    "ol_subject",
    word("kind"),
    Column("id", Uuid, nullable=False),
    word("type"),
    Column("version", Integer, nullable=False),
    word("status"),
    word("stage", 16),
    text("facets"),
    word("number"),
    text("title"),
    word("project"),
    word("buyer"),
    word("seller"),
    word("currency", 3),
    Column("total", Scaled),
    text("content"),  # canonical JSON of what has no column of its own
    text("data"),  # module data, one canonical JSON object
    text("fields"),  # canonical JSON of what ol_subject_field holds of it
    word("lifecycle"),
    Column("created_at", Instant, nullable=False),
    word("created_by", 128),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("parked", Boolean, nullable=False, server_default=sa.false()),
    Column("head_seq", Integer, nullable=False),
    word("head_hash"),
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


def to_subject(kind: str = "kind", id: str = "subject_id") -> sa.ForeignKeyConstraint:
    """The rows belong to a subject, named by two columns."""
    target = subjects.c
    return sa.ForeignKeyConstraint(
        ["tenant_id", kind, id], [target.tenant_id, target.kind, target.id]
    )


lines = tenant_table(
    "ol_line",
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    text("name"),
    word("product"),
    Column("quantity", Scaled, nullable=False),
    word("unit", 16),
    Column("price", Scaled),
    Column("price_per", Scaled),
    Column("total", Scaled),
    Column("tax", Scaled),
    text("content"),
    text("data"),
    to_subject(),
    primary=("kind", "subject_id", "id"),
)

subject_fields = tenant_table(
    "ol_subject_field",
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    word("field", 128),
    word("value", 255),
    to_subject(),
    Index(None, "tenant_id", "field", "value", "subject_id"),
    primary=("kind", "subject_id", "field"),
)

events = tenant_table(
    "ol_event",
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    word("name"),
    Column("at", Instant, nullable=False),
    text("text"),  # what the hash covers, canonical JSON
    Column("personal", Text),  # erasable; its salted digest is in the text
    Column("salt", Text),
    word("hash"),
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
    text("heads"),  # JSON list of [kind, subject, seq, hash]: where those subjects' chains stood
    word("previous"),
    word("hash"),
    to_tenant(),
    primary=("seq",),
)

lifecycles = tenant_table(
    "ol_lifecycle",
    word("digest"),
    word("name"),
    text("text"),
    to_tenant(),
    primary=("digest",),
)
