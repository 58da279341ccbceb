"""Read-only views for reporting tools: a public contract, kept when tables change.

`ol_v_order`, `ol_v_order_line` and `ol_v_event` begin with `tenant_id` and show amounts and
quantities as plain numbers: NUMERIC(28,6) on PostgreSQL, exact; on SQLite, which has no decimal
type, a number of 15 significant digits. Amounts are null where nothing is priced. Deleted orders
are left out. On PostgreSQL they read with the rights of whoever asks, so that row-level security
holds for them too.

They follow the code, not the history of migrations: `migrate` drops them first and creates them
last, so that no table is held back by a view on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_ORDERS: Final = """
SELECT tenant_id, id AS order_id, type, number, title, project, status, stage, version,
       buyer, seller, currency, {total} AS total, created_at, created_by, updated_at
FROM ol_subject WHERE kind = 'order' AND deleted_at IS NULL
"""

_LINES: Final = """
SELECT line.tenant_id, line.subject_id AS order_id, line.id AS line_id, line.position, line.name,
       line.product, {quantity} AS quantity, line.unit, {price} AS price,
       {price_per} AS price_per, {line_total} AS total, {tax} AS tax, subject.currency
FROM ol_line AS line JOIN ol_subject AS subject
  ON subject.tenant_id = line.tenant_id AND subject.kind = line.kind
 AND subject.id = line.subject_id
WHERE line.kind = 'order' AND subject.deleted_at IS NULL
"""

_EVENTS: Final = """
SELECT tenant_id, id AS event_id, kind, subject_id, seq, name, at, hash FROM ol_event
"""

_VIEWS: Final = {"ol_v_order": _ORDERS, "ol_v_order_line": _LINES, "ol_v_event": _EVENTS}

_SCALED: Final = {
    "total": "total",
    "quantity": "line.quantity",
    "price": "line.price",
    "price_per": "line.price_per",
    "line_total": "line.total",
    "tax": "line.tax",
}

_NUMBER: Final = {
    "sqlite": "({column} / 1000000.0)",
    "postgresql": "CAST(CAST({column} AS NUMERIC(28, 6)) / 1000000 AS NUMERIC(28, 6))",
}

_RIGHTS: Final = sa.text("""
SELECT format('GRANT %s ON %I TO %s', privilege_type, relname,
              CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
FROM pg_class, aclexplode(relacl)
WHERE relnamespace = to_regnamespace(current_schema()) AND relname = ANY (:views)
  AND grantee <> relowner
ORDER BY 1
""")


def create(connection: Connection, rights: Iterable[str] = ()) -> None:
    """Create the views as this version of the code defines them.

    Args:
        connection: of the owner of the tables.
        rights: what `drop` answered.
    """
    engine = connection.dialect.name
    numbers = {name: _NUMBER[engine].format(column=column) for name, column in _SCALED.items()}
    invoker = " WITH (security_invoker = true)" if engine == "postgresql" else ""
    for name, select in _VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name}{invoker} AS {select.format(**numbers)}")
    for right in rights:
        connection.exec_driver_sql(right)


def drop(connection: Connection) -> list[str]:
    """Drop the views, if they exist; answers the statements that grant again what was granted."""
    rights: list[str] = []
    if connection.dialect.name == "postgresql":
        rights += connection.execute(_RIGHTS, {"views": list(_VIEWS)}).scalars()
    for name in _VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    return rights
