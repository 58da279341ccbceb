"""One row for each agreed price that is in force."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

metadata = sa.MetaData(naming_convention=NAMING)

prices = tenant_table(
    "ol_pricelist_price",
    Column("id", Uuid, nullable=False),
    Column("seller", key(), nullable=False),
    Column("product", key(), nullable=False),
    Column("amount", Scaled, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("per", Scaled, nullable=False),
    Column("minimum", Scaled, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "seller", "product", unique=True),
    primary=("id",),
    metadata=metadata,
)
