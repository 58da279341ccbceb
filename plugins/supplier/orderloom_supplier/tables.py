"""The tables of this module: what suppliers sell to whom, when they deliver, who looks after it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

metadata = sa.MetaData(naming_convention=NAMING)

# What a supplier sells, to one outlet or ("") to every other.
products = tenant_table(
    "ol_supplier_product",
    Column("supplier", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("product", key(), nullable=False),
    Column("price", Scaled, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("tax_category", key(3), nullable=False),  # "" leaves the tax to the invoicing module
    Column("tax_percent", Scaled, nullable=False),
    Column("pack", Scaled, nullable=False),
    Column("least", Scaled, nullable=False),
    Column("available", Boolean, nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "product"),
    primary=("supplier", "outlet", "product"),
    metadata=metadata,
)

# When a supplier delivers.
terms = tenant_table(
    "ol_supplier_terms",
    Column("supplier", key(), nullable=False),
    Column("cut_off", key(5), nullable=False),  # "14:30" in the tenant's zone, "" for none
    Column("weekdays", key(32), nullable=False),  # "mon,thu", "" for all
    to_tenant(),
    primary=("supplier",),
    metadata=metadata,
)

# Who at a supplier looks after an outlet; an outlet nobody looks after has no row.
accounts = tenant_table(
    "ol_supplier_accounts",
    Column("supplier", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("owner", key(), nullable=False),
    to_tenant(),
    primary=("supplier", "outlet"),
    metadata=metadata,
)
