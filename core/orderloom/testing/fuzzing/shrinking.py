"""The shortest story that still breaks the same: fewer steps first, then simpler choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

Drawn = tuple[bytes, ...]
"""The choices of a story, step by step; zero is the simplest choice, and the default."""

Breaks = Callable[[Drawn], bool]


def shrunk(drawn: Sequence[bytes], breaks: Breaks) -> Drawn:
    """Leave out and simplify whatever the breaking does not need.

    Args:
        drawn: of a story that breaks.
        breaks: tells a story and says whether it breaks in the same way; asked once for each.
    """
    asked = cache(breaks)
    found = tuple(drawn)
    while True:
        simpler = _simpler(_fewer(found, asked), asked)
        if simpler == found:
            return found
        found = simpler


def _fewer(drawn: Drawn, breaks: Breaks) -> Drawn:
    """Without the steps it does not need: half of them at once, then less, then one by one."""
    size = max(1, len(drawn) // 2)
    while True:
        at = len(drawn) - size
        while at >= 0:
            rest = drawn[:at] + drawn[at + size :]
            if rest and breaks(rest):
                drawn = rest
            at -= size
        if size == 1:
            return drawn
        size //= 2


def _simpler(drawn: Drawn, breaks: Breaks) -> Drawn:
    for at in range(len(drawn) - 1, -1, -1):

        def still(step: bytes, at: int = at) -> bool:
            return breaks((*drawn[:at], step, *drawn[at + 1 :]))  # noqa: B023 - called before drawn changes

        step = _cut(drawn[at], still)
        drawn = (*drawn[:at], _zeroed(step, still), *drawn[at + 1 :])
    return drawn


def _cut(step: bytes, still: Callable[[bytes], bool]) -> bytes:
    """The shortest beginning that does, as far as halving finds it."""
    least, most = 0, len(step)
    while least < most:
        half = (least + most) // 2
        if still(step[:half]):
            most = half
        else:
            least = half + 1
    return step[:most]


def _zeroed(step: bytes, still: Callable[[bytes], bool]) -> bytes:
    """With the simplest choices wherever they do, else with half of what they were."""
    for at, choice in enumerate(step):
        for simpler in (0, choice // 2):
            tried = step[:at] + bytes((simpler,)) + step[at + 1 :]
            if simpler < choice and still(tried):
                step = tried
                break
    return step
