"""A page of a million orders and one order in detail, against the raw queries; the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import cycle, islice
from uuid import UUID

from harness.ground import POSTGRES, Raw
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.seeding import TENANT, seed
from harness.setting import Setting
from harness.system import ACTOR, ADMIN, LINES, TYPE, new_order

from orderloom import Orderloom, Query
from orderloom.store.schema import metadata

ORDERS = 1_000_000
DEPTH = 19_000
SHOWN = 25
# A page shows no search words.
_COLUMNS = ", ".join(
    column.name for column in metadata.tables["ol_subject"].c if column.name != "search"
)
OPEN = Query(type=TYPE, status="open")


def page(setting: Setting) -> Iterator[Figure]:
    """Twenty-five of 20,000 open orders of one of ten tenants, at the top and far down.

    The raw query reads the orders alone, without their search words; ours (`Reader.list`) answers
    their heads, behind a look at the tenant and the rights of the actor.
    """
    orders = setting.count(ORDERS, quick=2_000)
    depth = setting.count(DEPTH, quick=10)
    for ground in setting.grounds("page"):
        seed(ground, orders)
        with ground.loom() as loom:
            cursor = _cursor(loom, depth)
            raw = ground.raw(ground.owner)
            position = _position(raw, depth)
            variants = {
                "raw query": Variant(partial(_raw_page, raw, None)),
                "raw query, deep": Variant(partial(_raw_page, raw, position)),
                "ours": page_of(loom, TENANT),
                "ours, deep": page_of(loom, TENANT, cursor),
            }
            rounds = interleave(variants, count=setting.count(50), rounds=setting.rounds)
        table = Table(f"page of {SHOWN} of {orders:,}, {ground.dialect}", rounds, "ms")
        yield table.of("raw query")
        yield table.of("raw query, deep", "raw query")
        yield table.of("ours", "raw query", Target(most=5))
        yield table.of("ours, deep", "ours", Target(most=1.25))


def detail(setting: Setting) -> Iterator[Figure]:
    """One order with its lines and its history."""
    for ground in setting.grounds("detail"):
        ground.add_tenant(TENANT)
        with ground.loom() as loom:
            with loom.desk(TENANT, ACTOR) as desk:
                ids = [order.id for order in desk.place_many(map(new_order, range(200)))]
            with loom.desk(TENANT, ACTOR) as desk:
                for id in ids:
                    desk.perform(id, "agree")
            raw = ground.raw(ground.owner)
            names = ids if ground.dialect == POSTGRES else [id.hex for id in ids]
            variants = {
                "raw, 3 selects": Variant(partial(_raw_detail, raw), _turns(names)),
                "ours": Variant(partial(_detail, loom), _turns(ids)),
                "ours, without history": Variant(partial(_get, loom), _turns(ids)),
            }
            rounds = interleave(variants, count=setting.count(100), rounds=setting.rounds)
        table = Table(f"order in detail, {ground.dialect}", rounds)
        yield table.of("raw, 3 selects")
        yield table.of("ours", "raw, 3 selects", Target(least=0.3))
        yield table.of("ours, without history", "raw, 3 selects")


def verify(setting: Setting) -> Iterator[Figure]:
    """The whole audit chain of a tenant: 2,000 orders of five events each."""
    orders = setting.count(2_000, quick=5)
    for ground in setting.grounds("verify"):
        ground.add_tenant(TENANT)
        with ground.loom() as loom:
            with loom.desk(TENANT, ACTOR) as desk:
                made = desk.place_many(map(new_order, range(orders)))
                for action in ("agree", "reopen", "agree", "finish"):
                    made = [desk.perform(order, action) for order in made]
            rounds = interleave({"ours": Variant(partial(_verify, loom))}, count=1, rounds=5)
        table = Table(f"verify {5 * orders:,} events, {ground.dialect}", rounds, "ms")
        yield table.of("ours", target=Target(most=2_000))


def _verify(loom: Orderloom, _: object) -> None:
    with loom.reader(TENANT, ADMIN) as reader:
        found = reader.verify()
    assert found.ok, found.findings


def page_of(loom: Orderloom, tenant: str, cursor: str | None = None) -> Variant:
    """The newest open orders, or those after a cursor."""

    def read(_: object) -> None:
        with loom.reader(tenant, ACTOR) as reader:
            assert len(reader.list(OPEN, after=cursor, limit=SHOWN).items) == SHOWN

    return Variant(read)


def _cursor(loom: Orderloom, depth: int) -> str | None:
    """The end of the page before the one that begins at a depth."""
    cursor = None
    with loom.reader(TENANT, ACTOR) as reader:
        while depth > 0:
            cursor = reader.find(OPEN, after=cursor, limit=min(depth, 1000)).next
            depth -= 1000
    return cursor


def _raw_page(raw: Raw, position: object, _: object) -> None:
    given = (TENANT, "order", TYPE, "open", *([] if position is None else [position]), SHOWN)
    raw.cursor.execute(_page_sql(raw, continued=position is not None), given)
    assert len(raw.cursor.fetchall()) == SHOWN


def _position(raw: Raw, depth: int) -> object:
    """The id of the last order before a depth."""
    sql = _page_sql(raw, continued=False) + f" OFFSET {depth - 1}"
    (found,) = raw.rows(sql, (TENANT, "order", TYPE, "open", 1))
    return found["id"]


@cache
def _page_sql(raw: Raw, *, continued: bool) -> str:
    further = " AND id < {0}" if continued else ""
    return (
        f"SELECT {_COLUMNS} FROM ol_subject WHERE tenant_id = {{0}} AND kind = {{0}} "
        f"AND type = {{0}} AND status = {{0}} AND deleted_at IS NULL{further} "
        "ORDER BY id DESC LIMIT {0}"
    ).format(raw.mark)


def _detail(loom: Orderloom, id: UUID) -> None:
    with loom.reader(TENANT, ACTOR) as reader:
        order = reader.get(id)
        assert len(order.lines) == LINES
        assert len(reader.history(order)) == 2


def _get(loom: Orderloom, id: UUID) -> None:
    with loom.reader(TENANT, ACTOR) as reader:
        assert len(reader.get(id).lines) == LINES


def _raw_detail(raw: Raw, id: object) -> None:
    cursor, mark = raw.cursor, raw.mark
    where = f"tenant_id = {mark} AND kind = {mark}"
    given = (TENANT, "order", id)
    cursor.execute(f"SELECT {_COLUMNS} FROM ol_subject WHERE {where} AND id = {mark}", given)
    assert cursor.fetchone() is not None
    of = f"{where} AND subject_id = {mark}"
    cursor.execute(f"SELECT * FROM ol_line WHERE {of} ORDER BY position", given)
    assert len(cursor.fetchall()) == LINES
    cursor.execute(f"SELECT * FROM ol_event WHERE {of} ORDER BY seq", given)
    assert len(cursor.fetchall()) == 2


def _turns(ids: Sequence[object]) -> Callable[[int], Iterator[object]]:
    """Each order in turn."""
    return lambda count: islice(cycle(ids), count)
