"""Placing an order, and moving one by an action, against the two floors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from harness.floors import floors
from harness.ground import POSTGRES, Ground
from harness.historic import HistoricFloor
from harness.measuring import Figure, Rounds, Table, Target, Variant, interleave
from harness.setting import Setting
from harness.system import ACTOR, new_order, new_orders

from orderloom import NewOrder, Orderloom

TENANT = "ours"


def place(setting: Setting) -> Iterator[Figure]:
    """Five priced lines of a known vendor, a gapless number, the three no-op modules enabled."""
    for ground in setting.grounds("place"):
        ground.add_tenant(TENANT)
        its = floors(ground).place
        historic = HistoricFloor(ground.raw())
        with ground.loom() as loom:
            variants = {
                "like floor": Variant(its.raw.run, its.prepare),
                "ours, 3 no-op modules": placing(loom, TENANT),
                "historic floor": Variant(historic.run, historic.prepare),
            }
            rounds = _interleaved(ground, setting, variants)
        yield from _placed(ground, Table(f"place, {ground.dialect}", rounds))


def _placed(ground: Ground, table: Table) -> Iterator[Figure]:
    yield table.of("like floor")
    yield table.of("historic floor")
    ours = "ours, 3 no-op modules"
    yield table.of(ours, "like floor", Target(least=0.6))
    beside = Target(least=0.4) if ground.dialect == POSTGRES else None
    yield table.of(ours, "historic floor", beside)


def action(setting: Setting) -> Iterator[Figure]:
    """Open to agreed and back, three guards each; it draws no number."""
    orders = setting.count(400, quick=4)
    for ground in setting.grounds("action"):
        ground.add_tenant(TENANT)
        its = floors(ground, orders=orders).action
        with ground.loom() as loom:
            moves = Moves(loom, orders)
            variants = {
                "like floor": Variant(its.raw.run, its.prepare),
                "ours, 3 no-op modules": Variant(moves.perform, moves.prepare),
            }
            rounds = _interleaved(ground, setting, variants)
        table = Table(f"action, {ground.dialect}", rounds)
        yield table.of("like floor")
        yield table.of("ours, 3 no-op modules", "like floor", Target(least=0.5))


def tax(setting: Setting) -> Iterator[Figure]:
    """What modules cost that hook in everywhere and do nothing: none, three, five of them."""
    wanted = (0, 3, 5)
    for ground in setting.grounds("tax"):
        for noops in wanted:
            ground.add_tenant(f"ours{noops}", noops)
        with ground.loom(max(wanted)) as loom:
            places = {noops: placing(loom, f"ours{noops}") for noops in wanted}
            yield from _taxed(setting, ground, "place", places)
            moves = {n: Moves(loom, setting.count(200), f"ours{n}") for n in wanted}
            acting = {n: Variant(one.perform, one.prepare) for n, one in moves.items()}
            yield from _taxed(setting, ground, "action", acting)


def _taxed(
    setting: Setting, ground: Ground, job: str, variants: dict[int, Variant]
) -> Iterator[Figure]:
    named = {f"{noops} no-op modules": one for noops, one in variants.items()}
    rounds = interleave(named, count=setting.count(50), rounds=setting.rounds, settle=ground.settle)
    table = Table(f"module tax, {job}, {ground.dialect}", rounds)
    bare, *others = named
    yield table.of(bare)
    for name in others:
        yield table.of(name, bare)


def _interleaved(ground: Ground, setting: Setting, variants: dict[str, Variant]) -> Rounds:
    return interleave(
        variants, count=setting.count(100), rounds=setting.rounds, settle=ground.settle
    )


def placing(loom: Orderloom, tenant: str) -> Variant:
    return Variant(partial(_place, loom, tenant), new_orders)


def _place(loom: Orderloom, tenant: str, new: NewOrder) -> None:
    with loom.desk(tenant, ACTOR) as desk:
        desk.place(new)


class Moves:
    """Orders that are moved there and back, each in turn."""

    def __init__(self, loom: Orderloom, orders: int, tenant: str = TENANT) -> None:
        self._loom, self._tenant = loom, tenant
        with loom.desk(tenant, ACTOR) as desk:
            made = desk.place_many(map(new_order, range(orders)))
        self._waiting = deque((order.id, "agree", "reopen") for order in made)

    def prepare(self, count: int) -> Iterator[tuple[object, str]]:
        for _ in range(count):
            id, action, following = self._waiting.popleft()
            self._waiting.append((id, following, action))
            yield id, action

    def perform(self, move: tuple[object, str]) -> None:
        id, action = move
        with self._loom.desk(self._tenant, ACTOR) as desk:
            desk.perform(id, action)  # type: ignore[arg-type]  # an id, told as an object
