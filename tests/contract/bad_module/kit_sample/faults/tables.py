"""Tables and the revisions that make them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from kit_sample import current
from kit_sample.faults.seeding import seeded
from kit_sample.healthy import manifest, sample_module

from orderloom import (
    NewSubject,
)
from orderloom.store import NAMING, tenant_table, to_tenant


def own_tables(*items: Any, name: str = "ol_sample_size") -> sa.MetaData:
    metadata = sa.MetaData(naming_convention=NAMING)
    columns = (
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        to_tenant(),
    )
    tenant_table(name, *columns, *items, primary=("id",), metadata=metadata)
    return metadata


def revised(made: sa.MetaData, declared: sa.MetaData | None = None, **more: Any) -> Any:
    """A module whose revision makes some tables, and whose manifest declares perhaps others."""

    def upgrade(op: Any) -> None:
        made.create_all(op.get_bind(), checkfirst=False)
        more.get("also", lambda op: None)(op)

    def downgrade(op: Any) -> None:
        if more.get("leaves") is None:
            made.drop_all(op.get_bind(), checkfirst=False)
        more.get("undo", lambda op: None)(op)

    current.upgrade, current.downgrade = upgrade, downgrade
    tables = declared or made
    return sample_module(
        *_on_table(tables.tables["ol_sample_size"]),
        module=manifest(tables=tables, migrations="kit_sample.changing_migrations"),
    )


def _on_table(table: sa.Table) -> tuple[Any, ...]:
    """The hooks that use the table."""
    row = sa.insert(table)

    def on_order_placed(order: Any, writing: Any) -> None:
        writing.execute(row, {"id": order.id, "lines": len(order.lines)})
        writing.place(NewSubject("sample.visit", "Look at it"))

    return (on_order_placed,)


@seeded(
    "tables_belong_to_tenants", "An index of table ol_sample_size does not begin with tenant_id"
)
def indexes_across_tenants() -> Any:
    return revised(own_tables(sa.Index(None, "lines")))


@seeded("migrations_make_the_tables", "The columns of table ol_sample_size are not those")
def declares_a_column_nobody_makes() -> Any:
    return revised(own_tables(), own_tables(sa.Column("note", sa.Text)))


@seeded("migrations_make_the_tables", "leave ol_sample_size")
def leaves_tables_behind() -> Any:
    return revised(own_tables(), leaves=True)


@seeded("migrations_make_the_tables", "change table ol_party, which is not its own")
def changes_a_table_of_the_core() -> Any:
    return revised(
        own_tables(),
        also=lambda op: op.add_column("ol_party", sa.Column("rating", sa.Integer)),
        undo=lambda op: op.drop_column("ol_party", "rating"),
    )


@seeded("it_can_leave_and_return", "Switched off, it keeps orders of other modules from")
def guards_tables_of_the_core() -> Any:
    trigger = """
    CREATE TRIGGER ol_sample_guard BEFORE INSERT ON ol_subject
    WHEN NEW.kind = 'order' AND NOT EXISTS (
        SELECT 1 FROM ol_tenant_module AS one
        WHERE one.tenant_id = NEW.tenant_id AND one.module = 'sample' AND one.state = 'on'
    ) BEGIN SELECT RAISE(ABORT, 'switch sample on'); END
    """
    return revised(
        own_tables(),
        also=lambda op: op.execute(trigger),
        undo=lambda op: op.execute("DROP TRIGGER ol_sample_guard"),
    )
