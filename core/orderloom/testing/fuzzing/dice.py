"""Choices out of bytes: what is drawn can be replayed, and fewer or smaller bytes are simpler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Makes the choices of one step; once the bytes are used up, the simplest ones.

    The first of several is always the simplest: put it first.

    Args:
        drawn: as many choices as there are bytes.
    """

    def __init__(self, drawn: bytes = b"") -> None:
        self._drawn = iter(drawn)

    def number(self, most: int) -> int:
        """0 to `most`, which is 255 at most."""
        return next(self._drawn, 0) * (most + 1) >> 8

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[self.number(len(choices) - 1)]

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.number(one_in - 1) == one_in - 1

    def often(self, *choices: tuple[int, T]) -> T:
        """One of several, each as often as its weight says; the weights add up to 256 at most."""
        at = self.number(sum(weight for weight, _ in choices) - 1)
        for weight, choice in choices:
            if at < weight:
                return choice
            at -= weight
        raise AssertionError("unreachable")
