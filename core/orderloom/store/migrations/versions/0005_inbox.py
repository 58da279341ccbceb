"""The tables of the in-app inbox, of what users want to hear, and of a tenant's own templates."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Integer, Text, Uuid

from orderloom.store.columns import Instant, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
table = partial(tenant_table, metadata=metadata)

# What the new tables point at, as far as they do.
REFERENCED = [
    sa.Table("ol_tenant", metadata, Column("tenant_id", key(63), primary_key=True)),
    sa.Table(
        "ol_subject",
        metadata,
        Column("tenant_id", key(63), primary_key=True),
        Column("kind", key(64), primary_key=True),
        Column("id", Uuid, primary_key=True),
    ),
]


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=_own(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=_own(), checkfirst=False)


def _own() -> list[sa.Table]:
    return [one for one in metadata.tables.values() if one not in REFERENCED]


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


def _to_tenant() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["ol_tenant.tenant_id"])


def _to_subject() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "kind", "subject_id"],
        ["ol_subject.tenant_id", "ol_subject.kind", "ol_subject.id"],
    )


table(
    "ol_template",
    _key("key", 128),
    _key("language", 16),
    _text("subject"),
    _text("text"),
    _text("html"),
    _to_tenant(),
    primary=("key", "language"),
)

table(
    "ol_wish",
    _key("user_id", 128),
    _key("topic", 128),
    _key("channel", 16),
    _key("how", 16),
    _to_tenant(),
    primary=("user_id", "topic", "channel"),
)

table(
    "ol_inbox",
    _key("user_id", 128),
    Column("id", Uuid, nullable=False),
    _key("source", 128),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    _text("title"),
    _text("text"),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    _to_subject(),
    Index(None, "tenant_id", "user_id", "read_at"),
    Index(None, "tenant_id", "kind", "subject_id"),
    Index(None, "tenant_id", "at"),
    primary=("user_id", "id"),
)
