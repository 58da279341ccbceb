"""A million orders in a minute or two: one real order, multiplied by the database itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from harness.ground import POSTGRES, Ground, Raw
from harness.system import ACTOR, new_order
from orderloom import Order
from orderloom.store.schema import metadata

TENANT: Final = "t0"
TENANTS: Final = 10
STATUSES: Final = (("open", "open"), ("draft", "draft"), ("agreed", "open"))
DONE: Final = ("done", "done")

# Ids ascend with the number, in the form of version 7. The search words stay empty: no page here
# looks at them, and indexing them takes longer than all the rest.
_ID = {
    POSTGRES: "(lpad(to_hex({n}), 12, '0') || '7000800000000000000{kind}')::uuid",
    "sqlite": "printf('%012x7000800000000000000{kind}', {n})",
}
_NUMBERS = {
    POSTGRES: "generate_series(1, {last}) AS numbers (n)",
    "sqlite": (
        "(WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers "
        "WHERE n < {last}) SELECT n FROM numbers) AS numbers"
    ),
}


def seed(ground: Ground, orders: int) -> None:
    """Fill ten tenants evenly; a fifth of the orders of each is open.

    Only the orders of `TENANT` have their five lines: nobody reads those of the others.

    Args:
        ground: whose side of ours is filled.
        orders: how many in all tenants together.
    """
    ground.add_tenant(TENANT)
    with ground.loom() as loom, loom.desk(TENANT, ACTOR) as desk:
        real = desk.place(new_order(0))
    raw = ground.raw(ground.owner)
    with unchecked(raw):
        for number in range(1, TENANTS):
            _copy_tenant(raw, f"t{number}")
        multiply(raw, "ol_subject", _subject(raw), real.id, orders)
        for line in range(len(real.lines)):
            multiply(raw, "ol_line", _line(raw, real, line), real.id, orders // TENANTS)
    raw.cursor.execute("VACUUM ANALYZE" if raw.dialect == POSTGRES else "ANALYZE")


def _subject(raw: Raw) -> dict[str, str]:
    status = _cases([status for status, _ in STATUSES], DONE[0])
    stage = _cases([stage for _, stage in STATUSES], DONE[1])
    return {
        "tenant_id": f"'t' || (n % {TENANTS})",
        "id": id_of(raw, "n", 0),
        "status": status,
        "stage": stage,
        "number": "'B-2026-' || n",
        "search": "NULL",
    }


def _line(raw: Raw, real: Order, line: int) -> dict[str, str]:
    of = real.lines[line]
    return {
        "subject_id": id_of(raw, f"n * {TENANTS}", 0),
        "id": id_of(raw, f"n * {TENANTS}", line + 1),
        "position": str(of.position),
        "name": f"'{of.name}'",
    }


def multiply(raw: Raw, table: str, values: dict[str, str], real: UUID, rows: int) -> None:
    """Insert one row of the real order again and again, with the given columns exchanged."""
    names = [column.name for column in metadata.tables[table].c]
    picked = ", ".join(values.get(name, f"one.{name}") for name in names)
    key = "id" if table == "ol_subject" else "subject_id"
    source = _NUMBERS[raw.dialect].format(last=rows)
    value = real if raw.dialect == POSTGRES else real.hex
    raw.cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {picked} FROM {source}, "
        f"(SELECT * FROM {table} WHERE {key} = '{value}' LIMIT 1) AS one"
    )


def _copy_tenant(raw: Raw, key: str) -> None:
    names = [column.name for column in metadata.tables["ol_tenant"].c]
    picked = ", ".join(f"'{key}'" if name == "tenant_id" else name for name in names)
    raw.cursor.execute(
        f"INSERT INTO ol_tenant ({', '.join(names)}) SELECT {picked} FROM ol_tenant "
        f"WHERE tenant_id = '{TENANT}'"
    )


def id_of(raw: Raw, number: str, kind: int) -> str:
    return _ID[raw.dialect].format(n=number, kind=kind)


def _cases(values: Sequence[str], otherwise: str) -> str:
    """One of some values by the number of the order within its tenant, the last one twice."""
    when = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE n / {TENANTS} % 5 {when} ELSE '{otherwise}' END"


@contextmanager
def unchecked(raw: Raw) -> Iterator[None]:
    """Without foreign keys: all rows are made of one that passed them."""
    switch, off, on = {
        POSTGRES: ("SET session_replication_role =", "replica", "origin"),
        "sqlite": ("PRAGMA foreign_keys =", "OFF", "ON"),
    }[raw.dialect]
    raw.cursor.execute(f"{switch} {off}")
    yield
    raw.cursor.execute(f"{switch} {on}")
