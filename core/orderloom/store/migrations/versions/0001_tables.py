"""The core's tables as they began, the full text table and its indexes."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from orderloom.store.columns import Instant, Scaled, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
table = partial(tenant_table, metadata=metadata)

# Words begin with the tenant, and only Python splits texts into words: what reaches the tokenizer
# is letters, digits and these.
SEARCH_TABLE = """
    CREATE VIRTUAL TABLE ol_search USING fts5(
        words, detail = none, columnsize = 0, tokenize = "ascii tokenchars '-_./'"
    )
"""
SEARCH_INDEX = {
    "sqlite": "CREATE INDEX ix_ol_subject_search ON ol_subject (tenant_id, search)",
    "postgresql": "CREATE INDEX ix_ol_subject_search ON ol_subject USING gin (search)",
}


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    if op.get_context().dialect.name == "sqlite":
        op.execute(SEARCH_TABLE)
    op.execute(SEARCH_INDEX[op.get_context().dialect.name])


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE ol_search")
    metadata.drop_all(op.get_bind(), checkfirst=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


def _to_tenant() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["ol_tenant.tenant_id"])


def _to_subject() -> sa.ForeignKeyConstraint:
    columns = ["ol_subject.tenant_id", "ol_subject.kind", "ol_subject.id"]
    return sa.ForeignKeyConstraint(["tenant_id", "kind", "subject_id"], columns)


# ── tenants ────────────────────────────────────────────────────────────────────────────────

table(
    "ol_tenant",
    _text("title"),
    _key("timezone"),
    _key("currency", 3),
    _key("language", 16),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    primary=(),
)

table(
    "ol_tenant_module",
    _key("module"),
    _key("state", 16),
    _text("types"),
    _text("tables"),
    _to_tenant(),
    primary=("module",),
)

table(
    "ol_tenant_setting",
    _key("module"),
    _key("name"),
    _text("value"),
    _to_tenant(),
    primary=("module", "name"),
)

table(
    "ol_tenant_overlay",
    _key("lifecycle"),
    _text("text"),
    _to_tenant(),
    primary=("lifecycle",),
)

# ── directory (stand-alone) ────────────────────────────────────────────────────────────────

table(
    "ol_project",
    _key("id"),
    _text("title"),
    _key("prefix", 16),
    Column("starts", Date),
    Column("ends", Date),
    _to_tenant(),
    primary=("id",),
)

table(
    "ol_party",
    _key("id"),
    _text("name"),
    _text("record"),
    _to_tenant(),
    primary=("id",),
)

table(
    "ol_product",
    _key("id"),
    _text("name"),
    _text("record"),
    _to_tenant(),
    primary=("id",),
)

table(
    "ol_unit",
    _key("code", 16),
    _text("symbol"),
    _text("title"),
    Column("digits", Integer, nullable=False, server_default="6"),
    _to_tenant(),
    primary=("code",),
)

table(
    "ol_user",
    _key("id", 128),
    _text("name"),
    _text("email"),
    _key("language", 16),
    Column("active", Boolean, nullable=False, server_default=sa.true()),
    _to_tenant(),
    primary=("id",),
)

table(
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

table(
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
    _text("content"),
    _text("data"),
    _text("fields"),
    _key("lifecycle"),
    Column("created_at", Instant, nullable=False),
    _key("created_by", 128),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("parked", Boolean, nullable=False, server_default=sa.false()),
    Column("head_seq", Integer, nullable=False),
    _key("head_hash"),
    Column("search", TSVECTOR().with_variant(sa.BigInteger, "sqlite")),
    _to_tenant(),
    Index(None, "tenant_id", "kind", "type", "status", "id"),
    Index(None, "tenant_id", "kind", "stage", "id"),
    Index(None, "tenant_id", "kind", "project", "id"),
    Index(None, "tenant_id", "kind", "seller", "id"),
    Index(None, "tenant_id", "kind", "buyer", "id"),
    Index(None, "tenant_id", "kind", "number"),
    Index(None, "tenant_id", "lifecycle"),
    primary=("kind", "id"),
)

table(
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
    _to_subject(),
    primary=("kind", "subject_id", "id"),
)

table(
    "ol_subject_field",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("field", 128),
    _key("value", 255),
    _to_subject(),
    Index(None, "tenant_id", "field", "value", "subject_id"),
    primary=("kind", "subject_id", "field"),
)

table(
    "ol_event",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    _key("name"),
    Column("at", Instant, nullable=False),
    _text("text"),
    Column("personal", Text),
    Column("salt", Text),
    _key("hash"),
    Column("seal", Integer),
    _to_subject(),
    Index(None, "tenant_id", "seal"),
    sa.UniqueConstraint("tenant_id", "id"),
    primary=("kind", "subject_id", "seq"),
)

table(
    "ol_seal",
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("events", Integer, nullable=False),
    _text("heads"),
    _key("previous"),
    _key("hash"),
    _to_tenant(),
    primary=("seq",),
)

table(
    "ol_lifecycle",
    _key("digest"),
    _key("name"),
    _text("text"),
    _to_tenant(),
    primary=("digest",),
)

# ── commands ───────────────────────────────────────────────────────────────────────────────

table(
    "ol_series",
    _key("series", 128),
    _key("period", 128),
    Column("last", sa.BigInteger, nullable=False),
    _to_tenant(),
    primary=("series", "period"),
)

table(
    "ol_idempotency",
    _key("actor", 128),
    _key("key", 255),
    _key("digest"),
    _text("result"),
    Column("at", Instant, nullable=False),
    Index(None, "tenant_id", "at"),
    _to_tenant(),
    primary=("actor", "key"),
)

table(
    "ol_timer",
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("timer"),
    Column("due_at", Instant, nullable=False),
    _to_subject(),
    Index(None, "tenant_id", "due_at"),
    primary=("kind", "subject_id", "timer"),
)

# ── documents and deliveries ───────────────────────────────────────────────────────────────

table(
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
    _text("frozen"),
    _to_subject(),
    sa.UniqueConstraint("tenant_id", "kind", "subject_id", "type", "revision"),
    primary=("id",),
)

table(
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

table(
    "ol_delivery",
    Column("id", Uuid, nullable=False),
    _key("channel", 16),
    _key("source", 128),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    _key("recipient", 320),
    _text("payload"),
    Column("document_id", Uuid),
    _key("state", 16),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("leased_until", Instant),
    _key("worker", 128),
    _text("error"),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    _to_subject(),
    Index(None, "tenant_id", "state", "next_at"),
    Index(None, "tenant_id", "kind", "subject_id", "seq"),
    primary=("id",),
)
