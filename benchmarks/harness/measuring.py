"""Rounds of interleaved variants, and the figures made of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs


class Measured(Protocol):
    """Something that can do a job a number of times and say how long it took."""

    def seconds(self, count: int) -> float:
        """Do it so many times; answers the seconds each took."""
        ...


@attrs.frozen
class Variant:
    """One way of doing a job.

    Attributes:
        run: does it, with one of what `prepare` made.
        prepare: makes what so many runs need; its time is not measured.
        each: how many jobs one run does.
        clock: tells the seconds; for what waits for nobody, that of the thread's own work.
    """

    run: Callable[[Any], object]
    prepare: Callable[[int], Iterable[Any]] = range
    each: int = 1
    clock: Callable[[], float] = time.perf_counter

    def seconds(self, count: int) -> float:
        prepared = list(self.prepare(count))
        run, clock = self.run, self.clock
        gc.collect()
        start = clock()
        for one in prepared:
            run(one)
        return (clock() - start) / len(prepared) / self.each


@attrs.frozen
class Target:
    """What is required of a figure: of its ratio to the base, or of its value if there is none."""

    least: float | None = None
    most: float | None = None

    def met(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"


@attrs.frozen(kw_only=True)
class Figure:
    """One measured thing: what each round gave.

    Attributes:
        job: what was done, and on which database.
        variant: by whom or how.
        unit: of the values ("per s", "ms", "µs", "MiB").
        values: one for each round.
        base: the variant the ratio refers to, "" without a ratio.
        ratios: value by value of the base in the same round.
        target: what is required; None if the figure is shown for information only.
    """

    job: str
    variant: str
    unit: str
    values: tuple[float, ...]
    base: str = ""
    ratios: tuple[float, ...] = ()
    target: Target | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        """The median of the ratios round by round: drift of the machine hits both alike."""
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.target.met(self.median if self.ratio is None else self.ratio)


Rounds = Mapping[str, Sequence[float]]


def interleave(
    variants: Mapping[str, Measured],
    *,
    count: int,
    rounds: int,
    settle: Callable[[], object] = lambda: None,
) -> Rounds:
    """Seconds of one job, by variant and round.

    Every variant does it `count` times in each round, in an order that rotates, after one round
    that warms up and is thrown away; after that one `settle` is called.
    """
    taken: dict[str, list[float]] = {name: [] for name in variants}
    names = list(variants)
    for number in range(rounds + 1):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(variants[name].seconds(count))
        if number == 0:
            settle()
    return {name: values[1:] for name, values in taken.items()}


@attrs.frozen
class Table:
    """Rounds as figures of one job."""

    job: str
    rounds: Rounds
    unit: str = "per s"

    def of(
        self, variant: str, base: str = "", target: Target | None = None, label: str = ""
    ) -> Figure:
        """The figure of a variant, beside a base if one is named.

        Rates compare as rates (more is better), times as times (less is better).
        """
        values = tuple(self._value(one) for one in self.rounds[variant])
        beside = [self._value(one) for one in self.rounds[base]] if base else []
        return Figure(
            job=self.job,
            variant=label or variant,
            unit=self.unit,
            values=values,
            base=base,
            ratios=tuple(mine / its for mine, its in zip(values, beside, strict=bool(base))),
            target=target,
        )

    def _value(self, seconds: float) -> float:
        return {"per s": 1 / seconds, "ms": seconds * 1e3, "µs": seconds * 1e6}[self.unit]
