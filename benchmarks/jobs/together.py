"""Many connections at once on one tenant of PostgreSQL, and a host that holds its transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import count

from harness.crowd import Crowd, Step, crowd
from harness.floors import PlaceFloor, capture
from harness.ground import POSTGRES, Ground
from harness.measuring import Figure, Table, Target, interleave
from harness.rows import Written
from harness.setting import Setting
from harness.system import ACTOR, new_order

from jobs.writing import TENANT, Moves
from orderloom import NewOrder, Orderloom

CONNECTIONS = 8
OTHERS = 4
HELD = 0.05
PERIOD = 0.5
_TITLES = {"draft": "draft without number", "place": "order with number", "action": "action"}


def connections(setting: Setting) -> Iterator[Figure]:
    """One and eight processes on one tenant: placing without and with a number, and acting.

    A gapless number is held until commit, so that placings with one follow one another whatever
    the database; what they share is the time before and after the number is drawn.
    """
    if not setting.postgres:
        return
    ground, many = setting.ground("together", POSTGRES), setting.count(CONNECTIONS, quick=2)
    ground.add_tenant(TENANT)
    target = Target(least=2.0)
    for work, wanted in (("draft", target), ("action", target), ("place", None)):
        given = [(ground, work, number) for number in range(many)]
        with crowd(_worker, given, _period(setting)) as workers:
            yield from _compared(setting, ground, _TITLES[work], workers, wanted)
    rows = capture(ground, action="draft").placed
    floors = [(ground, rows, number) for number in range(many)]
    with crowd(_floor_worker, floors, _period(setting)) as workers:
        yield from _compared(setting, ground, "like floor of a draft", workers, None)


def host(setting: Setting) -> Iterator[Figure]:
    """Four processes beside a host that places through `join` and then takes 50 ms.

    Compared are a host that holds its transaction meanwhile, and one that has committed: both take
    the same from the machine. A number is held until the host commits: whoever needs the next one
    waits for it, and nobody else does.
    """
    if not setting.postgres:
        return
    ground = setting.ground("host", POSTGRES)
    ground.add_tenant(TENANT)
    target = Target(least=0.9)
    cases = (
        ("draft", "draft", target),
        ("draft", "action", target),
        ("draft", "place", target),
        ("place", "action", target),
        ("place", "place", None),
    )
    for held, work, wanted in cases[::4] if setting.quick else cases:
        yield _beside_host(setting, ground, held, work, wanted)


def _beside_host(
    setting: Setting, ground: Ground, held: str, work: str, target: Target | None
) -> Figure:
    many = setting.count(OTHERS, quick=1)
    others = [(ground, work, number) for number in range(many)]
    hosts = [(ground, f"{when} {held}", many) for when in ("committed", "held")]
    with crowd(_worker, [*others, *hosts], _period(setting)) as workers:
        committed, holding = (
            f"host has committed a {_TITLES[held]}",
            f"host holds a {_TITLES[held]}",
        )
        variants = {
            committed: workers.of(*range(many), many, silent=1),
            holding: workers.of(*range(many), many + 1, silent=1),
        }
        rounds = interleave(variants, count=1, rounds=setting.rounds, settle=ground.settle)
    return Table(f"{_TITLES[work]}, beside", rounds).of(holding, committed, target)


def _compared(
    setting: Setting, ground: Ground, job: str, workers: Crowd, target: Target | None
) -> Iterator[Figure]:
    alone, together = "1 connection", f"{len(workers.workers)} connections"
    variants = {alone: workers.of(0), together: workers}
    rounds = interleave(variants, count=1, rounds=setting.rounds, settle=ground.settle)
    table = Table(f"{job}, postgres", rounds)
    yield table.of(alone)
    yield table.of(together, alone, target)


def _period(setting: Setting) -> float:
    return 0.1 if setting.quick else PERIOD


def _worker(ground: Ground, work: str, number: int) -> Iterator[Step]:
    """What one process does again and again: act, place, or place as a host that takes its time."""
    when, _, action = work.rpartition(" ")
    with ground.loom() as loom:
        if action == "action":
            moves = Moves(loom, 40)
            while True:
                (move,) = moves.prepare(1)
                yield partial(moves.perform, move)
        place = partial(_host, loom, when) if when else partial(_place, loom)
        for each in count(number * 1_000_000):
            yield partial(place, action, new_order(each))


def _place(loom: Orderloom, action: str, new: NewOrder) -> None:
    with loom.desk(TENANT, ACTOR) as desk:
        desk.place(new, action=action)


def _host(loom: Orderloom, when: str, action: str, new: NewOrder) -> None:
    with loom.engine.connect() as connection, connection.begin():
        with loom.join(connection, tenant=TENANT, actor=ACTOR) as desk:
            desk.place(new, action=action)
        if when == "held":
            time.sleep(HELD)
    if when == "committed":
        time.sleep(HELD)


def _floor_worker(ground: Ground, rows: Written, number: int) -> Iterator[Step]:
    floor = PlaceFloor(ground.raw(), rows, first=(number + 1) * 1_000_000)
    while True:
        (statements,) = floor.prepare(1)
        yield partial(floor.raw.run, statements)
