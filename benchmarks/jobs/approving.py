"""Placing an order that waits for approval, beside one that a limit lets pass."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from harness.market import ORDERER, TENANT, market, new_order
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.setting import Setting

from orderloom import NewOrder, Orderloom


def held(setting: Setting) -> Iterator[Figure]:
    """Five priced lines; the same limit looks at both, and holds the one over it."""
    for ground in setting.grounds("held"):
        with market(ground) as loom:
            variants = {
                "passes": Variant(partial(_place, loom, "open"), partial(_orders, "10")),
                "waits": Variant(partial(_place, loom, "waiting"), partial(_orders, "1000")),
            }
            rounds = interleave(
                variants, count=setting.count(100), rounds=setting.rounds, settle=ground.settle
            )
        table = Table(f"place under a limit, {ground.dialect}", rounds, "ms")
        yield table.of("passes")
        yield table.of("waits", "passes", Target(most=1.5))


def _orders(price: str, count: int) -> list[NewOrder]:
    return [new_order(number, price) for number in range(count)]


def _place(loom: Orderloom, status: str, new: NewOrder) -> None:
    with loom.desk(TENANT, ORDERER) as desk:
        assert desk.place(new).status == status
