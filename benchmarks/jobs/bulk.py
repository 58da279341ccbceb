"""Placing many orders in one transaction, against `executemany` of the same rows; its memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context

import attrs
from harness.floors import PlaceFloor, Statements, floors
from harness.ground import Ground
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.memory import above_start
from harness.setting import Setting
from harness.system import ACTOR, new_order

from orderloom import Orderloom

TENANT = "ours"


def bulk(setting: Setting) -> Iterator[Figure]:
    """10,000 orders of five lines by `place_many`."""
    orders = setting.count(10_000, quick=20)
    for ground in setting.grounds("bulk"):
        ground.add_tenant(TENANT)
        its = floors(ground).place
        with ground.loom() as loom:
            raw = Variant(its.raw.run, partial(_together, its, orders), orders)
            ours = Variant(lambda _: _place_many(loom, orders), each=orders)
            variants = {"raw executemany": raw, "ours, 3 no-op modules": ours}
            rounds = interleave(variants, count=1, rounds=min(setting.rounds, 5))
        table = Table(f"bulk {orders:,} x 5, {ground.dialect}", rounds)
        yield table.of("raw executemany")
        yield table.of("ours, 3 no-op modules", "raw executemany", Target(least=0.25))


def memory(setting: Setting) -> Iterator[Figure]:
    """Whether three times the orders take three times the memory; they come from a generator."""
    fewer = setting.count(10_000, quick=20)
    for ground in setting.grounds("memory"):
        ground.add_tenant(TENANT)
        measured = {}
        for orders in (fewer, 3 * fewer):
            with get_context("spawn").Pool(1) as pool:
                measured[orders] = pool.apply(_memory, (ground, orders))
        yield from _figures(f"bulk memory, {ground.dialect}", measured)


def _figures(job: str, measured: dict[int, tuple[float, float]]) -> Iterator[Figure]:
    fewer, more = measured
    base = f"{fewer:,} orders, peak"
    ratio = measured[more][0] / max(measured[fewer][0], 1)
    for orders, (peak, held) in measured.items():
        yield Figure(job=job, variant=f"{orders:,} orders, held", unit="MiB", values=(held,))
        figure = Figure(job=job, variant=f"{orders:,} orders, peak", unit="MiB", values=(peak,))
        if orders == more:
            figure = attrs.evolve(figure, base=base, ratios=(ratio,), target=Target(most=1.2))
        yield figure


def _together(floor: PlaceFloor, orders: int, count: int) -> list[Statements]:
    """So many transactions of all of them."""
    return [floor.together(orders) for _ in range(count)]


def _place_many(loom: Orderloom, orders: int) -> object:
    with loom.desk(TENANT, ACTOR) as desk:
        return desk.place_many(map(new_order, range(orders)))


def _memory(ground: Ground, orders: int) -> tuple[float, float]:
    with ground.loom() as loom:
        _place_each(loom, 500)  # everything imported, compiled and cached
        return above_start(lambda: _place_each(loom, orders))


def _place_each(loom: Orderloom, orders: int) -> None:
    with loom.desk(TENANT, ACTOR) as desk:
        desk.place_many(map(new_order, range(orders)), each=lambda order: None)
