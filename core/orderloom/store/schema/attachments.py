"""Attachments: what is known of the files."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Uuid

from orderloom.store.columns import Instant
from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.subjects import to_subject

attachments = tenant_table(
    "ol_attachment",
    Column("id", Uuid, nullable=False),  # and what its file is called where it lies
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    word("file_kind"),
    text("name"),  # "" once it was erased
    word("media"),
    Column("size", sa.BigInteger, nullable=False),
    word("sha256"),
    word("action"),
    Column("event_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    word("actor", 128),
    to_subject(),
    Index(None, "tenant_id", "kind", "subject_id"),
    primary=("id",),
)
