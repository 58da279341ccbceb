"""Several processes that work at the same time, each with a connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import attrs

Step = Callable[[], object]
Maker = Callable[..., Iterator[Step]]


@attrs.frozen
class Crowd:
    """Workers that wait for their turn.

    Attributes:
        period: for how many seconds they work at a time.
        silent: how many of them, the last ones, do work that is not counted.
    """

    workers: Sequence[Connection]
    period: float
    silent: int = 0

    def of(self, *numbers: int, silent: int = 0) -> Crowd:
        """Some of them."""
        chosen = [self.workers[number] for number in numbers]
        return attrs.evolve(self, workers=chosen, silent=silent)

    def seconds(self, count: int) -> float:
        """Work for one period; answers the seconds for each step done by anyone who counts."""
        start = time.monotonic() + 0.02  # all at once, however long it takes to tell them
        for worker in self.workers:
            worker.send((start, self.period))
        done = [worker.recv() for worker in self.workers]
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        counted = int(sum(done[: len(done) - self.silent]))
        return self.period / max(1, counted)


@contextmanager
def crowd(make: Maker, given: Sequence[tuple[Any, ...]], period: float) -> Iterator[Crowd]:
    """Start a worker for each of `given`; `make` builds in each of them what it does, step by step.

    Args:
        make: a module-level function; what it yields is called again and again.
        given: the arguments of each worker's `make`.
        period: how long they work at a time, in seconds.
    """
    spawn = get_context("spawn")
    ours, processes = [], []
    for arguments in given:
        here, there = spawn.Pipe()
        process = spawn.Process(target=_work, args=(there, make, arguments), daemon=True)
        process.start()
        ours.append(here)
        processes.append(process)
    for here in ours:
        if isinstance(problem := here.recv(), BaseException):
            raise problem
    try:
        yield Crowd(ours, period)
    finally:
        for here in ours:
            here.send(None)
        for process in processes:
            process.join()


def _work(there: Connection, make: Maker, arguments: tuple[Any, ...]) -> None:
    try:
        steps = make(*arguments)
        next(steps)()
        there.send("ready")
        while turn := there.recv():
            start, period = turn
            time.sleep(max(0.0, start - time.monotonic()))
            there.send(_turn(steps, start + period))
    except BaseException as error:
        there.send(error)
        there.recv()


def _turn(steps: Iterator[Step], until: float) -> int:
    done = 0
    while time.monotonic() < until:
        next(steps)()
        done += 1
    return done
