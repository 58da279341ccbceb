"""Needs with their counter, and the order lines allocated to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Date, Index, Text, Uuid

from orderloom.store import NAMING, Scaled, key, tenant_table, to_tenant

revision = "procurement_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)

tenant_table(
    "ol_procurement_need",
    Column("id", Uuid, nullable=False),
    Column("project", key(), nullable=False),
    Column("department", key(200), nullable=False),
    Column("area", key(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("needed", Scaled, nullable=False),
    Column("ordered", Scaled, nullable=False),
    Column("unit", key(16), nullable=False),
    Column("needed_by", Date),
    Column("product", key(), nullable=False),
    to_tenant(),
    Index(None, "tenant_id", "project", "department"),
    primary=("id",),
    metadata=metadata,
)
tenant_table(
    "ol_procurement_allocation",
    Column("order_id", Uuid, nullable=False),
    Column("line_id", Uuid, nullable=False),
    Column("need_id", Uuid, nullable=False),
    Column("quantity", Scaled, nullable=False),
    Column("line_quantity", Scaled, nullable=False),
    sa.ForeignKeyConstraint(
        ["tenant_id", "need_id"], ["ol_procurement_need.tenant_id", "ol_procurement_need.id"]
    ),
    Index(None, "tenant_id", "need_id"),
    primary=("order_id", "line_id"),
    metadata=metadata,
)


# Plain numbers for reports: exact on PostgreSQL, of 15 significant digits on SQLite.
VIEW = """
CREATE VIEW ol_v_procurement_coverage{options} AS
SELECT tenant_id, id AS need_id, project, department, area, name,
       {needed} AS needed, {ordered} AS ordered, unit, needed_by,
       CASE WHEN ordered = 0 THEN 'needs_order' WHEN ordered < needed THEN 'short'
            WHEN ordered = needed THEN 'on_order' ELSE 'excess' END AS state
FROM ol_procurement_need
"""
NUMBER = {
    "sqlite": "({column} / 1000000.0)",
    "postgresql": "CAST(CAST({column} AS NUMERIC(28, 6)) / 1000000 AS NUMERIC(28, 6))",
}


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    dialect = op.get_context().dialect.name
    number = NUMBER[dialect]
    options = " WITH (security_invoker = true)" if dialect == "postgresql" else ""
    figures = {name: number.format(column=name) for name in ("needed", "ordered")}
    op.execute(VIEW.format(options=options, **figures))


def downgrade() -> None:
    op.execute("DROP VIEW ol_v_procurement_coverage")
    metadata.drop_all(op.get_bind(), checkfirst=False)
