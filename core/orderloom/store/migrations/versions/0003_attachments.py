"""The table of attachments."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Text, Uuid

from orderloom.store.columns import Instant, key
from orderloom.store.schema import NAMING, tenant_table

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
table = partial(tenant_table, metadata=metadata)


def upgrade() -> None:
    _attachments.create(op.get_bind())


def downgrade() -> None:
    _attachments.drop(op.get_bind())


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, key(length), nullable=False, server_default="")


# Stands for the table that is there.
table("ol_subject", _key("kind"), Column("id", Uuid, nullable=False), primary=("kind", "id"))

_attachments = table(
    "ol_attachment",
    Column("id", Uuid, nullable=False),
    _key("kind"),
    Column("subject_id", Uuid, nullable=False),
    _key("file_kind"),
    Column("name", Text, nullable=False, server_default=""),
    _key("media"),
    Column("size", sa.BigInteger, nullable=False),
    _key("sha256"),
    _key("action"),
    Column("event_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    _key("actor", 128),
    sa.ForeignKeyConstraint(
        ["tenant_id", "kind", "subject_id"],
        ["ol_subject.tenant_id", "ol_subject.kind", "ol_subject.id"],
    ),
    Index(None, "tenant_id", "kind", "subject_id"),
    primary=("id",),
)
