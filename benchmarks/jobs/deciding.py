"""What a command costs in Python before and after the database: hooks, lifecycle, decision."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from harness.ground import SQLITE
from harness.measuring import Figure, Table, Target, Variant, interleave
from harness.setting import Setting
from harness.system import ACTOR, TYPE, new_order

from jobs.writing import TENANT
from orderloom import Desk
from orderloom.decide import decide as decide_command
from orderloom.desk.hooks import run_hooks
from orderloom.orders.commands import Command, Perform, Place
from orderloom.orders.order import Order

Work = Callable[[object], object]


def decide(setting: Setting) -> Iterator[Figure]:
    """Claims, decision and `on_*` hooks of one command, three no-op modules; no statement is sent.

    It runs in a desk whose directory was asked for the vendor once. A profile by parts follows.
    """
    ground = setting.ground("decide", SQLITE)
    ground.add_tenant(TENANT)
    with ground.loom() as loom, loom.desk(TENANT, ACTOR) as desk:
        order = desk.place(new_order(0))
        works = {
            "action": _command(desk, Perform("agree"), order),
            "place 5 lines": _command(desk, Place(new_order(1)), None),
        }
        for work in works.values():
            work(None)
        sent = _statements(loom.engine)
        variants = {name: Variant(work, clock=time.thread_time) for name, work in works.items()}
        rounds = interleave(variants, count=setting.count(500), rounds=setting.rounds)
        table = Table("claims + decide + hooks", rounds, "µs")
        for name, work in works.items():
            yield table.of(name, target=Target(most=150))
            yield from _profile(name, work, setting.count(500))
        assert not sent, f"statements were sent: {sent}"


def _command(desk: Desk, command: Command, before: Order | None) -> Work:
    """Everything a command does besides loading, storing and owing."""
    execution = desk.reading
    assembly = execution.assembly
    claims = partial(assembly.dispatcher.collect, "claim_rows", type=TYPE, reading=execution)

    def work(_: object) -> object:
        claims(command=command, before=before)
        decision = decide_command(command, before, assembly, execution)
        after = decision.subject()
        run_hooks(decision, after, assembly, execution)
        return after

    return work


def _statements(engine: sa.Engine) -> list[str]:
    sent: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    return sent


def _profile(name: str, work: Work, count: int) -> Iterator[Figure]:
    """The share of each part of the code in the time spent inside functions, by cProfile."""
    profile = cProfile.Profile()
    profile.enable()
    for number in range(count):
        work(number)
    profile.disable()
    spent: dict[str, float] = {}
    for (file, _, _), (_, _, own, *_) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]  # typeshed lacks it
        part = _part(file)
        spent[part] = spent.get(part, 0.0) + own
    whole = sum(spent.values())
    for part, own in sorted(spent.items(), key=lambda one: -one[1]):
        if own / whole >= 0.02:
            job = f"profile of {name}"
            yield Figure(job=job, variant=part, unit="%", values=(100 * own / whole,))


def _part(file: str) -> str:
    names = Path(file).parts
    if "orderloom" in names:
        inside = names[len(names) - names[::-1].index("orderloom") :]
        return f"orderloom.{inside[0].removesuffix('.py')}"
    if "site-packages" in names:
        return names[names.index("site-packages") + 1]
    return "generated (attrs, hooks)" if file.startswith("<") else "Python"
