"""How a fault is seeded, and with which words it is to be found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FAULTS: dict[str, tuple[Callable[[], Any], str, str]] = {}
"""Name of the fault -> (the bad module, the check that finds it, words of the finding)."""


def seeded(check: str, words: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def keep(build: Callable[[], Any]) -> Callable[[], Any]:
        FAULTS[build.__name__] = (build, check, words)
        return build

    return keep


def named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    return function


def registers(hook: str, record: Any) -> Any:
    return named(hook, lambda: record)
