"""Desks and readers after their block: they refuse every call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from orderloom.desk.execution import Execution
from orderloom.desk.reader import Reader
from orderloom.errors import Problem, Refused


class _Closed:
    """Stands where the execution stood, so that an open desk pays nothing for the check."""

    def __getattr__(self, name: str) -> Any:
        text = (
            "This desk or reader is closed: its block was left. To go on, do it inside the block, "
            "or open another one."
        )
        raise Refused([Problem("desk.closed", text)])


_CLOSED: Final = cast(Execution, _Closed())


@contextmanager
def shutting(door: Reader) -> Iterator[None]:
    """Have a desk or reader refuse, once left, every further call with [desk.closed]."""
    try:
        yield
    finally:
        door._do = _CLOSED
