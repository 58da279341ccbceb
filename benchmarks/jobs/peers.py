"""Tryton and django-oscar doing the same jobs in turn with ours, on the same server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness import peers
from harness.ground import POSTGRES, Ground
from harness.measuring import Figure, Measured, Table, Target, Variant, interleave
from harness.peers import OSCAR, TRYTON, Peer
from harness.setting import Setting
from harness.system import ACTOR, new_order

from jobs.reading import page_of
from jobs.writing import TENANT, Moves, placing
from orderloom import Orderloom

ORDERS = 2_000
JOBS = ("create", "transition", "page")
PACKAGES = {"tryton": TRYTON, "oscar": OSCAR}

#: How many times the peer's rate ours has to be.
LEAST = {
    (POSTGRES, "tryton"): (20, 15, 5),
    (POSTGRES, "oscar"): (8, 1.2, 1),
    ("sqlite", "tryton"): (60, None, None),
    ("sqlite", "oscar"): (15, None, None),
}


def tryton(setting: Setting) -> Iterator[Figure]:
    """Tryton's `purchase`: create with all values, `quote`, a page of plain columns."""
    yield from _beside(setting, "tryton")


def oscar(setting: Setting) -> Iterator[Figure]:
    """django-oscar: place a saved basket, untracked stock; `set_status`; a page as dicts."""
    yield from _beside(setting, "oscar")


def _beside(setting: Setting, name: str) -> Iterator[Figure]:
    orders = setting.count(ORDERS, quick=60)
    for ground in setting.grounds(f"beside_{name}"):
        ground.add_tenant(TENANT)
        arguments = [*_place_of(setting, ground, name), str(orders)]
        log = setting.folder / f"{name}-{ground.dialect}.log"
        with (
            peers.peer(name, PACKAGES[name], arguments, log) as peer,
            ground.loom() as loom,
        ):
            with loom.desk(TENANT, ACTOR) as desk:
                desk.place_many(map(new_order, range(orders)))
            ground.settle()
            yield from _compared(setting, ground, loom, peer)


def _compared(setting: Setting, ground: Ground, loom: Orderloom, peer: Peer) -> Iterator[Figure]:
    moves = Moves(loom, setting.count(200))
    ours = {
        "create": placing(loom, TENANT),
        "transition": Variant(moves.perform, moves.prepare),
        "page": page_of(loom, TENANT),
    }
    versions = ", ".join(f"{name} {version}" for name, version in peer.versions.items())
    for job, least in zip(JOBS, LEAST[ground.dialect, peer.name], strict=True):
        variants: dict[str, Measured] = {peer.name: peer.job(job, most=10), "ours": ours[job]}
        rounds = interleave(variants, count=setting.count(50), rounds=min(setting.rounds, 9))
        table = Table(f"{job}, {ground.dialect}", rounds)
        yield table.of(peer.name, label=versions)
        target = None if least is None else Target(least=least)
        yield table.of("ours", peer.name, target)


def _place_of(setting: Setting, ground: Ground, name: str) -> Sequence[str]:
    """What the peer's script is told of its database, which is its own on the same server."""
    if ground.dialect != POSTGRES:
        if name == "tryton":
            return [f"sqlite://{setting.folder}", "peer_tryton"]
        return ["sqlite3", str(setting.folder / "peer_oscar.db"), "", ""]
    server = setting.server
    assert server is not None
    if name == "tryton":
        return [f"postgresql://postgres@{server.host}:{server.port}/", "peer_tryton"]
    server.create_database("peer_oscar")
    return ["postgresql", "peer_oscar", server.host, str(server.port)]
