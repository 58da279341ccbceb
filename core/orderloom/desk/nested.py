"""Calls that either take effect whole or leave no trace, each in a SAVEPOINT of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

T = TypeVar("T")


def whole(target: T, connection: Any, begin: Callable[[], None]) -> T:
    """The same object, every public method of which runs in a SAVEPOINT.

    For the rare calls that write several rows before they are known to be allowed, so that a
    refused one leaves the desk as it was.
    """
    return cast(T, _Whole(target, connection, begin))


class _Whole:
    def __init__(self, target: Any, connection: Any, begin: Callable[[], None]) -> None:
        self._target, self._connection, self._begin = target, connection, begin

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found

        @wraps(found)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._begin()
            with self._connection.begin_nested():
                return found(*args, **kwargs)

        return call
