"""Collect the problems of several inputs, so that a caller learns all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, TypeVar

from orderloom.errors import Problem, Refused

T = TypeVar("T")
P = ParamSpec("P")


class Gather:
    """Runs gates and keeps what they refuse.

    As a context manager it raises on leaving, unless the block already raised something else.

        g = Gather()
        quantity = g.take(positive, raw, "lines[0].quantity")
        unit = g.take(unit_of, code, "lines[0].unit")
        g.done()
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was refused so far, in the order of the inputs."""
        return tuple(self._problems)

    @property
    def count(self) -> int:
        """How many problems there are so far."""
        return len(self._problems)

    def take(self, gate: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Call a gate; its value, or None when it refused and its problems were kept."""
        try:
            return gate(*args, **kwargs)
        except Refused as refusal:
            self._problems.extend(refusal.problems)
            return None

    def add(self, problem: Problem) -> None:
        """Keep a problem found without a gate."""
        self._problems.append(problem)

    def done(self) -> None:
        """Go on only if nothing was refused.

        Raises:
            Refused: all problems kept so far.
        """
        if self._problems:
            raise Refused(self._problems)

    def __enter__(self) -> Gather:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.done()
