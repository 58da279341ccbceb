"""A supplier's page among a million orders of a thousand outlets, some of them hidden from him."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from harness.ground import POSTGRES, Ground, Raw
from harness.market import SELLER, TENANT, TYPE, market, new_order
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.seeding import id_of, multiply, unchecked
from harness.setting import Setting
from harness.system import ADMIN

from orderloom import Actor, Grant, Orderloom, Query, Scope
from orderloom.store.schema import metadata

ORDERS = 1_000_000
OUTLETS = 1_000
SUPPLIERS = 10
DEPTH = 50_000
SHOWN = 25
FEW = 3  # orders of a supplier who has just joined
NEWCOMER = Actor("newcomer", (Grant("market.seller", Scope("party", "new")),))
_COLUMNS = ", ".join(
    column.name for column in metadata.tables["ol_subject"].c if column.name != "search"
)


def supplier_page(setting: Setting) -> Iterator[Figure]:
    """Twenty-five of the orders of one of ten suppliers; every fifth waits, and hides from him.

    One more supplier has three orders, somewhere among them all.

    The raw query asks for the same orders by hand, without rights, tenant and modules.
    """
    orders = setting.count(ORDERS, quick=2_000)
    depth = setting.count(DEPTH, quick=10)
    for ground in setting.grounds("supplier"):
        with market(ground) as loom:
            _fill(ground, loom, orders)
            raw = ground.raw(ground.owner)
            position = _position(raw, depth)
            cursor = _cursor(loom, depth)
            variants = {
                "raw query": Variant(partial(_raw_page, raw, None)),
                "raw query, deep": Variant(partial(_raw_page, raw, position)),
                "ours": Variant(partial(_page, loom, None)),
                "ours, deep": Variant(partial(_page, loom, cursor)),
                "ours, of a newcomer": Variant(partial(_page_of_few, loom)),
            }
            rounds = interleave(variants, count=setting.count(50), rounds=setting.rounds)
        table = Table(f"supplier's page of {orders:,}, {ground.dialect}", rounds, "ms")
        yield table.of("raw query")
        yield table.of("raw query, deep", "raw query")
        yield table.of("ours", "raw query", Target(most=6))
        yield table.of("ours, deep", "ours", Target(most=1.25))
        yield table.of("ours, of a newcomer", "ours", Target(most=1.25))


def _fill(ground: Ground, loom: Orderloom, orders: int) -> None:
    with loom.desk(TENANT, ADMIN) as desk:
        real = desk.place(new_order(1))
    raw = ground.raw(ground.owner)
    few = f"n % {orders // FEW} = {SUPPLIERS + 1}"  # none of those that wait
    values = {
        "id": id_of(raw, "n", 0),
        "buyer": f"'o' || (n % {OUTLETS})",
        "seller": f"CASE WHEN {few} THEN 'new' ELSE 's' || (n % {SUPPLIERS}) END",
        "status": f"CASE WHEN n / {SUPPLIERS} % 5 = 0 THEN 'waiting' ELSE 'open' END",
        "stage": f"CASE WHEN n / {SUPPLIERS} % 5 = 0 THEN 'waiting' ELSE 'open' END",
        "number": "'M-' || n",
        "search": "NULL",
        "content": f"CASE WHEN {few} THEN REPLACE(content, '\"s1\"', '\"new\"') ELSE content END",
    }
    with unchecked(raw):
        multiply(raw, "ol_subject", values, real.id, orders)
    raw.cursor.execute("VACUUM ANALYZE" if raw.dialect == POSTGRES else "ANALYZE")


def _page(loom: Orderloom, cursor: str | None, _: object) -> None:
    with loom.reader(TENANT, SELLER) as reader:
        assert len(reader.list(Query(), after=cursor, limit=SHOWN).items) == SHOWN


def _page_of_few(loom: Orderloom, _: object) -> None:
    with loom.reader(TENANT, NEWCOMER) as reader:
        assert len(reader.list(Query(), limit=SHOWN).items) == FEW


def _cursor(loom: Orderloom, depth: int) -> str | None:
    cursor = None
    with loom.reader(TENANT, SELLER) as reader:
        while depth > 0:
            cursor = reader.list(Query(), after=cursor, limit=min(depth, 1000)).next
            depth -= 1000
    return cursor


def _raw_page(raw: Raw, position: object, _: object) -> None:
    given = [TENANT, "order", "s1", TYPE, *([] if position is None else [position]), SHOWN]
    raw.cursor.execute(_sql(raw, continued=position is not None), given)
    assert len(raw.cursor.fetchall()) == SHOWN


def _position(raw: Raw, depth: int) -> object:
    sql = _sql(raw, continued=False) + f" OFFSET {depth - 1}"
    (found,) = raw.rows(sql, (TENANT, "order", "s1", TYPE, 1))
    return found["id"]


def _sql(raw: Raw, *, continued: bool) -> str:
    further = " AND id < {0}" if continued else ""
    return (
        f"SELECT {_COLUMNS} FROM ol_subject WHERE tenant_id = {{0}} AND kind = {{0}} "
        f"AND seller = {{0}} AND NOT (type = {{0}} AND status = 'waiting') "
        f"AND deleted_at IS NULL{further} ORDER BY id DESC LIMIT {{0}}"
    ).format(raw.mark)
