"""The tables of this module: what orders are to be invoiced, and what of invoices is credited."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Text, Uuid

from orderloom.store import NAMING, Instant, Scaled, key, tenant_table, to_tenant

metadata = sa.MetaData(naming_convention=NAMING)

# One row for each invoice that an order asked for, made or not.
handovers = tenant_table(
    "ol_invoicing_handover",
    Column("id", Uuid, nullable=False),  # follows from order and purpose
    Column("kind", key(), nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("purpose", key(64), nullable=False),
    Column("asked", Text, nullable=False),  # canonical JSON of what to invoice
    Column("asked_at", Instant, nullable=False),
    Column("invoice_id", Uuid),  # null as long as it is missing
    Column("problem", Text, nullable=False),  # why it is
    to_tenant(),
    Index(None, "tenant_id", "order_id"),
    Index(None, "tenant_id", "invoice_id"),
    primary=("id",),
    metadata=metadata,
)

# One row for each line of a credit note.
credits = tenant_table(
    "ol_invoicing_credit",
    Column("note_id", Uuid, nullable=False),
    Column("line_id", Uuid, nullable=False),  # of the invoice
    Column("invoice_id", Uuid, nullable=False),
    Column("quantity", Scaled, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "invoice_id"),
    primary=("note_id", "line_id"),
    metadata=metadata,
)
