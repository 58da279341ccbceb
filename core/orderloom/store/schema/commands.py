"""What commands draw, remember and set: numbers, idempotency keys, timers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Uuid

from orderloom.store.columns import Instant
from orderloom.store.schema.making import tenant_table, text, word
from orderloom.store.schema.subjects import to_subject
from orderloom.store.schema.tenants import to_tenant

series = tenant_table(
    "ol_series",
    word("series", 128),
    word("period", 128),
    Column("last", sa.BigInteger, nullable=False),
    to_tenant(),
    primary=("series", "period"),
)

idempotency = tenant_table(
    "ol_idempotency",
    word("actor", 128),
    word("key", 255),
    word("digest"),
    text("result"),
    Column("at", Instant, nullable=False),
    Index(None, "tenant_id", "at"),
    to_tenant(),
    primary=("actor", "key"),
)

timers = tenant_table(
    "ol_timer",
    word("kind"),
    Column("subject_id", Uuid, nullable=False),
    word("timer"),
    Column("due_at", Instant, nullable=False),
    to_subject(),
    Index(None, "tenant_id", "due_at"),
    primary=("kind", "subject_id", "timer"),
)
